"""The processes of one caller: as many as it makes calls at once, warm ones first."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Iterator, Sequence
from functools import cache

from sheaf.adapters.processes.child import COMMAND, Child
from sheaf.adapters.processes.frames import Call, End
from sheaf.domain.errors import FileProblem
from sheaf.ports.processes import Bounds


class Pool:
    """A :class:`sheaf.ports.processes.Processes` for any number of threads; starts nothing before it is called."""

    def __init__(self, *, keep: int = 0, command: Sequence[str] = COMMAND) -> None:
        """Keep up to so many processes that have nothing to do, by default one per core."""
        self._keep = keep or os.cpu_count() or 1
        self._command = command
        self._lock = threading.Lock()
        self._idle: list[Child] = []

    @property
    def pids(self) -> list[int]:
        """The processes that have nothing to do."""
        with self._lock:
            return [child.pid for child in self._idle]

    def call(self, entry: str, argument: bytes, bounds: Bounds) -> Iterator[bytes]:
        """See :class:`sheaf.ports.processes.Processes`."""
        child, end = self._taken(), End(leaving=True)
        try:
            end = yield from child.perform(Call(entry=entry, argument=argument, seconds=bounds.seconds, memory=bounds.memory))
        finally:
            self._put_back(child, end)
        if end.failure is not None:
            raise FileProblem(end.failure.category, end.failure.message)

    def warm_up(self, modules: Sequence[str]) -> None:
        """See :class:`sheaf.ports.processes.Processes`."""
        child = self._taken()
        child.load(modules)
        self._put_back(child, End())

    def close(self) -> None:
        """See :class:`sheaf.ports.processes.Processes`."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    def _taken(self) -> Child:
        """The process that was busy last, or a new one."""
        while child := self._waiting():
            if child.alive:
                return child
            child.end()
        return Child(self._command)

    def _waiting(self) -> Child | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _put_back(self, child: Child, end: End) -> None:
        with self._lock:
            if stays := not end.leaving and len(self._idle) < self._keep:
                self._idle.append(child)
        if not stays:
            child.end()


@cache
def shared() -> Pool:
    """The pool of this process, which is closed with it."""
    pool = Pool()
    atexit.register(pool.close)
    return pool
