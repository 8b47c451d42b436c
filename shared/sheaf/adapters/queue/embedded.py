"""The embedded task queue: one SQLite file, with any number of processes that enqueue and consume.

Accepting is durable (it survives a power cut); claims and acknowledgements survive the death of any process, and after a power cut the
last of them may be forgotten, so that a delivery is made once more.
"""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from sheaf.adapters.queue import doorbell, schema
from sheaf.adapters.queue.pace import Bucket, Standing, backoff, burst, micros, moment, seconds
from sheaf.adapters.sqlite.database import Database, Durability
from sheaf.adapters.sqlite.grouping import Grouping
from sheaf.domain.errors import InvalidInput
from sheaf.ports.clock import Clock
from sheaf.ports.queue import MAX_PAYLOAD_BYTES, Delivery, Message, QueueRule

#: How long a name is known after its message is done.
REMEMBERED = timedelta(hours=1)

_NAME = re.compile(r"[A-Za-z0-9_-]{1,500}", re.ASCII)
_ROWS_AT_ONCE = 500
_TOKEN_BITS = 62
#: Bells are not relied on alone.
_LONGEST_WAIT_S = 1.0

_Row = tuple[str, str, bytes, int, int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
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


class EmbeddedQueue:
    """Messages in one SQLite file; the sender's side is :class:`sheaf.ports.queue.TaskQueue`, the rest is the consumers' and operators'.

    ``durability`` below FULL is for work that can be asked for again.
    """

    def __init__(self, path: Path, rules: Sequence[QueueRule], *, clock: Clock, durability: Durability = "FULL") -> None:
        self._rules = {rule.name: rule for rule in rules}
        self._clock = clock
        self._durable = Database(path, durability=durability, is_prepared=schema.is_prepared, prepare=schema.prepare)
        self._quick = Database(path, durability="NORMAL", is_prepared=schema.is_prepared, prepare=schema.prepare)
        self._bells = path.with_name(f"{path.name}-bells")
        self._bell: doorbell.Bell | None = None
        self._accepting: Grouping[Sequence[_Row], int] = Grouping(self._accept)

    def enqueue(self, messages: Sequence[Message]) -> int:
        """Accept every message, durably, and say how many were new; errors as the contract names them."""
        now = self._now()
        rows = [self._row(message, now) for message in messages]
        new = sum(self._accepting.submit(rows[start : start + _ROWS_AT_ONCE]) for start in range(0, len(rows), _ROWS_AT_ONCE))
        if new:
            doorbell.ring(self._bells)
        return new

    def holds(self, queue: str, name: str) -> bool:
        """Whether a message of that name is waiting or being delivered now."""
        with self._quick.reading() as connection:
            return connection.execute(schema.HOLDS, (queue, name)).fetchone() is not None

    def claim(self, consumer_id: str, limit: int) -> list[Claimed]:
        """Take up to ``limit`` deliveries that are due, the most urgent queue's first and within every queue's rule; none is an answer."""
        due = self.next_due()
        if due is None or due > self._clock.now():
            return []
        claimed: list[Claimed] = []
        with self._quick.writing() as connection:
            now = self._now()
            for rule in self._rules.values():
                self._mend(connection, rule, now)
                _take_back_lost(connection, rule, now)
            for standing in sorted((self._standing(connection, rule) for rule in self._rules.values()), key=_urgency):
                claimed += _deliver(connection, standing, consumer_id, limit - len(claimed), now)
        return claimed

    def ack(self, delivery: Claimed) -> bool:
        """The delivery is done, its message never made again; False if it was made again already, and that one still counts."""
        return self.ack_many([delivery]) == 1

    def ack_many(self, deliveries: Sequence[Claimed]) -> int:
        """Acknowledge several at once; returns how many were still their consumer's."""
        now = self._now()
        with self._quick.writing() as connection:
            return connection.executemany(schema.ACK, [(now, delivery.id, delivery.token) for delivery in deliveries]).rowcount

    def fail(self, delivery: Claimed, delay: timedelta | None = None) -> bool:
        """The delivery came to nothing: make it again after ``delay``, or the queue's back-off; False if it was made again already."""
        now = self._now()
        wait = backoff(self._rules[delivery.queue], delivery.retry) if delay is None else delay // timedelta(microseconds=1)
        with self._quick.writing() as connection:
            return connection.execute(schema.RETURN, (now + wait, delivery.id, delivery.token)).rowcount == 1

    def release(self, consumer_id: str) -> int:
        """Make everything a consumer holds deliverable at once, as another try; returns how much that was."""
        with self._quick.writing() as connection:
            released = connection.execute(schema.RELEASE, (self._now(), consumer_id)).rowcount
        if released:
            doorbell.ring(self._bells)
        return released

    def holders(self) -> set[str]:
        """The consumers that hold deliveries; those of them that live no more are to be released."""
        with self._quick.reading() as connection:
            return {consumer for (consumer,) in connection.execute(schema.HOLDERS)}

    def next_due(self) -> datetime | None:
        """When the next claim can bring something, by each queue's rule, if nothing is enqueued till then; None if never."""
        now = self._now()
        with self._quick.reading() as connection:
            standings = [self._standing(connection, rule) for rule in self._rules.values()]
        if any(standing.was_set_back(now) for standing in standings):
            return moment(now)
        due = min((at for standing in standings if (at := standing.next_due()) is not None), default=None)
        return None if due is None else moment(due)

    def wait(self, longest_s: float) -> None:
        """Sleep until a claim may bring something: work came, work is due, :meth:`wake` was called, or ``longest_s`` are over."""
        if self._bell is None:
            self._bell = doorbell.Bell(self._bells)
        due = self.next_due()
        until_due = _LONGEST_WAIT_S if due is None else (due - self._clock.now()).total_seconds()
        if until_due > 0:
            self._bell.wait(min(longest_s, until_due, _LONGEST_WAIT_S))

    def wake(self) -> None:
        """End every :meth:`wait` on this file, in all processes."""
        doorbell.ring(self._bells)

    def pause(self, queue: str) -> None:
        """Deliver nothing of this queue until it is resumed; deliveries under way go on."""
        self._set_paused(queue, paused=True)

    def resume(self, queue: str) -> None:
        """Deliver again."""
        self._set_paused(queue, paused=False)
        doorbell.ring(self._bells)

    def purge(self, queue: str) -> int:
        """Drop all messages of the queue that are not being delivered; returns how many."""
        self._rule(queue)
        with self._durable.writing() as connection:
            return connection.execute(schema.PURGE, (queue,)).rowcount

    def stats(self) -> list[QueueStats]:
        """How every queue stands, the most urgent first."""
        now = self._now()
        with self._quick.reading() as connection:
            return [_stats(connection, rule.name, now) for rule in sorted(self._rules.values(), key=lambda rule: rule.priority)]

    def close(self) -> None:
        """Let go of the file; the queue must not be used afterwards."""
        if self._bell is not None:
            self._bell.close()
        self._durable.close()
        self._quick.close()

    def _now(self) -> int:
        return micros(self._clock.now())

    def _rule(self, queue: str) -> QueueRule:
        rule = self._rules.get(queue)
        if rule is None:
            raise InvalidInput(f"There is no queue {queue[:80]!r}. Known: {', '.join(sorted(self._rules))}.", field="queue")
        return rule

    def _row(self, message: Message, now: int) -> _Row:
        self._rule(message.queue)
        if not _NAME.fullmatch(message.name):
            raise InvalidInput(f"No message can be named {message.name[:80]!r}: give 1 to 500 letters, digits, - and _.", field="name")
        if message.not_before is not None and message.not_before.tzinfo is None:
            raise InvalidInput("The time a message waits for needs a time zone.", field="not_before")
        due = now if message.not_before is None else max(now, micros(message.not_before))
        return message.queue, message.name, _encode(message.payload), now, due, now - REMEMBERED // timedelta(microseconds=1)

    def _accept(self, group: Sequence[Sequence[_Row]]) -> list[int | Exception]:
        rows = sum(len(part) for part in group)
        with self._durable.writing() as connection:
            connection.execute(schema.FORGET, (group[0][0][-1], 2 * rows))
            return [connection.executemany(schema.ENQUEUE, part).rowcount for part in group]

    def _standing(self, connection: sqlite3.Connection, rule: QueueRule) -> Standing:
        paused, tokens, filled, first_due, first_deadline, running = connection.execute(schema.STANDING, (rule.name,) * 6).fetchone()
        bucket = Bucket(burst(rule), 0) if tokens is None else Bucket(tokens, filled)
        return Standing(rule=rule, paused=bool(paused), bucket=bucket, first_due=first_due, running=running, first_deadline=first_deadline)

    def _mend(self, connection: sqlite3.Connection, rule: QueueRule, now: int) -> None:
        """Once the clock has been set back, put right what would wait until it is as late again."""
        if self._standing(connection, rule).was_set_back(now):
            for statement in schema.MEND:
                connection.execute(statement, {"queue": rule.name, "now": now, "deadline": now + seconds(rule.deadline_s)})
            connection.execute(schema.SET_BUCKET, (rule.name, burst(rule), now))

    def _set_paused(self, queue: str, *, paused: bool) -> None:
        rule = self._rule(queue)
        with self._durable.writing() as connection:
            connection.execute(schema.SET_PAUSED, (queue, paused, burst(rule), self._now()))


def _encode(payload: Mapping[str, Any]) -> bytes:
    try:
        encoded = orjson.dumps(payload, option=orjson.OPT_PASSTHROUGH_DATETIME)
        if b"null" in encoded:
            json.dumps(payload, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"The payload of a message is JSON: {error}.", field="payload") from error
    if len(encoded) > MAX_PAYLOAD_BYTES:
        raise InvalidInput(f"A payload has at most {MAX_PAYLOAD_BYTES:,} bytes, not {len(encoded):,}.", field="payload")
    return encoded


def _urgency(standing: Standing) -> tuple[int, int]:
    return standing.rule.priority, standing.first_due or 0


def _take_back_lost(connection: sqlite3.Connection, rule: QueueRule, now: int) -> None:
    """Put back what was not answered within the deadline: that counts as a failure."""
    lost = connection.execute(schema.LOST, (rule.name, now)).fetchall()
    connection.executemany(schema.RETURN, [(now + backoff(rule, retry), id_, token) for id_, token, retry in lost])


def _deliver(connection: sqlite3.Connection, standing: Standing, consumer_id: str, limit: int, now: int) -> Iterator[Claimed]:
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


def _stats(connection: sqlite3.Connection, queue: str, now: int) -> QueueStats:
    waiting, delayed, running, first_due, paused = connection.execute(schema.STATS, {"queue": queue, "now": now}).fetchone()
    oldest = moment(first_due) if waiting else None
    return QueueStats(queue=queue, waiting=waiting, delayed=delayed, running=running, oldest_due=oldest, paused=bool(paused))
