"""A lock that threads and processes wait for in turn, and that the death of its holder opens."""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path
from types import TracebackType


class Gate:
    """A lock held on a file of its own (flock): the system wakes the next one at once, and lets go for whoever dies.

    A holder that is stopped (SIGSTOP) keeps the others waiting until it goes on or is killed, as it would with SQLite's own lock.
    """

    def __init__(self, path: Path) -> None:
        self._turn = threading.Lock()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def __enter__(self) -> None:
        self._turn.acquire()
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._turn.release()
            raise

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        finally:
            self._turn.release()

    def close(self) -> None:
        """Close the file; the gate must not be used afterwards."""
        with self._turn:
            os.close(self._file)
