"""The embedded task queue: one SQLite file, with any number of processes that enqueue and consume.

Accepting is durable (it survives a power cut); claims and acknowledgements survive the death of any process, and after a power cut the
last of them may be forgotten, so that a delivery is made once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sheaf.adapters.folders import private_folder
from sheaf.adapters.queue import checks, deliveries, doorbell, intake, schema
from sheaf.adapters.queue.deliveries import Claimed, QueueStats
from sheaf.adapters.queue.intake import Row
from sheaf.adapters.queue.pace import backoff, burst, micros, moment
from sheaf.adapters.sqlite.database import Database, Durability, durability_of
from sheaf.adapters.sqlite.grouping import Grouping
from sheaf.ports.clock import Clock
from sheaf.ports.queue import MAX_PER_SECOND, Message, QueueRule
from sheaf.services.messages import QUEUES
from sheaf.settings import Settings

__all__ = ["Claimed", "EmbeddedQueue", "QueueStats"]

_ROWS_AT_ONCE = 500
#: Deliveries a second that no machine comes to.
_UNPACED = 1_000_000.0
#: Bells are not relied on alone.
_LONGEST_WAIT_S = 1.0


def opened(settings: Settings, clock: Clock) -> EmbeddedQueue:
    """The queue of an embedded installation, whose own workers are its limit, where the managed queue has one of its own."""
    rules = [replace(rule, max_per_second=_UNPACED) if rule.max_per_second >= MAX_PER_SECOND else rule for rule in QUEUES]
    return EmbeddedQueue(private_folder(settings.data_dir) / "queue.sqlite3", rules, clock=clock, durability=durability_of(settings))


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
        self._accepting: Grouping[Sequence[Row], int] = Grouping(self._accept)

    def enqueue(self, messages: Sequence[Message], *, lasting: bool = True) -> int:
        """Accept every message, durably, and say how many were new; errors as the contract names them."""
        now = self._clock.now()
        rows = [self._row(message, now) for message in messages]
        accept = self._accepting.submit if lasting else self._accept_quickly
        new = sum(accept(rows[start : start + _ROWS_AT_ONCE]) for start in range(0, len(rows), _ROWS_AT_ONCE))
        if new:
            doorbell.ring(self._bells)
        return new

    def holds(self, queue: str, name: str) -> bool:
        """Whether a message of that name is waiting or being delivered now."""
        checks.known(self._rules, queue)
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
                deliveries.mend(connection, rule, now)
                deliveries.take_back_lost(connection, rule, now)
            for standing in sorted((deliveries.standing_of(connection, rule) for rule in self._rules.values()), key=deliveries.urgency):
                claimed += deliveries.deliver(connection, standing, consumer_id, limit - len(claimed), now)
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

    def give_back(self, deliveries: Sequence[Claimed]) -> int:
        """Make deliveries that were not begun deliverable at once, as if they had not been made; returns how many were their consumer's."""
        now = self._now()
        with self._quick.writing() as connection:
            given = connection.executemany(schema.GIVE_BACK, [(now, delivery.id, delivery.token) for delivery in deliveries]).rowcount
        if given:
            doorbell.ring(self._bells)
        return given

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
            standings = [deliveries.standing_of(connection, rule) for rule in self._rules.values()]
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
        checks.known(self._rules, queue)
        with self._durable.writing() as connection:
            return connection.execute(schema.PURGE, (queue,)).rowcount

    def stats(self) -> list[QueueStats]:
        """How every queue stands, the most urgent first."""
        now = self._now()
        with self._quick.reading() as connection:
            return [deliveries.stats(connection, rule.name, now) for rule in sorted(self._rules.values(), key=lambda rule: rule.priority)]

    def close(self) -> None:
        """Let go of the file; the queue must not be used afterwards."""
        if self._bell is not None:
            self._bell.close()
        self._durable.close()
        self._quick.close()

    def _now(self) -> int:
        return micros(self._clock.now())

    def _row(self, message: Message, now: datetime) -> Row:
        checks.known(self._rules, message.queue)
        return intake.row(message, now)

    def _accept(self, group: Sequence[Sequence[Row]]) -> list[int | Exception]:
        with self._durable.writing() as connection:
            return list(intake.accept(connection, group))

    def _accept_quickly(self, rows: Sequence[Row]) -> int:
        with self._quick.writing() as connection:
            return sum(intake.accept(connection, [rows]))

    def _set_paused(self, queue: str, *, paused: bool) -> None:
        rule = checks.known(self._rules, queue)
        with self._durable.writing() as connection:
            connection.execute(schema.SET_PAUSED, (queue, paused, burst(rule), self._now()))
