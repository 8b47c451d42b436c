"""procrastinate on PostgreSQL; jobs whose worker died are tried again by a periodic task, as its documentation shows."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence

import procrastinate
from psycopg_pool import AsyncConnectionPool

from bench.engine import settings, sink
from bench.engine.contestant import Contestant
from bench.engine.peer import Library, Peer, program

ABOUT = "PostgreSQL (defaults: fsync, synchronous commit), 1 process a core, 24 coroutines each, enqueued by the thousand"

app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=os.environ[settings.DSN]))

_BATCH = 1_000
_COROUTINES = 24
_COMMAND = (program("procrastinate"), f"--app={__name__}.app", "worker", f"--concurrency={_COROUTINES}", "--queues=bench,repair")
_pools: list[AsyncConnectionPool] = []


async def _do(number: int) -> None:
    """:func:`bench.engine.sink.do` for an event loop."""
    began = time.time()
    if nap := settings.nap():
        await asyncio.sleep(nap)
    if not _pools:
        _pools.append(
            AsyncConnectionPool(os.environ[settings.DSN], min_size=2, max_size=_COROUTINES, open=False, kwargs={"autocommit": True})
        )
    await _pools[0].open()
    async with _pools[0].connection() as connection:
        await connection.execute(sink.STATEMENT, (began, number), prepare=True)


async def _repair(timestamp: int) -> None:
    """Try jobs again whose worker's heart stopped beating."""
    del timestamp
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(job)


do = app.task(_do, name="do", queue="bench")
repair = app.periodic(cron="*/10 * * * * *")(app.task(_repair, name="repair", queue="repair", queueing_lock="repair"))


def enqueue(numbers: Sequence[int]) -> None:
    """Many in one statement."""
    for start in range(0, len(numbers), _BATCH):
        do.batch_defer(*[{"number": number} for number in numbers[start : start + _BATCH]])


def _clean() -> None:
    """Its schema, anew, and a connection that stays open for enqueueing."""
    sink.connection().execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    sink.stock(1)
    app.open()
    app.schema_manager.apply_schema()


def contestant() -> Contestant:
    """Made in its own process."""
    return Peer(Library(commands=[_COMMAND] * settings.workers(), enqueue=enqueue, clean=_clean))
