"""The system's clock and random ids."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime


class SystemClock:
    """The wall clock of this machine."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        return datetime.now(UTC)


class RandomIds:
    """Ids of 96 random bits: spread evenly over a store's key range, and never the same twice."""

    def new(self) -> str:
        """A fresh id: 24 lower-case hexadecimal digits."""
        return secrets.token_hex(12)
