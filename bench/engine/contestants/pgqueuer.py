"""pgqueuer on PostgreSQL through asyncpg; jobs whose worker's heart stopped beating are picked by another after 30 s, its default."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import uvloop
from pgqueuer import PgQueuer, Queries
from pgqueuer.db import AsyncpgDriver

from bench.engine import settings, sink
from bench.engine.contestant import Contestant
from bench.engine.peer import Library, Peer

ABOUT = "PostgreSQL (defaults: fsync, synchronous commit), asyncpg, 1 process a core, batches of 50, enqueued by the thousand"

_BATCH = 1_000
_DEQUEUED = 50
_STATEMENT = sink.COUNT_OFF.format(began="$1", number="$2")
#: Its own ``pgq run`` cannot start here: it takes the log level it gets from its parser for one of its own.
_COMMAND = (sys.executable, "-m", "bench.engine.contestants.pgqueuer")


@asynccontextmanager
async def workers() -> AsyncIterator[PgQueuer]:
    """What ``pgq run`` runs."""
    async with asyncpg.create_pool(os.environ[settings.DSN], min_size=2, max_size=8) as pool:
        queuer = PgQueuer.from_asyncpg_pool(pool)

        async def do(job: Any) -> None:
            began = time.time()
            if nap := settings.nap():
                await asyncio.sleep(nap)
            await pool.execute(_STATEMENT, began, int(job.payload or b""))

        queuer.entrypoint("do")(do)
        yield queuer


async def _work() -> None:
    async with workers() as queuer:
        await queuer.run(batch_size=_DEQUEUED)


async def _enqueue(numbers: Sequence[int]) -> None:
    connection = await _connected()
    for start in range(0, len(numbers), _BATCH):
        part = numbers[start : start + _BATCH]
        await Queries(AsyncpgDriver(connection)).enqueue(["do"] * len(part), [b"%d" % number for number in part], [0] * len(part))


_loop = asyncio.new_event_loop()
_connections: list[asyncpg.Connection] = []


async def _connected() -> asyncpg.Connection:
    if not _connections:
        _connections.append(await asyncpg.connect(os.environ[settings.DSN]))
    return _connections[0]


def enqueue(numbers: Sequence[int]) -> None:
    """Many in one statement."""
    _loop.run_until_complete(_enqueue(numbers))


def _clean() -> None:
    """Its schema, anew."""
    sink.connection().execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    sink.stock(1)
    _loop.run_until_complete(_install())


async def _install() -> None:
    await Queries(AsyncpgDriver(await _connected())).install()


def contestant() -> Contestant:
    """Made in its own process."""
    return Peer(Library(commands=[_COMMAND] * settings.workers(), enqueue=enqueue, clean=_clean))


if __name__ == "__main__":
    uvloop.run(_work())
