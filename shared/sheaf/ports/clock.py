"""Time and identity, handed in so that decisions stay pure and tests own them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The wall clock."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        ...


class Ids(Protocol):
    """A source of new record ids."""

    def new(self) -> str:
        """A fresh id: 24 lower-case hexadecimal digits, uniformly spread, never given before."""
        ...
