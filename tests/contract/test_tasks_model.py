"""The double's queue against a plain account of what it was told: random creations, answers and waits, and what must hold after each."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from google.cloud.tasks_v2 import types
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tools.emulators.tasks import queue
from tools.emulators.tasks.attempts import Answer, Dispatch
from tools.emulators.tasks.pace import SECOND, duration, timestamp
from tools.emulators.tasks.refusals import Refused

NAME = "projects/p/locations/l/queues/q"
RATE, CONCURRENT, ATTEMPTS, DEADLINE_S = 5, 3, 3, 20
SETTINGS = {
    "name": NAME,
    "rate_limits": {"max_dispatches_per_second": RATE, "max_concurrent_dispatches": CONCURRENT},
    "retry_config": {"max_attempts": ATTEMPTS, "min_backoff": {"seconds": 1}, "max_backoff": {"seconds": 8}},
}
STATUSES = st.sampled_from([200, 302, 500, 500, 0])


@dataclass(slots=True)
class Account:
    """What is known of one task."""

    due: int
    attempts: int = 0
    ended: bool = False


class Dispatching(RuleBasedStateMachine):
    """A queue, and what a plain reader of the documentation expects of it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_800_000_000 * SECOND
        self.queue = queue.opened(types.Queue.pb(types.Queue(SETTINGS)), self.now, remembered=3_600 * SECOND)
        self.tasks: dict[str, Account] = {}
        self.running: dict[int, Dispatch] = {}
        self.begun: list[int] = []

    @rule(number=st.integers(0, 300), delay=st.sampled_from([0, 0, 0, -5, 1, 30]))
    def create(self, number: int, delay: int) -> None:
        """A task of a name that may be known, due now or later."""
        name, due = f"{NAME}/tasks/t{number}", self.now + delay * SECOND
        request = types.HttpRequest(url="http://127.0.0.1/")
        task = types.Task.pb(types.Task(name=name, http_request=request))
        task.schedule_time.CopyFrom(timestamp(due))
        task.dispatch_deadline.CopyFrom(duration(DEADLINE_S * SECOND))
        if name in self.tasks:
            with pytest.raises(Refused, match="existed too recently"):
                self.queue.create(task, self.now)
        else:
            self.queue.create(task, self.now)
            self.tasks[name] = Account(due=max(self.now, due))

    @rule(room=st.sampled_from([10, 10, 2, 0]))
    def take(self, room: int) -> None:
        """Whatever begins was waiting, is due, and is not tried more often than it may be."""
        self._expire()
        for dispatch in self.queue.take(self.now, room):
            account = self.tasks[dispatch.task]
            assert not account.ended
            assert account.due <= self.now
            assert dispatch.task not in {other.task for other in self.running.values()}
            assert dispatch.retry_count == account.attempts < ATTEMPTS
            account.attempts += 1
            self.running[dispatch.id] = dispatch
            self.begun.append(self.now)
        self._keeps_its_rate()

    @precondition(lambda self: self.running)
    @rule(data=st.data(), status=STATUSES)
    def answer(self, data: st.DataObject, status: int) -> None:
        """An attempt that is listened to ends its task, or puts it off."""
        dispatch = data.draw(st.sampled_from(list(self.running.values())))
        self._expire()
        listened = self.queue.answer(dispatch.id, Answer(status=status), self.now)
        assert listened == (dispatch.id in self.running)
        if listened:
            del self.running[dispatch.id]
            self._ended(dispatch, self.now, well=200 <= status < 300)

    @rule(seconds=st.sampled_from([0.1, 0.5, 0.9, 1, 2, 5, 25]))
    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.now += round(seconds * SECOND)

    def _expire(self) -> None:
        for dispatch in sorted(self.running.values(), key=lambda each: each.began):
            if (deadline := dispatch.began + DEADLINE_S * SECOND) <= self.now:
                del self.running[dispatch.id]
                self._ended(dispatch, deadline, well=False)

    def _ended(self, dispatch: Dispatch, at: int, *, well: bool) -> None:
        account = self.tasks[dispatch.task]
        account.ended = well or account.attempts >= ATTEMPTS
        account.due = at + min(8, 2 ** (account.attempts - 1)) * SECOND

    def _keeps_its_rate(self) -> None:
        """In no span that ends now more began than its burst and its rate allow."""
        for count, began in enumerate(reversed(self.begun), start=1):
            assert count <= RATE + RATE * (self.now - began) / SECOND + 1e-6

    @invariant()
    def never_too_many_at_once(self) -> None:
        """Whatever was answered, late or lost."""
        assert self.queue.running <= CONCURRENT

    @invariant()
    def nothing_is_lost(self) -> None:
        """What is not over is there."""
        self.queue.expire(self.now)
        self._expire()
        assert self.queue.running == len(self.running)
        assert self.queue.names() == sorted(name for name, account in self.tasks.items() if not account.ended)

    @invariant()
    def what_can_begin_is_told(self) -> None:
        """Whoever sleeps until next_due misses nothing: a task that waits has a moment, unless all hands are full."""
        waiting = any(not account.ended for account in self.tasks.values())
        assert (self.queue.next_due(self.now) is not None) == waiting


TestDispatching = Dispatching.TestCase
# Its memory of what happened is short: longer plays show no more.
TestDispatching.settings = settings(stateful_step_count=60)
