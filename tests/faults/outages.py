"""Ports that are away: for good, or for a while."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta

from sheaf.domain.errors import Unavailable
from sheaf.ports.clock import Clock
from tests.faults.tools import Call


@dataclass(frozen=True, slots=True)
class Away:
    """Answers every call of some ports with Unavailable, before it has any effect."""

    ports: Container[str]

    def before(self, call: Call) -> None:
        """See :class:`Hook`."""
        if call.port in self.ports:
            raise Unavailable(f"{call.port} does not answer.")

    def after(self, call: Call) -> None:
        """See :class:`Hook`."""


@dataclass(slots=True)
class Outage:
    """Answers every call of some ports with Unavailable for a while: from the ``number``-th call on, for ``length`` by the clock."""

    ports: Container[str]
    number: int
    length: timedelta
    clock: Clock
    failed: int = 0
    _seen: int = 0
    _until: datetime | None = None

    def before(self, call: Call) -> None:
        """See :class:`Hook`."""
        if self._seen == self.number:
            self._until = self.clock.now() + self.length
        self._seen += 1
        if self._until is not None and call.port in self.ports and self.clock.now() < self._until:
            self.failed += 1
            raise Unavailable(f"{call.port} is away.")

    def after(self, call: Call) -> None:
        """See :class:`Hook`."""
