"""Places in the services that calls are made from, and crashes there."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

from tests.faults.tools import Call, Crash

#: Methods that change something.
WRITES = frozenset({"commit", "enqueue", "put", "delete"})

#: The way to a call: files and lines.
Site = tuple[tuple[str, int], ...]


@dataclass(slots=True)
class Sites:
    """Finds the first call made from each place in the services, by the way that led there; ``known`` ones are passed over."""

    known: set[Site] = field(default_factory=set)
    #: Those places, and whether what they call changes anything.
    found: list[tuple[Site, bool]] = field(default_factory=list)

    def before(self, call: Call) -> None:
        """See :class:`Hook`."""
        if (here := _site()) not in self.known:
            self.known.add(here)
            self.found.append((here, call.method in WRITES))

    def after(self, call: Call) -> None:
        """See :class:`Hook`."""


@dataclass(slots=True)
class CrashFrom:
    """Crashes at the first call from a place, before it is made or after."""

    place: Site
    after_it: bool
    hit: bool = False

    def before(self, call: Call) -> None:
        """See :class:`Hook`."""
        del call
        self._crash(after=False)

    def after(self, call: Call) -> None:
        """See :class:`Hook`."""
        del call
        self._crash(after=True)

    def _crash(self, *, after: bool) -> None:
        if after is self.after_it and not self.hit and _site() == self.place:
            self.hit = True
            raise Crash


def _site() -> Site:
    """The lines of the services that are being carried out, the innermost first."""
    lines, frame = [], sys._getframe(1)
    while frame := frame.f_back:  # type: ignore[assignment]  # None ends it
        if str(frame.f_globals.get("__name__", "")).startswith("sheaf.services"):
            lines.append((frame.f_code.co_filename, frame.f_lineno))
    return tuple(lines)
