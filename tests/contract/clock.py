"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class TestClock:
    """Time as a test wants it."""

    __test__ = False

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def now(self) -> datetime:
        """The time it was set to."""
        return self.moment

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass, or take them back."""
        self.moment += timedelta(seconds=seconds)
