"""What consumers of the embedded queue are given and how it is taken back, inside a transaction of theirs."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import orjson

from sheaf.adapters.queue import schema
from sheaf.adapters.queue.pace import Bucket, Standing, backoff, burst, moment, seconds
from sheaf.domain.record import record
from sheaf.ports.queue import Delivery, QueueRule

_TOKEN_BITS = 62


@record(frozen=True, kw_only=True, slots=True)
class Claimed(Delivery):
    """A delivery that a consumer holds, until it answers or the queue's deadline passes."""

    id: int
    #: Different for each delivery of the same message, so that a late answer is told from the one that counts.
    token: int


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueStats:
    """How one queue stands."""

    queue: str
    #: Messages that could be delivered now, that are due later, and that are being delivered.
    waiting: int
    delayed: int
    running: int
    #: Since when the longest due message waits; None when none is due.
    oldest_due: datetime | None
    paused: bool


def standing_of(connection: sqlite3.Connection, rule: QueueRule) -> Standing:
    """Return how a queue stands now."""
    paused, tokens, filled, first_due, first_deadline, running = connection.execute(schema.STANDING, (rule.name,) * 6).fetchone()
    bucket = Bucket(burst(rule), 0) if tokens is None else Bucket(tokens, filled)
    return Standing(rule=rule, paused=bool(paused), bucket=bucket, first_due=first_due, running=running, first_deadline=first_deadline)


def mend(connection: sqlite3.Connection, rule: QueueRule, now: int) -> None:
    """Once the clock has been set back, put right what would wait until it is as late again."""
    if standing_of(connection, rule).was_set_back(now):
        for statement in schema.MEND:
            connection.execute(statement, {"queue": rule.name, "now": now, "deadline": now + seconds(rule.deadline_s)})
        connection.execute(schema.SET_BUCKET, (rule.name, burst(rule), now))


def urgency(standing: Standing) -> tuple[int, int]:
    """Return what queues are served by: priority, then since when work is due."""
    return standing.rule.priority, standing.first_due or 0


def take_back_lost(connection: sqlite3.Connection, rule: QueueRule, now: int) -> None:
    """Put back what was not answered within the deadline: that counts as a failure."""
    lost = connection.execute(schema.LOST, (rule.name, now)).fetchall()
    connection.executemany(schema.RETURN, [(now + backoff(rule, retry), id_, token) for id_, token, retry in lost])


def deliver(connection: sqlite3.Connection, standing: Standing, consumer_id: str, limit: int, now: int) -> Iterator[Claimed]:
    """Hand messages of a queue to a consumer, as many as asked for and allowed."""
    rule, room = standing.rule, min(limit, standing.room(now))
    if room <= 0:
        return
    rows = connection.execute(schema.WAITING, (rule.name, now, room)).fetchall()
    token, deadline = secrets.randbits(_TOKEN_BITS), now + seconds(rule.deadline_s)
    connection.executemany(schema.DELIVER, [(deadline, consumer_id, token, row[0]) for row in rows])
    left = standing.bucket.now(rule, now).without(len(rows))
    connection.execute(schema.SET_BUCKET, (rule.name, left.tokens, left.at))
    for id_, name, payload, retry in rows:
        yield Claimed(queue=rule.name, name=name, payload=orjson.loads(payload), retry=retry, id=id_, token=token)


def stats(connection: sqlite3.Connection, queue: str, now: int) -> QueueStats:
    """Return how a queue stands, for people."""
    waiting, delayed, running, first_due, paused = connection.execute(schema.STATS, {"queue": queue, "now": now}).fetchone()
    oldest = moment(first_due) if waiting else None
    return QueueStats(queue=queue, waiting=waiting, delayed=delayed, running=running, oldest_due=oldest, paused=bool(paused))
