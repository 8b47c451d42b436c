"""One SQLite file in write-ahead mode, for many threads of many processes.

Readers never wait: each takes a connection from a pool and sees the last finished transaction. Writers queue up, threads of one process
behind a lock and processes behind SQLite's own, which is asked for again after fractions of a millisecond (SQLite's busy handler sleeps
whole milliseconds and starves writers: 32 threads wait for seconds). Open the file in the process that uses it: connections do not
survive a fork.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from sheaf.domain.errors import Unavailable

#: FULL: a finished transaction survives a power cut. NORMAL: it survives the death of the process.
Durability = Literal["FULL", "NORMAL"]

_PATIENCE_S = 30.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.0001, 0.002
_CACHE_KIB = 32_768
_CHECKPOINT_PAGES = 4_000
_WAL_BYTES_KEPT = 64 * 1024 * 1024
_CACHED_STATEMENTS = 512


class Database:
    """The connections to one file."""

    def __init__(self, path: Path, *, durability: Durability = "FULL") -> None:
        self._path = path
        self._durability = durability
        self._idle: deque[sqlite3.Connection] = deque()
        self._writer: sqlite3.Connection | None = None
        self._turn = threading.Lock()

    def prepare(self, is_prepared: Callable[[sqlite3.Connection], bool], prepare: Callable[[sqlite3.Connection], None]) -> None:
        """Create the file where it is missing, and run ``prepare`` in a transaction unless ``is_prepared`` already."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self.reading() as connection:
            done = is_prepared(connection)
        if not done:
            with self.writing() as connection:
                prepare(connection)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for reads; each statement, or all between BEGIN and COMMIT, is read at one moment."""
        with _translated(self._path):
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = self._connect()
            try:
                yield connection
            finally:
                self._idle.append(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The one writing connection inside a transaction, finished when the block ends and undone when it raises."""
        with _translated(self._path), self._turn:
            connection = self._writer = self._writer or self._connect(patience_s=0)
            _patiently(lambda: connection.execute("BEGIN IMMEDIATE"))
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close every connection that is not in use."""
        with self._turn:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
        while self._idle:
            self._idle.pop().close()

    def _connect(self, *, patience_s: float = _PATIENCE_S) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=patience_s, isolation_level=None, check_same_thread=False, cached_statements=_CACHED_STATEMENTS
        )
        _patiently(lambda: connection.execute("PRAGMA journal_mode = WAL"))
        for pragma in (
            f"synchronous = {self._durability}",
            f"cache_size = -{_CACHE_KIB}",
            f"wal_autocheckpoint = {_CHECKPOINT_PAGES}",
            f"journal_size_limit = {_WAL_BYTES_KEPT}",
            "secure_delete = OFF",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
        return connection


def _patiently(attempt: Callable[[], object]) -> None:
    """Repeat while another process holds the lock; raises what SQLite says once patience is at its end."""
    deadline, pause = time.monotonic() + _PATIENCE_S, _FIRST_PAUSE_S
    while True:
        try:
            attempt()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)
        else:
            return


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise Unavailable(f"The file {path.name} could not be read or written: {error}.") from error
