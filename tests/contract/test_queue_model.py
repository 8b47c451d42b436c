"""Any sequence of what senders, consumers and operators do, run against each queue and against a dict: the two never differ."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sheaf.adapters.queue.embedded import Claimed, EmbeddedQueue
from sheaf.adapters.queue.intake import REMEMBERED
from sheaf.ports.queue import Message
from tests.contract.adapters import QUEUES, RULES, QueueAdapter
from tests.contract.clock import TestClock
from tests.contract.machines import run

#: Those without a pace: how many tokens a paced queue holds is for the sentence-by-sentence suite.
MODELLED = {rule.name: rule for rule in RULES if rule.name != "paced"}
KEYS = st.tuples(st.sampled_from(sorted(MODELLED)), st.sampled_from("abcdefgh"))
CONSUMERS = st.sampled_from(["one", "two"])


@dataclass
class Entry:
    """A message in the model: it waits until ``due``, or ``consumer`` has it until ``due``."""

    due: datetime
    order: int
    retry: int = 0
    consumer: str | None = None


class QueueMachine(RuleBasedStateMachine):
    """A queue and a dict, given the same."""

    adapter: QueueAdapter

    @initialize()
    def open(self) -> None:
        """A fresh installation."""
        self.root = Path(tempfile.mkdtemp())
        self.clock = TestClock()
        self.queue: EmbeddedQueue = self.adapter.open(self.root, self.clock)
        self.entries: dict[tuple[str, str], Entry] = {}
        self.spent: dict[tuple[str, str], datetime] = {}
        self.paused: set[str] = set()
        self.given: list[Claimed] = []
        self.count = 0

    def teardown(self) -> None:
        """Compare the medium with the dict, and leave nothing behind."""
        if not hasattr(self, "queue"):
            return
        self.queue.close()
        assert self.adapter.raw(self.root) == {name for _, name in self.entries}
        shutil.rmtree(self.root)

    @rule(keys=st.lists(KEYS, min_size=1, max_size=6), delay=st.sampled_from([0, 0, 5, 90, 4_000]))
    def enqueue(self, keys: list[tuple[str, str]], delay: int) -> None:
        """Messages come, new ones and known ones."""
        due = self.clock.now() + timedelta(seconds=delay)
        new = self.queue.enqueue([Message(queue=queue, name=name, payload={"to": queue}, not_before=due) for queue, name in keys])
        fresh = [key for key in dict.fromkeys(keys) if key not in self.entries and not self._is_spent(key)]
        for key in fresh:
            self.count += 1
            self.entries[key] = Entry(due, self.count)
        assert new == len(fresh)

    @rule(consumer=CONSUMERS, limit=st.integers(1, 5))
    def claim(self, consumer: str, limit: int) -> None:
        """A consumer takes some."""
        self._take_back_lost(limit)
        expected = self._deliverable()[:limit]
        claimed = self.queue.claim(consumer, limit)
        assert len(claimed) == len(expected)
        assert [(d.queue, self.entries[d.queue, d.name].due) for d in claimed] == [(key[0], self.entries[key].due) for key in expected]
        for delivery in claimed:
            entry = self.entries[delivery.queue, delivery.name]
            assert (entry.consumer, entry.retry, delivery.payload) == (None, delivery.retry, {"to": delivery.queue})
            entry.consumer = consumer
            entry.due = self.clock.now() + timedelta(seconds=MODELLED[delivery.queue].deadline_s)
        self.given += claimed

    @precondition(lambda self: bool(getattr(self, "given", ())))
    @rule(data=st.data())
    def ack(self, data: st.DataObject) -> None:
        """A consumer is done with a delivery, perhaps an old one."""
        delivery = data.draw(st.sampled_from(self.given))
        assert self.queue.ack(delivery) == self._is_current(delivery)
        if self._is_current(delivery):
            self.spent[delivery.queue, delivery.name] = self.clock.now()
            del self.entries[delivery.queue, delivery.name]

    @precondition(lambda self: bool(getattr(self, "given", ())))
    @rule(data=st.data(), delay=st.sampled_from([None, 0, 7]))
    def fail(self, data: st.DataObject, delay: int | None) -> None:
        """A consumer fails at a delivery, perhaps an old one."""
        delivery = data.draw(st.sampled_from(self.given))
        counts = self._is_current(delivery)
        assert self.queue.fail(delivery, None if delay is None else timedelta(seconds=delay)) == counts
        if counts:
            self._return(self.entries[delivery.queue, delivery.name], delivery.queue, delay)

    @rule(consumer=CONSUMERS)
    def die(self, consumer: str) -> None:
        """A consumer is found dead."""
        held = [key for key, entry in self.entries.items() if entry.consumer == consumer]
        assert self.queue.release(consumer) == len(held)
        for key in held:
            self._return(self.entries[key], key[0], 0)

    @rule(queue=st.sampled_from(sorted(MODELLED)), pause=st.booleans())
    def switch(self, queue: str, *, pause: bool) -> None:
        """An operator pauses or resumes a queue."""
        (self.queue.pause if pause else self.queue.resume)(queue)
        (self.paused.add if pause else self.paused.discard)(queue)

    @rule(queue=st.sampled_from(sorted(MODELLED)))
    def purge(self, queue: str) -> None:
        """An operator empties a queue."""
        waiting = [key for key, entry in self.entries.items() if key[0] == queue and entry.consumer is None]
        assert self.queue.purge(queue) == len(waiting)
        for key in waiting:
            del self.entries[key]

    @rule(seconds=st.sampled_from([0.001, 1, 3, 20, 61, 601, 3_600]))
    def pass_time(self, seconds: float) -> None:
        """Time goes by."""
        self.clock.advance(seconds)

    @rule()
    def reopen(self) -> None:
        """The process ends, and another opens the file."""
        self.queue.close()
        self.queue = self.adapter.open(self.root, self.clock)

    @invariant()
    def same_messages(self) -> None:
        """Held names, consumers and statistics are those of the dict."""
        if not hasattr(self, "queue"):
            return
        for queue in MODELLED:
            assert {name for name in "abcdefgh" if self.queue.holds(queue, name)} == {key[1] for key in self.entries if key[0] == queue}
        assert self.queue.holders() == {entry.consumer for entry in self.entries.values()} - {None}
        for stat in self.queue.stats():
            mine = [entry for key, entry in self.entries.items() if key[0] == stat.queue]
            waiting = [entry for entry in mine if entry.consumer is None]
            due = sum(entry.due <= self.clock.now() for entry in waiting)
            assert (stat.waiting, stat.delayed, stat.running) == (due, len(waiting) - due, len(mine) - len(waiting))
            assert stat.paused == (stat.queue in self.paused)

    @invariant()
    def sleeps_no_longer_than_it_may(self) -> None:
        """Whenever something can be claimed, next_due is not in the future; when nothing ever can, it is None."""
        if not hasattr(self, "queue"):
            return
        due = self.queue.next_due()
        if self._deliverable():
            assert due is not None
            assert due <= self.clock.now()
        if not self.entries:
            assert due is None

    def _is_spent(self, key: tuple[str, str]) -> bool:
        return key in self.spent and self.clock.now() < self.spent[key] + REMEMBERED

    def _is_current(self, delivery: Claimed) -> bool:
        """Whether this very delivery is the one that is out: none of its message was made after it."""
        entry = self.entries.get((delivery.queue, delivery.name))
        latest = [given for given in self.given if (given.queue, given.name) == (delivery.queue, delivery.name)][-1]
        return entry is not None and entry.consumer is not None and latest is delivery

    def _return(self, entry: Entry, queue: str, delay: float | None) -> None:
        rule_ = MODELLED[queue]
        pause = min(rule_.max_backoff_s, rule_.min_backoff_s * 2**entry.retry) if delay is None else delay
        entry.due = self.clock.now() + timedelta(seconds=pause)
        entry.retry += 1
        entry.consumer = None

    def _take_back_lost(self, limit: int) -> None:
        """A claim takes back what is overdue, provided that there is any reason to look."""
        for (queue, _), entry in self.entries.items():
            if limit and entry.consumer is not None and entry.due <= self.clock.now():
                self._return(entry, queue, None)

    def _deliverable(self) -> list[tuple[str, str]]:
        """What may be claimed now, in the order it comes."""
        now = self.clock.now()
        running = [key[0] for key, entry in self.entries.items() if entry.consumer is not None]
        waiting = [key for key, entry in self.entries.items() if entry.consumer is None and entry.due <= now and key[0] not in self.paused]
        waiting.sort(key=lambda key: (MODELLED[key[0]].priority, self.entries[key].due, self.entries[key].order))
        room = {name: rule_.max_concurrent - running.count(name) for name, rule_ in MODELLED.items()}
        taken: list[tuple[str, str]] = []
        for key in waiting:
            if room[key[0]] > 0:
                room[key[0]] -= 1
                taken.append(key)
        return taken


@pytest.mark.parametrize("adapter", QUEUES.values(), ids=QUEUES)
def test_a_queue_is_a_dict(adapter: QueueAdapter) -> None:
    """Whatever is sent, claimed, answered, lost, paused or purged, in whatever order, a queue does as the dict does."""
    run(QueueMachine, adapter)
