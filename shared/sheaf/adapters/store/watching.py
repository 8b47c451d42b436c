"""Watches on documents of the embedded store: one thread a store that looks whether the file has changed.

SQLite counts the commits of everybody else for each connection (``PRAGMA data_version``, https://www.sqlite.org/pragma.html#pragma_data_version):
a look costs microseconds and touches no document while nothing happens. This process's own commits wake the thread at once; those of
other processes are seen at the next look. After a look there is a short rest, so that a busy file costs no more than an idle one.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

from sheaf.adapters.store.watch import Changed, OneWatch
from sheaf.domain.errors import Unavailable
from sheaf.ports.store import Document

#: Seconds between two looks while nobody of this process commits, and the least there is between any two.
_LOOK_S = 0.25
_REST_S = 0.03

_VERSION = "SELECT version FROM documents WHERE collection = ? AND id = ?"

_LOG = logging.getLogger(__name__)

Reading = Callable[[], AbstractContextManager[sqlite3.Connection]]
Read = Callable[[sqlite3.Connection, str], Document | None]


class Watching:
    """All watches of one store."""

    def __init__(self, reading: Reading, read: Read) -> None:
        self._reading = reading
        self._read = read
        self._guard = threading.Lock()
        #: Never changed in place: another list is other watches.
        self._watches: list[OneWatch] = []
        self._thread: threading.Thread | None = None
        self._woken = threading.Event()
        self._ended = threading.Event()

    def add(self, path: str, changed: Changed) -> OneWatch:
        """Watch one document; raises InvalidInput for what is no address."""
        watch = OneWatch(path, changed, self._forget)
        with self._guard:
            self._watches = [*self._watches, watch]
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="sheaf-watches", daemon=True)
                self._thread.start()
        self._woken.set()
        return watch

    def ring(self) -> None:
        """Say that this process has committed something."""
        if self._watches:
            self._woken.set()

    def close(self) -> None:
        """Close every watch and end the thread."""
        self._ended.set()
        self._woken.set()
        for watch in self._snapshot():
            watch.close()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _forget(self, watch: OneWatch) -> None:
        with self._guard:
            self._watches = [other for other in self._watches if other is not watch]

    def _snapshot(self) -> list[OneWatch]:
        with self._guard:
            return self._watches

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                with self._reading() as connection:
                    self._follow(connection)
            except Unavailable:
                _LOG.warning("The watched documents could not be read; trying again.", exc_info=True)
                self._ended.wait(_LOOK_S)

    def _follow(self, connection: sqlite3.Connection) -> None:
        seen, looked_at = None, None
        while not self._ended.is_set():
            self._woken.wait(_LOOK_S if self._watches else None)
            self._woken.clear()
            watches = self._snapshot()
            (now,) = connection.execute("PRAGMA data_version").fetchone()
            if now != seen or watches is not looked_at:
                self._look(connection, watches)
                self._ended.wait(_REST_S)
            seen, looked_at = now, watches

    def _look(self, connection: sqlite3.Connection, watches: list[OneWatch]) -> None:
        for watch in watches:
            row = connection.execute(_VERSION, watch.address).fetchone()
            if watch.is_news(None if row is None else str(row[0])):
                watch.tell(self._read(connection, watch.path))
