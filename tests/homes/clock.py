"""A clock that several processes share and a test moves: the time since it was made, and what was added to it, kept in a file."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

#: Where it starts. It is never turned back, so a month holds what all tests of a process add.
START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


class SharedClock:
    """See the module; :meth:`move` is the test's alone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def made(cls, path: Path) -> SharedClock:
        """A clock that starts now."""
        clock = cls(path)
        clock._keep(time.monotonic(), timedelta())
        return clock

    def now(self) -> datetime:
        """The time it shows."""
        began, added = self._kept()
        return START + timedelta(seconds=time.monotonic() - began) + added

    def move(self, by: timedelta) -> None:
        """Jump forward, for every process."""
        began, added = self._kept()
        self._keep(began, added + by)

    def _kept(self) -> tuple[float, timedelta]:
        began, added = self._path.read_text(encoding="ascii").split()
        return float(began), timedelta(seconds=float(added))

    def _keep(self, began: float, added: timedelta) -> None:
        aside = self._path.with_suffix(f".{os.getpid()}")
        aside.write_text(f"{began!r} {added.total_seconds()!r}", encoding="ascii")
        aside.replace(self._path)
