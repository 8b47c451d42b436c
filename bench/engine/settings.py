"""What the processes of a contest tell each other through their environment."""

from __future__ import annotations

import os

#: Where the peers' PostgreSQL and Redis are.
DSN = "BENCH_DSN"
REDIS = "BENCH_REDIS"
#: Seconds that every task sleeps; nothing by default.
NAP = "BENCH_NAP"
#: Worker processes of each contestant.
WORKERS = "BENCH_WORKERS"
#: The contestant's own folder.
FOLDER = "BENCH_FOLDER"


def workers() -> int:
    """Worker processes that a contestant is to have."""
    return int(os.environ.get(WORKERS, "0")) or os.cpu_count() or 1


def nap() -> float:
    """Seconds that every task sleeps."""
    return float(os.environ.get(NAP, "0"))
