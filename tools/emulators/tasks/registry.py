"""All queues of a double, by their full names: what the API asks of them, without the wire."""

from __future__ import annotations

import base64
import binascii
import bisect
import random
from collections.abc import Iterable
from dataclasses import dataclass, field

from tools.emulators.tasks import names, queue, wire
from tools.emulators.tasks.attempts import Answer, Dispatch
from tools.emulators.tasks.pace import SECOND
from tools.emulators.tasks.queue import Queue
from tools.emulators.tasks.refusals import Refused, invalid, missing

MOST_QUEUES_A_PAGE = 9_800
MOST_TASKS_A_PAGE = 1_000


@dataclass(kw_only=True, slots=True)
class Registry:
    """The queues, and for how long names of tasks and of queues stay taken after they are gone (both in seconds)."""

    #: "It can take up to 24 hours" (CreateTaskRequest.task); an hour is what others have seen.
    task_names_remembered_s: float = 3_600
    #: "a queue with the same name can't be created for 7 days" (CloudTasks.DeleteQueue), which tests have no use for.
    queue_names_remembered_s: float = 0
    rng: random.Random = field(default_factory=random.Random)
    shuffled: bool = False
    _queues: dict[str, Queue] = field(default_factory=dict)
    _gone: dict[str, int] = field(default_factory=dict)

    def create(self, parent: str, raw: wire.Queue, now: int) -> wire.Queue:
        """A new queue; refuses a name that is taken or was until lately."""
        name = names.queue(raw.name, within=names.location(parent))
        if name in self._queues:
            raise Refused("ALREADY_EXISTS", "Queue already exists.")
        if self._gone.get(name, now) > now:
            raise Refused("FAILED_PRECONDITION", "The queue cannot be created because a queue with this name existed too recently.")
        made = queue.opened(raw, now, remembered=round(self.task_names_remembered_s * SECOND))
        made.rng, made.shuffled = self.rng, self.shuffled
        self._queues[name] = made
        return made.raw

    def queue(self, name: str) -> Queue:
        """A queue; refuses a name that none has."""
        found = self._queues.get(names.queue(name))
        return found if found is not None else missing("Queue does not exist.")

    def queue_of(self, task_name: str) -> Queue:
        """The queue that a task's name lies in."""
        return self.queue(names.queue_of(task_name))

    def delete(self, name: str, now: int) -> None:
        """Drop a queue with all its tasks."""
        del self._queues[self.queue(name).name]
        self._gone[name] = now + round(self.queue_names_remembered_s * SECOND)

    def list_queues(self, parent: str, size: int, token: str) -> tuple[list[wire.Queue], str]:
        """A page of the queues of a location, by name, and the token of the next."""
        inside = f"{names.location(parent)}/"
        page, following = _page((name for name in self._queues if name.startswith(inside)), size, token, MOST_QUEUES_A_PAGE)
        return [self._queues[name].raw for name in page], following

    def list_tasks(self, parent: str, size: int, token: str) -> tuple[list[wire.Task], str]:
        """A page of the tasks of a queue, by name, and the token of the next."""
        found = self.queue(parent)
        page, following = _page(found.names(), size, token, MOST_TASKS_A_PAGE)
        return [found.get(name) for name in page], following

    @property
    def running(self) -> int:
        """How many attempts are under way."""
        return sum(each.running for each in self._queues.values())

    def shuffle(self, *, on: bool) -> None:
        """Whether tasks that are due leave in any order from now on."""
        self.shuffled = on
        for each in self._queues.values():
            each.shuffled = on

    def take(self, now: int, room: int) -> list[Dispatch]:
        """Begin what may be attempted now on any queue, at most ``room`` in all."""
        taken: list[Dispatch] = []
        for each in self._queues.values():
            taken += each.take(now, room - len(taken))
        return taken

    def next_due(self, now: int) -> int | None:
        """When anything may happen next by itself; None is never."""
        return min((at for each in self._queues.values() if (at := each.next_due(now)) is not None), default=None)

    def answer(self, dispatch: Dispatch, answer: Answer, now: int) -> bool:
        """End an attempt; False for one that is not listened to any more."""
        found = self._queues.get(dispatch.queue)
        return found is not None and found.answer(dispatch.id, answer, now)


def _page(all_names: Iterable[str], size: int, token: str, most: int) -> tuple[list[str], str]:
    if size < 0:
        invalid("page_size must not be negative.")
    ordered = sorted(all_names)
    start = bisect.bisect_right(ordered, _last_of(token)) if token else 0
    end = start + min(size or most, most)
    page = ordered[start:end]
    return page, base64.urlsafe_b64encode(page[-1].encode()).decode() if end < len(ordered) else ""


def _last_of(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token).decode()
    except (binascii.Error, UnicodeDecodeError):
        invalid("page_token is none that was given.")
