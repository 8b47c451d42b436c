"""huey on Redis: a blocking queue without results. What a worker holds when it dies is gone; huey has no acknowledgement."""

from __future__ import annotations

import os
from collections.abc import Sequence

from huey import RedisHuey

from bench.engine import settings, sink
from bench.engine.contestant import Contestant
from bench.engine.peer import Library, Peer, program

ABOUT = "Redis (append-only file, fsync every second), blocking pops, no results; 1 consumer a core, 8 threads each"

huey = RedisHuey("bench", url=os.environ[settings.REDIS], results=False, blocking=True)
do = huey.task()(sink.do)

#: Threads wait for PostgreSQL beside each other: three times what processes that work one task at a time come to.
_THREADS = "8"
_COMMAND = (program("huey_consumer"), f"{__name__}.huey", "--quiet", "--no-periodic", "--worker-type", "thread", "--workers", _THREADS)


def enqueue(numbers: Sequence[int]) -> None:
    """One by one: huey has no call for many."""
    for number in numbers:
        do(number)


def contestant() -> Contestant:
    """Made in its own process."""
    return Peer(Library(commands=[_COMMAND] * settings.workers(), enqueue=enqueue, clean=huey.flush))
