"""One queue as a state machine: tasks wait, are dispatched, and go; time is handed in, and nothing is sent from here.

A task is waiting or under way. An attempt ends by its answer or by its deadline, whichever comes first; an answer that comes after the
deadline is not listened to. A task that succeeded, failed for good or was deleted leaves its name behind for a while.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from google.cloud.tasks_v2 import types

from tools.emulators.tasks import checks, pace, wire
from tools.emulators.tasks.attempts import LATE, SUCCESS, Answer, Dispatch, completed, show_began, show_ended
from tools.emulators.tasks.pace import Bucket, micros, timestamp
from tools.emulators.tasks.refusals import Refused, missing

_SERVER_ERRORS = range(500, 600)
_OVERLOADED = (429, 503)


@dataclass(slots=True)
class _Entry:
    """A task and how it stands; ``raw`` is what the API shows of it."""

    raw: wire.Task
    due: int
    waiting: bool = True
    dispatched: int = 0
    executed: int = 0
    first: int = 0
    previous: int = 0
    reason: str = ""


@dataclass(slots=True)
class Queue:
    """See the module; ``raw`` is the Queue that the API shows."""

    raw: wire.Queue
    bucket: Bucket
    retrying: pace.Retrying
    #: How long a name stays taken after its task is gone.
    remembered: int
    rng: random.Random = field(default_factory=random.Random)
    #: Whether tasks that are due leave in any order, as the service does not promise one.
    shuffled: bool = False
    _tasks: dict[str, _Entry] = field(default_factory=dict)
    _gone: dict[str, int] = field(default_factory=dict)
    _waiting: list[tuple[int, int, str]] = field(default_factory=list)
    _running: dict[int, Dispatch] = field(default_factory=dict)
    _deadlines: list[tuple[int, int]] = field(default_factory=list)
    _serial: Iterator[int] = field(default_factory=itertools.count)

    @property
    def name(self) -> str:
        """The full name."""
        name: str = self.raw.name
        return name

    @property
    def running(self) -> int:
        """How many attempts are under way."""
        return len(self._running)

    def create(self, task: wire.Task, now: int) -> wire.Task:
        """Take a task in, as the service completes it; refuses one that is wrong or whose name is taken."""
        checks.accepted(task, self.name, now)
        self._forget(now)
        name = task.name or f"{self.name}/tasks/{self.rng.getrandbits(64)}"
        if name in self._tasks or name in self._gone:
            raise Refused("ALREADY_EXISTS", "The task cannot be created because a task with this name existed too recently.")
        due = max(now, micros(task.schedule_time))
        raw = completed(task, name, due, now)
        self._tasks[name] = entry = _Entry(raw=raw, due=due)
        self._wait(entry, due)
        return raw

    def get(self, name: str) -> wire.Task:
        """The task; refuses one that is not there, or no more."""
        return self._entry(name).raw

    def names(self) -> list[str]:
        """Every task that is here, by name."""
        return sorted(self._tasks)

    def delete(self, name: str, now: int) -> None:
        """Drop a task, waiting or under way; an attempt that was sent may still be carried out."""
        self._entry(name)
        self._leave(name, now)

    def purge(self, now: int) -> None:
        """Drop every task."""
        for name in list(self._tasks):
            self._leave(name, now)
        self.raw.purge_time.CopyFrom(timestamp(now))

    def run(self, name: str, now: int) -> Dispatch:
        """Attempt a task now, whatever the queue's state and limits, even while it is under way."""
        return self._begin(self._entry(name), now)

    def take(self, now: int, room: int) -> list[Dispatch]:
        """Begin the attempts that may be made now, at most ``room``; those whose deadline has passed have failed before that."""
        self.expire(now)
        self.bucket = self.bucket.filled(now)
        if self.raw.state != types.Queue.State.RUNNING:
            return []
        room = min(room, self.bucket.whole, self.bucket.limits.concurrent - len(self._running))
        taken = [self._begin(entry, now) for entry in self._due(now, room)]
        self.bucket = self.bucket.without(len(taken))
        return taken

    def answer(self, id_: int, answer: Answer, now: int) -> bool:
        """End an attempt; False for one that is not listened to any more."""
        self.expire(now)
        return self._end(id_, answer, now)

    def expire(self, now: int) -> None:
        """Fail the attempts whose deadline has passed."""
        while self._deadlines and (self._deadlines[0][0] <= now or self._deadlines[0][1] not in self._running):
            deadline, id_ = heapq.heappop(self._deadlines)
            self._end(id_, LATE, deadline)

    def next_due(self, now: int) -> int | None:
        """When the next attempt may begin or counts as late, if nothing else happens till then; None is never."""
        moments = [deadline for deadline, id_ in self._deadlines[:1] if id_ in self._running]
        first = self._first_waiting()
        may_begin = self.raw.state == types.Queue.State.RUNNING and len(self._running) < self.bucket.limits.concurrent
        if first is not None and may_begin:
            moments.append(max(first, self.bucket.filled(now).ready_at()))
        return min(moments, default=None)

    def _entry(self, name: str) -> _Entry:
        entry = self._tasks.get(name)
        return entry if entry is not None else missing("The task does not exist, or has been executed or deleted.")

    def _wait(self, entry: _Entry, due: int) -> None:
        entry.due, entry.waiting = due, True
        entry.raw.schedule_time.CopyFrom(timestamp(due))
        heapq.heappush(self._waiting, (due, next(self._serial), entry.raw.name))

    def _is_current(self, due: int, name: str) -> bool:
        entry = self._tasks.get(name)
        return entry is not None and entry.waiting and entry.due == due

    def _first_waiting(self) -> int | None:
        while self._waiting and not self._is_current(self._waiting[0][0], self._waiting[0][2]):
            heapq.heappop(self._waiting)
        return self._waiting[0][0] if self._waiting else None

    def _due(self, now: int, room: int) -> list[_Entry]:
        wanted = len(self._waiting) if self.shuffled and room > 0 else room
        due: list[tuple[int, int, str]] = []
        while len(due) < wanted and (first := self._first_waiting()) is not None and first <= now:
            due.append(heapq.heappop(self._waiting))
        if self.shuffled:
            self.rng.shuffle(due)
        for entry in due[max(0, room) :]:
            heapq.heappush(self._waiting, entry)
        return [self._tasks[name] for _, _, name in due[: max(0, room)]]

    def _begin(self, entry: _Entry, now: int) -> Dispatch:
        raw, id_ = entry.raw, next(self._serial)
        span = micros(raw.dispatch_deadline) or checks.DEFAULT_DEADLINE
        dispatch = Dispatch(
            id=id_,
            queue=self.name,
            task=raw.name,
            request=raw.http_request,
            retry_count=entry.dispatched,
            execution_count=entry.executed,
            due=entry.due,
            began=now,
            deadline=now + span,
            previous=entry.previous,
            reason=entry.reason,
        )
        entry.waiting = False
        entry.dispatched += 1
        entry.first = entry.first or now
        show_began(raw, dispatch)
        self._running[id_] = dispatch
        heapq.heappush(self._deadlines, (dispatch.deadline, id_))
        return dispatch

    def _end(self, id_: int, answer: Answer, now: int) -> bool:
        dispatch = self._running.pop(id_, None)
        if dispatch is None:
            return False
        entry = self._tasks.get(dispatch.task)
        if entry is None:
            return True
        show_ended(entry.raw, answer, now)
        if answer.status in SUCCESS:
            self.bucket = self.bucket.relieved()
            self._leave(dispatch.task, now)
        else:
            self._failed(entry, dispatch, answer, now)
        return True

    def _failed(self, entry: _Entry, dispatch: Dispatch, answer: Answer, now: int) -> None:
        rule = pace.retrying(entry.raw.retry_config) if entry.raw.HasField("retry_config") else self.retrying
        entry.executed += answer.status != 0 and answer.status not in _SERVER_ERRORS
        entry.previous, entry.reason = answer.status, answer.reason or f"HTTP status code {answer.status}"
        if rule.gives_up(entry.dispatched, now - entry.first):
            self._leave(dispatch.task, now)
            return
        wait = rule.backoff(entry.dispatched)
        if answer.status in _OVERLOADED:
            self.bucket = self.bucket.overloaded()
            wait = max(answer.retry_after, min(rule.max_backoff, 2 * wait))
        self._wait(entry, now + wait)

    def _leave(self, name: str, now: int) -> None:
        del self._tasks[name]
        self._gone[name] = now + self.remembered

    def _forget(self, now: int) -> None:
        """Names that were taken longest ago stand first."""
        while self._gone and (oldest := next(iter(self._gone))) and self._gone[oldest] <= now:
            del self._gone[oldest]


def opened(raw: wire.Queue, now: int, *, remembered: int) -> Queue:
    """A new queue that runs, with the service's defaults where ``raw`` says nothing; refuses settings out of range."""
    limits, rule = pace.limits(raw.rate_limits), pace.retrying(raw.retry_config)
    shown = type(raw)()
    shown.CopyFrom(raw)
    shown.state = types.Queue.State.RUNNING
    shown.ClearField("purge_time")
    shown.rate_limits.max_dispatches_per_second = limits.per_second
    shown.rate_limits.max_burst_size = limits.burst
    shown.rate_limits.max_concurrent_dispatches = limits.concurrent
    shown.retry_config.max_attempts = rule.attempts
    shown.retry_config.max_doublings = rule.doublings
    shown.retry_config.min_backoff.CopyFrom(pace.duration(rule.min_backoff))
    shown.retry_config.max_backoff.CopyFrom(pace.duration(rule.max_backoff))
    return Queue(raw=shown, bucket=pace.full(limits, now), retrying=rule, remembered=remembered)
