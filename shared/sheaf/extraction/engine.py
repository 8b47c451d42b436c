"""What an engine is: page model and fields in, rows of evidenced cells out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sheaf.documents.model import Document
from sheaf.domain.fields import Field, RowMode
from sheaf.domain.rows import Row

if TYPE_CHECKING:
    from sheaf.extraction.learning.learned import Learned


@dataclass(frozen=True, kw_only=True, slots=True)
class Extraction:
    """What an engine read from one document."""

    #: Rows in order, each with a cell for every field; may be a generator, read once.
    rows: Iterable[Row]
    #: For inputs read as tables: data rows that went in, so that the run can say that as many came out.
    rows_in: int | None = None
    notes: Sequence[str] = ()
    #: Tokens and the like, by name; metered.
    usage: dict[str, int] = field(default_factory=dict)


class Source(Protocol):
    """The file that a document was read from, for engines that need more of it than the page model: its bytes, or pictures of its pages."""

    @property
    def path(self) -> Path:
        """Where it lies while the engine is at work; what it is called there says nothing."""
        ...

    @property
    def name(self) -> str:
        """What its owner calls it, such as ``gehäuse.dxf``."""
        ...

    @property
    def tenant(self) -> str:
        """Whose it is: what is kept of one tenant's files is never used for another's."""
        ...

    def pictures(self, numbers: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """Pages (1-based) as they are seen, as PNG, each with its number; those that cannot be shown are left out."""
        ...

    @property
    def learned(self) -> Learned | None:
        """What its job has learned from corrected documents; None where rules alone read."""
        ...

    @property
    def tokens(self) -> int | None:
        """Most tokens that models may use on it; None for no bound."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceFile:
    """A :class:`Source` that lies on a disk."""

    path: Path
    name: str
    tenant: str = ""
    tokens: int | None = None
    learned: Learned | None = None
    #: Draws pages: see :meth:`Source.pictures`.
    drawn: Callable[[Sequence[int]], Iterator[tuple[int, bytes]]] | None = None

    def pictures(self, numbers: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """See :class:`Source`."""
        return self.drawn(numbers) if self.drawn else iter(())


class Memo(Protocol):
    """What engines keep between documents, where asking again costs money; losing any of it costs only that.

    Each tenant's is apart; nothing is kept for a file that is nobody's.
    """

    def get(self, tenant: str, key: str) -> bytes | None:
        """What was kept for a tenant under a key, a hexadecimal digest; or None."""
        ...

    def put(self, tenant: str, key: str, data: bytes) -> None:
        """Keep it for a while; failing to is no error."""
        ...


class Engine(Protocol):
    """Reads values; holds no state between documents, so any process may read any document."""

    @property
    def name(self) -> str:
        """Its catalogue name."""
        ...

    @property
    def version(self) -> str:
        """What is kept with every result: ``embedded/1``."""
        ...

    def extract(
        self, document: Document, fields: Sequence[Field], *, rows: RowMode = RowMode.FILE, source: Source | None = None
    ) -> Extraction:
        """Read ``fields`` from ``document``; ``source`` is the file itself, where whoever asks has it at hand.

        Never raises on account of the document's content: a field that cannot be read is a cell that says so.
        """
        ...
