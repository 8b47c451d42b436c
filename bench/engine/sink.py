"""The counter that every peer is given, with the guarantees of Sheaf's own: in PostgreSQL, in one transaction for each task.

That transaction marks the task as ended unless it is already, adds one to the task's shard, and with a shard's last task one to the run;
whoever adds the last shard ends the run. What is done twice counts nothing. It is sharded as Sheaf's is, so that no row is fought over.
Runs in the peers' environment, where psycopg is.
"""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import psycopg

from bench.engine import settings
from bench.engine.contestant import State

_TABLES = """
DROP TABLE IF EXISTS run, shard, task;
CREATE TABLE run (id int PRIMARY KEY, total int, shards int, full_shards int DEFAULT 0, finishes int DEFAULT 0, finished_at timestamptz);
CREATE TABLE shard (id int PRIMARY KEY, size int, done int DEFAULT 0);
CREATE TABLE task (id int PRIMARY KEY, shard int, ended bool DEFAULT false, began float8);
"""
_STOCK = (
    "INSERT INTO run (id, total, shards) VALUES (1, %(tasks)s, %(shards)s)",
    "INSERT INTO task (id, shard) SELECT id, id %% %(shards)s FROM generate_series(0, %(tasks)s - 1) AS id",
    "INSERT INTO shard (id, size) SELECT shard, count(*) FROM task GROUP BY shard",
)
#: Parameters: the task's number, and when it began.
COUNT_OFF = """
WITH ended AS (UPDATE task SET ended = true, began = {began} WHERE id = {number} AND NOT ended RETURNING shard),
counted AS (UPDATE shard SET done = shard.done + 1 FROM ended WHERE shard.id = ended.shard RETURNING shard.done = shard.size AS is_full)
UPDATE run SET
    full_shards = full_shards + 1,
    finishes = finishes + (full_shards + 1 = shards)::int,
    finished_at = CASE WHEN full_shards + 1 = shards THEN clock_timestamp() END
FROM counted WHERE is_full
"""
#: For psycopg.
STATEMENT = COUNT_OFF.format(began="%s", number="%s")
_STATE = "SELECT total, (SELECT sum(done) FROM shard), extract(epoch FROM finished_at), finishes FROM run"

_TASKS_PER_SHARD, _MOST_SHARDS = 250, 64
_own = threading.local()


def do(number: int) -> None:
    """The body of every task: nothing, for as long as it is told, and then the counter."""
    began = time.time()
    if nap := settings.nap():
        time.sleep(nap)
    connection().execute(STATEMENT, (began, number), prepare=True)


def connection() -> psycopg.Connection[Any]:
    """This thread's connection to the counter, each statement a transaction; a process that was forked gets its own."""
    held: tuple[int, psycopg.Connection[Any]] | None = getattr(_own, "held", None)
    if held is None or held[0] != os.getpid() or held[1].closed:
        held = _own.held = os.getpid(), psycopg.connect(os.environ[settings.DSN], autocommit=True)
    return held[1]


def stock(tasks: int) -> None:
    """A run of so many tasks, none of which has ended, in place of the last."""
    shards = 1
    while shards < _MOST_SHARDS and tasks > shards * _TASKS_PER_SHARD:
        shards *= 2
    connection().execute(_TABLES)
    for statement in _STOCK:
        connection().execute(statement, {"tasks": tasks, "shards": shards})
    connection().execute("VACUUM ANALYZE task")


def state() -> State:
    """How the run stands."""
    row = connection().execute(_STATE).fetchone()
    if row is None:
        raise RuntimeError("no run was stocked")
    total, counted, finished, finishes = row
    return State(total=total, counted=int(counted), finished_at=None if finished is None else float(finished), finishes=finishes)


def started() -> dict[int, float]:
    """When each task that ended was begun."""
    return dict(connection().execute("SELECT id, began FROM task WHERE ended").fetchall())
