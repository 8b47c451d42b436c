"""What one process counts before it is written down."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta


class Tally:
    """Counts by name, kept until somebody writes them down, which is seldom; safe for threads."""

    def __init__(self) -> None:
        #: Tells this process from others, as far as chance does.
        self.place = random.getrandbits(32)
        self._counts: Counter[str] = Counter()
        self._taken_at: datetime | None = None
        self._lock = threading.Lock()

    def add(self, name: str, by: int = 1) -> None:
        """Count something."""
        with self._lock:
            self._counts[name] += by

    def take(self, now: datetime, pause: timedelta) -> Mapping[str, int]:
        """What is to be written down now: nothing where there is nothing, or where the last time is less than ``pause`` ago."""
        with self._lock:
            if not self._counts or (self._taken_at is not None and abs(now - self._taken_at) < pause):
                return {}
            taken, self._counts, self._taken_at = self._counts, Counter(), now
            return {str(name): count for name, count in taken.items() if count}

    def give_back(self, counts: Mapping[str, int]) -> None:
        """Keep counts that could not be written down for the next time."""
        with self._lock:
            self._counts.update(counts)
