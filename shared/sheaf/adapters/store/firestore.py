"""The document store on Firestore: guarded commits and increments in one call each, and no read-write transaction anywhere."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sheaf.adapters.firestore import encoding, mutations, queries
from sheaf.adapters.firestore.listening import Listening
from sheaf.adapters.firestore.retrying import IN_DOUBT, Persistence
from sheaf.adapters.firestore.wire import MAX_REQUEST_BYTES, Wire
from sheaf.adapters.store import addresses, commits, cursors, indexes
from sheaf.adapters.store.indexes import Indexes
from sheaf.adapters.store.shape import normalise
from sheaf.domain.errors import InvalidInput, SheafError, Unavailable
from sheaf.ports.clock import Clock
from sheaf.ports.store import Document, Page, Query, Watch, Write, Written
from sheaf.settings import Settings, in_cloud

#: Where Google's own clients are told of an emulator.
EMULATOR = "FIRESTORE_EMULATOR_HOST"


def opened(settings: Settings, clock: Clock) -> FirestoreStore:
    """The document store of an installation on Google Cloud; an emulator where ``FIRESTORE_EMULATOR_HOST`` names one.

    Raises InvalidInput without a project, and for an emulator in the cloud: it is spoken to without encryption or credentials.
    """
    del clock  # versions are Firestore's own times
    if not settings.project:
        raise InvalidInput("Firestore needs SHEAF_PROJECT, the project that the database belongs to.", field="project")
    emulator = os.environ.get(EMULATOR, "")
    if emulator and in_cloud():
        raise InvalidInput(f"{EMULATOR} is set where strangers can reach this process; documents are not kept in an emulator there.")
    return FirestoreStore(settings.project, settings.database, emulator=emulator)


class FirestoreStore:
    """Documents in one Firestore database; the contract is :class:`sheaf.ports.store.DocumentStore`.

    Made without a call; the channel is opened by the first. A document's version is the time of its last write. A query that
    ``firestore.indexes.json`` does not cover is refused here, since an emulator would run it.
    """

    def __init__(
        self,
        project: str,
        database: str = "(default)",
        *,
        emulator: str = "",
        declared: Indexes | None = None,
        persistence: Persistence | None = None,
    ) -> None:
        self._open: Callable[[], Wire] = lambda: Wire(project, database, emulator=emulator)
        self._indexes = declared or indexes.load()
        self._persistence = persistence or Persistence()
        self._opening = threading.Lock()
        self._opened: Wire | None = None
        self._listening = Listening(self._wire)

    def get(self, path: str) -> Document | None:
        """The document as of the last finished commit, or None."""
        return self.get_many([path])[0]

    def get_many(self, paths: Sequence[str]) -> list[Document | None]:
        """The documents in the order asked, read at one moment: none has changed between its reading and the last one's."""
        for path in paths:
            addresses.split(path)
        if not paths:
            return []
        wire = self._wire()
        request = wire.message("BatchGetDocumentsRequest")
        request.database = wire.database
        request.documents.extend(f"{wire.documents}/{path}" for path in dict.fromkeys(paths))
        found = self._read(lambda timeout: wire.batch_get(request, timeout), wire)
        there = (encoding.document(answer.found, wire.documents) for answer in found if answer.HasField("found"))
        by_path = {document.path: document for document in there}
        return [by_path.get(path) for path in paths]

    def query(self, query: Query) -> Page:
        """Matching documents in order, at one moment; raises MissingIndex when no index covers it."""
        shape = normalise(query)
        self._indexes.cover(shape)
        position = cursors.read(shape)
        wire = self._wire()
        request = wire.message("RunQueryRequest")
        queries.fill(request, wire.documents, shape, position)
        found = self._read(lambda timeout: wire.run_query(request, timeout), wire)
        rows = [encoding.document(answer.document, wire.documents) for answer in found if answer.HasField("document")]
        documents = rows[: shape.limit]
        return Page(documents, cursors.write(shape, documents[-1]) if len(rows) > len(documents) else None)

    def count(self, query: Query, *, up_to: int | None = None) -> int:
        """How many documents match, without reading them, and no more than ``up_to``; ``order``, ``limit`` and ``after`` do not count."""
        shape = normalise(Query(collection=query.collection, where=query.where, group=query.group))
        self._indexes.cover(shape)
        wire = self._wire()
        request = wire.message("RunAggregationQueryRequest")
        queries.fill_count(request, wire.documents, shape, up_to)
        (answer,) = self._read(lambda timeout: wire.run_aggregation_query(request, timeout), wire)
        return int(answer.result.aggregate_fields[queries.COUNT].integer_value)

    def commit(self, writes: Sequence[Write]) -> list[Written]:
        """All writes or none, in order, durable when it returns; errors as the contract names them."""
        prepared = commits.prepare(writes)
        if not prepared:
            return []
        wire = self._wire()
        request = wire.message("CommitRequest")
        request.database = wire.database
        mutations.fill(request, wire.documents, prepared)
        if (size := request.ByteSize()) > MAX_REQUEST_BYTES:
            raise InvalidInput(f"The commit has {size:,} bytes; Firestore takes at most {MAX_REQUEST_BYTES:,}.", bytes=size)
        try:
            response = self._persistence.call(lambda timeout: wire.commit(request, timeout), wire.error, mutations.nature(writes))
        except Unavailable as error:
            if error.kind == IN_DOUBT and (found := self._found_written(request, wire)) is not None:
                return found
            raise
        return mutations.answers(response, prepared)

    def _found_written(self, commit: Any, wire: Wire) -> list[Written] | None:
        """The answer to a commit that was lost on its way, where what it wrote is still there and tells it."""
        from sheaf.adapters.firestore import doubt

        marked = doubt.marks(commit)
        if not marked:
            return None
        request = wire.message("BatchGetDocumentsRequest")
        request.database = wire.database
        request.documents.extend(marked)
        return doubt.written(marked, self._read(lambda timeout: wire.batch_get(request, timeout), wire))

    def commit_each(self, each: Sequence[Sequence[Write]], *, lasting: bool = True) -> list[list[Written] | SheafError]:
        """Several commits, each all or none by itself: one call each, side by side; what :meth:`commit` answers or raises for each."""
        del lasting  # all of them are
        from sheaf.adapters.store.lanes import side_by_side

        return side_by_side(self._attempt, each)

    def _attempt(self, writes: Sequence[Write]) -> list[Written] | SheafError:
        try:
            return self.commit(writes)
        except SheafError as error:
            return error

    def watch(self, path: str, changed: Callable[[Document | None], None]) -> Watch:
        """Call ``changed``, always from a thread of the store's own, with the document as it is now and after commits that change it."""
        return self._listening.add(path, changed)

    def close(self) -> None:
        """End the watches and close the channel; the store must not be used afterwards."""
        self._listening.close()
        with self._opening:
            if self._opened is not None:
                self._opened.close()

    def _read(self, stream: Callable[[float], Iterable[Any]], wire: Wire) -> list[Any]:
        """All answers of a stream; one that breaks off is read again from its beginning, at a later moment."""
        return self._persistence.call(lambda timeout: list(stream(timeout)), wire.error)

    def _wire(self) -> Wire:
        with self._opening:
            if self._opened is None:
                self._opened = self._open()
            return self._opened
