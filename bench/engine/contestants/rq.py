"""rq on Redis with workers that do not fork for each job; its maintenance hands on what a dead worker held."""

from __future__ import annotations

import os
from collections.abc import Sequence

from redis import Redis
from rq import Queue, Retry

from bench.engine import settings, sink
from bench.engine.contestant import Contestant
from bench.engine.peer import Library, Peer, program

ABOUT = "Redis (append-only file, fsync every second), 1 SimpleWorker a core, enqueued by the thousand, no results, retried"

redis = Redis.from_url(os.environ[settings.REDIS])
queue = Queue("bench", connection=redis)

_BATCH = 1_000
_COMMAND = (
    program("rq"),
    "worker",
    "--worker-class",
    "rq.SimpleWorker",
    "--maintenance-interval",
    "10",
    "--quiet",
    "--url",
    os.environ[settings.REDIS],
)


def enqueue(numbers: Sequence[int]) -> None:
    """Many in one pipeline."""
    for start in range(0, len(numbers), _BATCH):
        part = numbers[start : start + _BATCH]
        queue.enqueue_many([Queue.prepare_data(sink.do, (number,), result_ttl=0, retry=Retry(max=3)) for number in part])


def contestant() -> Contestant:
    """Made in its own process."""
    return Peer(Library(commands=[(*_COMMAND, queue.name)] * settings.workers(), enqueue=enqueue, clean=redis.flushall))
