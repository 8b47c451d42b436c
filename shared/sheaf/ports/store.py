"""The document store: addressed documents, guarded atomic commits, indexed queries.

Addresses are slash-separated, collection and id in turn (``tenants/acme/runs/r1/tasks/t9``). Values are JSON (None, bool, int, float,
str, list, dict with string keys) plus aware :class:`~datetime.datetime`, kept to the microsecond and returned in UTC.
The contract is what Firestore can promise without read-write transactions, so that one engine runs on both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any, Literal, Protocol

from sheaf.domain.errors import SheafError
from sheaf.domain.record import record

#: Most writes in one commit (Firestore's limit).
MAX_WRITES = 500
#: Most bytes in one document, encoded (Firestore's limit is 1 MiB).
MAX_DOCUMENT_BYTES = 1_048_576 - 1024

Operator = Literal["==", "<", "<=", ">", ">=", "in"]


@record(frozen=True, slots=True)
class Document:
    """A stored document: its address, its data, and an opaque version that changes with every write of it."""

    path: str
    data: Mapping[str, Any]
    version: str

    @property
    def id(self) -> str:
        """The last part of the address."""
        return self.path.rpartition("/")[2]


@record(frozen=True, slots=True)
class Increment:
    """As a value in :class:`Update`: add at most 1e290 to the number there (0 where there is none); the commit's answer has the sum."""

    by: int | float


@record(frozen=True, kw_only=True, slots=True)
class Create:
    """Write a new document; the commit fails if one is there already."""

    path: str
    data: Mapping[str, Any]


@record(frozen=True, kw_only=True, slots=True)
class Put:
    """Write a document whole, whether or not one is there."""

    path: str
    data: Mapping[str, Any]


@record(frozen=True, kw_only=True, slots=True)
class Update:
    """Change some top-level fields of a document that must be there; with ``version``, only if it is still that one."""

    path: str
    fields: Mapping[str, Any]
    version: str | None = None


@record(frozen=True, kw_only=True, slots=True)
class Delete:
    """Remove a document; without ``version`` its absence is no error."""

    path: str
    version: str | None = None


Write = Create | Put | Update | Delete


@record(frozen=True, slots=True)
class Written:
    """What one write of a commit came to: the document's new version, and the sum of every :class:`Increment` by field."""

    version: str
    sums: Mapping[str, int | float] = field(default_factory=dict)


@record(frozen=True, slots=True)
class Where:
    """One condition on a top-level field, or on ``__id__`` (the document's id, only inside one collection)."""

    field: str
    op: Operator
    value: Any


@record(frozen=True, slots=True)
class Order:
    """One sort key; ties are broken by the document's address in the direction of the last key."""

    field: str
    descending: bool = False


@record(frozen=True, kw_only=True, slots=True)
class Query:
    """Documents of one collection, or of every collection of that name when ``group`` is set, filtered, sorted and cut.

    A document that lacks a field it is filtered or sorted by is not found. Without ``order`` the order is by the field of a range
    condition (``<``, ``>`` …) where there is one, else by address; with both, that field is the first sort key. Values compare and sort
    by type first: null, then numbers, datetimes, texts (booleans before or behind numbers). Addresses alone run upwards only.
    A query needs a composite index for more than one condition or sort field, as ``firestore.indexes.json`` lists them.
    """

    #: Collection address (``tenants/acme/runs``), or with ``group`` just the last part (``runs``).
    collection: str
    where: Sequence[Where] = ()
    order: Sequence[Order] = ()
    limit: int | None = None
    #: Continue behind this document: the cursor of an earlier :class:`Page`.
    after: str | None = None
    group: bool = False


@record(frozen=True, slots=True)
class Page:
    """One answer to a query; ``cursor`` continues behind its last document, None when nothing follows."""

    documents: Sequence[Document]
    cursor: str | None = None


class DocumentStore(Protocol):
    """Where everything but bytes is kept."""

    def get(self, path: str) -> Document | None:
        """The document as of the last finished commit, or None."""
        ...

    def get_many(self, paths: Sequence[str]) -> list[Document | None]:
        """The documents in the order asked, read at one moment."""
        ...

    def query(self, query: Query) -> Page:
        """Matching documents in order, at one moment; raises MissingIndex when no index covers it."""
        ...

    def count(self, query: Query, *, up_to: int | None = None) -> int:
        """How many documents match, without reading them; ``order``, ``limit`` and ``after`` do not count.

        With ``up_to`` no more are counted than that, however many there are, and it costs no more.
        """
        ...

    def commit(self, writes: Sequence[Write]) -> list[Written]:
        """All writes or none, in order, durable when it returns.

        Raises PreconditionFailed when a guard does not hold, InvalidInput for more than :data:`MAX_WRITES`, a document over
        :data:`MAX_DOCUMENT_BYTES` or a value that is not storable, and Unavailable when it is not known whether it was written.
        """
        ...

    def commit_each(self, each: Sequence[Sequence[Write]], *, lasting: bool = True) -> list[list[Written] | SheafError]:
        """Several commits, each all or none by itself, in their order: for each what :meth:`commit` answers, or the error it raises.

        What need not be ``lasting`` survives the death of every process, and a power cut may undo it, together with what followed it.

        Nothing holds them together: later ones are made when earlier ones fail, and a crash may leave some of them alone. Their order holds
        between those that touch a common document, unless none of these guards it: an update without a version may be made at any time.
        """
        ...

    def watch(self, path: str, changed: Callable[[Document | None], None]) -> Watch:
        """Call ``changed`` with the document as it is now, and again, from another thread, after every commit that changes it.

        Calls come one at a time and never go back in time; commits that follow each other closely may be told of as one, but the last
        state is always told. None stands for a document that is not there. What ``changed`` raises is logged and ends nothing.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections; the store must not be used afterwards."""
        ...


class Watch(Protocol):
    """A watch on one document."""

    def close(self) -> None:
        """Stop; no call of ``changed`` begins after this has returned. Closing the store closes its watches."""
        ...


class MissingIndex(Exception):
    """No index in ``firestore.indexes.json`` covers the query; the message is the entry to add."""
