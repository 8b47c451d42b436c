"""dramatiq on Redis, acknowledged behind the task; its maintenance hands on what a dead worker held, a heartbeat's time later."""

from __future__ import annotations

import os
from collections.abc import Sequence

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from bench.engine import settings, sink
from bench.engine.contestant import Contestant
from bench.engine.peer import Library, Peer, program

ABOUT = "Redis (append-only file, fsync every second), 1 process a core, 8 threads each"

broker = RedisBroker(url=os.environ[settings.REDIS])
dramatiq.set_broker(broker)
do = dramatiq.actor(sink.do, queue_name="bench")

#: Its default, and on this task better than fewer or more.
_THREADS = "8"


def enqueue(numbers: Sequence[int]) -> None:
    """One by one: dramatiq has no call for many."""
    for number in numbers:
        do.send(number)


def contestant() -> Contestant:
    """Made in its own process."""
    command = (program("dramatiq"), __name__, "--processes", str(settings.workers()), "--threads", _THREADS)
    return Peer(Library(commands=[command], enqueue=enqueue, clean=broker.flush_all))
