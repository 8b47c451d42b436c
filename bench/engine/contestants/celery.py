"""celery on Redis, acknowledged behind the task, given back when its process is lost."""

from __future__ import annotations

import os
from collections.abc import Sequence

from celery import Celery

from bench.engine import settings, sink
from bench.engine.contestant import Contestant
from bench.engine.peer import Library, Peer, program

ABOUT = "Redis (append-only file, fsync every second), prefork with 1 process a core, late acknowledgement, 64 prefetched, no results"

app = Celery("bench", broker=os.environ[settings.REDIS])
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=64,
    broker_connection_retry_on_startup=True,
)
do = app.task(sink.do, name="bench.do")

_COMMAND = (
    program("celery"),
    "--app",
    __name__,
    "worker",
    "--loglevel",
    "ERROR",
    "--without-gossip",
    "--without-mingle",
    "--pool",
    "prefork",
)


def enqueue(numbers: Sequence[int]) -> None:
    """One by one, over one connection."""
    with app.producer_or_acquire() as producer:
        for number in numbers:
            do.apply_async((number,), producer=producer)


def contestant() -> Contestant:
    """Made in its own process."""
    command = (*_COMMAND, "--concurrency", str(settings.workers()))
    return Peer(Library(commands=[command], enqueue=enqueue, clean=app.control.purge))
