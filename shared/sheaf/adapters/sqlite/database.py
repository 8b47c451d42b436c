"""One SQLite file in write-ahead mode, for many threads of many processes.

Readers never wait: each takes a connection from a pool and sees the last finished transaction. Writers pass a :class:`Gate` one by one:
SQLite's own busy handler sleeps between its attempts, for whole milliseconds and in no order, which starves writers.
Open the file in the process that uses it: connections do not survive a fork.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Literal

from sheaf.adapters.sqlite.gate import Gate
from sheaf.domain.errors import Unavailable
from sheaf.settings import Settings

#: FULL: a finished transaction survives a power cut. NORMAL: it survives the death of the process.
Durability = Literal["FULL", "NORMAL"]

#: How long to wait for someone who passed no gate, such as a person with the sqlite3 shell.
_PATIENCE_S = 30.0
_CACHE_KIB = 16_384
#: Reading connections kept for the next; more are opened when more threads read at once.
_MOST_IDLE = 8
#: Of new files: a document of usual size and its columns lie in one page whole, where smaller ones would chain a second one to it.
_PAGE_BYTES = 8_192
#: The log is brought over to the file when it has 32 MiB: what is written again and again until then is brought over once.
_CHECKPOINT_PAGES = 4_000
_CACHED_STATEMENTS = 512


def durability_of(settings: Settings) -> Durability:
    """What an installation asks of its files."""
    return "FULL" if settings.durability == "full" else "NORMAL"


class Database:
    """The connections to one file."""

    def __init__(
        self,
        path: Path,
        *,
        durability: Durability = "FULL",
        is_prepared: Callable[[sqlite3.Connection], bool],
        prepare: Callable[[sqlite3.Connection], None],
    ) -> None:
        """Open or create the file, and run ``prepare`` in a transaction unless ``is_prepared`` already."""
        self._path = path
        self._durability = self._flushed = durability
        self._idle: deque[sqlite3.Connection] = deque()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._gate = Gate(path.with_name(f"{path.name}-gate"))
        with ExitStack() as undo:
            undo.callback(self._gate.close)
            with _translated(path), self._gate:
                self._writer = self._connect()
                undo.callback(self._writer.close)
                self._prepare(is_prepared, prepare)
            undo.pop_all()

    def _prepare(self, is_prepared: Callable[[sqlite3.Connection], bool], prepare: Callable[[sqlite3.Connection], None]) -> None:
        self._writer.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        self._writer.execute("PRAGMA journal_mode = WAL")
        if not is_prepared(self._writer):
            with _transaction(self._writer):
                prepare(self._writer)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for reads, each of which sees the last finished transaction."""
        with _translated(self._path):
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = self._connect()
            try:
                yield connection
            finally:
                self._give_back(connection)

    @contextmanager
    def reading_at_one_moment(self) -> Iterator[sqlite3.Connection]:
        """A connection whose reads all see the same: what was finished at the first of them."""
        with self.reading() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("COMMIT")

    @contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[sqlite3.Connection]:
        """The one writing connection inside a transaction, finished when the block ends and undone when it raises.

        What need not be ``lasting`` may be undone by a power cut, until a transaction that is has followed it.
        """
        with _translated(self._path), self._gate:
            self._flush(self._durability if lasting else "NORMAL")
            with _transaction(self._writer):
                yield self._writer

    def _flush(self, durability: Durability) -> None:
        """Have the next transactions flushed as that asks."""
        if durability != self._flushed:
            self._writer.execute(f"PRAGMA synchronous = {durability}")
            self._flushed = durability

    def close(self) -> None:
        """Close every connection that is not in use."""
        with self._gate:
            self._writer.close()
        while self._idle:
            self._idle.pop().close()
        self._gate.close()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if len(self._idle) < _MOST_IDLE:
            self._idle.append(connection)
        else:
            connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False, cached_statements=_CACHED_STATEMENTS
        )
        try:
            for pragma in self._pragmas():
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _pragmas(self) -> tuple[str, ...]:
        return (
            f"synchronous = {self._durability}",
            f"cache_size = -{_CACHE_KIB}",
            f"wal_autocheckpoint = {_CHECKPOINT_PAGES}",
            "secure_delete = OFF",
            "temp_store = MEMORY",
        )


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise Unavailable(f"The file {path.name} could not be read or written: {error}.") from error
