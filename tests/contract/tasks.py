"""What the suites of Cloud Tasks share: the double on a clock of the test's own, the emulator, and short ways to ask them."""

from __future__ import annotations

import atexit
import itertools
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from google.cloud.tasks_v2 import CloudTasksClient, types

from sheaf.adapters.queue.cloud_calls import Calls
from sheaf.adapters.queue.cloud_tasks import CloudTasksQueue, Target
from sheaf.ports.clock import Clock
from sheaf.ports.queue import QueueRule
from tests.contract.sink import Received, Sink
from tests.services import needed
from tools.emulators import tasks, tasks_wire
from tools.emulators.process import Running
from tools.emulators.tasks import Double, HandClock, queues
from tools.emulators.tasks.keys import Keys, SigningKey

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
_serial = itertools.count()


@dataclass(frozen=True, slots=True)
class Bench:
    """A place of its own on a double or on the emulator, and a sink that is called from there."""

    client: CloudTasksClient
    address: str
    location: str
    sink: Sink

    def queue(self, name: str = "work", **settings: Any) -> str:
        """A queue with these settings; answers its full name."""
        full = f"{self.location}/queues/{name}"
        return str(self.client.create_queue(parent=self.location, queue=types.Queue({"name": full, **settings})).name)

    def task(self, queue: str, name: str = "", *, request: dict[str, Any] | None = None, **fields: Any) -> types.Task:
        """A task on a queue that calls the sink, with a body of its own name."""
        if name:
            fields["name"] = f"{queue}/tasks/{name}"
        return self.client.create_task(parent=queue, task=types.Task({"http_request": {"url": self.sink.url} | (request or {}), **fields}))

    def state(self, queue: str, name: str) -> types.Task:
        """A task as it stands, with everything that is told of it."""
        return self.client.get_task(types.GetTaskRequest(name=f"{queue}/tasks/{name}", response_view=types.Task.View.FULL))

    def sender(self, rules: Sequence[QueueRule], clock: Clock, **options: Any) -> CloudTasksQueue:
        """Our own adapter, with these rules as queues of this place; ``options`` go to its calls."""
        queues.create(self.address, project=self.project, location="here", rules=rules)
        target = Target(project=self.project, location="here", worker_url=self.sink.url, worker_caller="tasks@example.com")
        return CloudTasksQueue(rules, target=target, clock=clock, calls=Calls(self.address, **options))

    @property
    def project(self) -> str:
        """The project of this place."""
        return self.location.split("/")[1]

    def left(self, queue: str) -> list[str]:
        """The names of the tasks that a queue still holds."""
        return [task.name.rpartition("/")[2] for task in self.client.list_tasks(parent=queue)]


@dataclass(frozen=True, slots=True)
class HandBench(Bench):
    """A bench on a double of its own, whose clock stands still until it is moved."""

    double: Double

    def settle(self) -> list[Received]:
        """All calls so far, once none is under way or due."""
        self.double.dispatcher.settle()
        return list(self.sink.received)

    def advance(self, seconds: float) -> list[Received]:
        """All calls so far, after this much time in which everything due was done."""
        self.double.dispatcher.advance(seconds)
        return list(self.sink.received)

    def jump(self, seconds: float) -> None:
        """Move the clock on, with calls under way."""
        self.double.dispatcher.move(self.double.dispatcher.now() + round(seconds * 1_000_000))

    @property
    def elapsed(self) -> float:
        """Seconds since the test began, by the double's clock."""
        return self.double.dispatcher.now() / 1_000_000 - START.timestamp()


@cache
def signing_key() -> SigningKey:
    """The key of all doubles of this process, as making one takes a while."""
    return SigningKey()


@contextmanager
def by_hand(**options: Any) -> Iterator[HandBench]:
    """A double on a clock moved by hand, one that was made for this unless another is handed in."""
    with ExitStack() as stack:
        options.setdefault("clock", HandClock(START))
        double = stack.enter_context(Double(keys=Keys(signing_key()), **options))
        client = stack.enter_context(queues.client(double.address))
        sink = Sink()
        stack.callback(sink.stop)
        yield HandBench(client, double.address, "projects/test/locations/here", sink, double)


@cache
def emulator() -> Running:
    """The independent emulator, started once for this process."""
    running = tasks_wire.start()
    atexit.register(running.stop)
    return running


@contextmanager
def on_emulator() -> Iterator[Bench]:
    """A place of its own on the independent emulator."""
    running = needed("the independent Cloud Tasks emulator", emulator)
    with ExitStack() as stack:
        client = stack.enter_context(queues.client(running.address))
        sink = Sink()
        stack.callback(sink.stop)
        yield Bench(client, running.address, f"projects/test-{os.getpid()}-{next(_serial)}/locations/here", sink)


@contextmanager
def on_double() -> Iterator[Bench]:
    """A place on a double with the wall clock."""
    with ExitStack() as stack:
        double = stack.enter_context(Double(keys=Keys(signing_key())))
        client = stack.enter_context(queues.client(double.address))
        sink = Sink()
        stack.callback(sink.stop)
        yield Bench(client, double.address, "projects/test/locations/here", sink)


@contextmanager
def on_process() -> Iterator[Bench]:
    """A place on a double that is a process of its own."""
    with ExitStack() as stack:
        running = stack.enter_context(tasks.start())
        client = stack.enter_context(queues.client(running.address))
        sink = Sink()
        stack.callback(sink.stop)
        yield Bench(client, running.address, "projects/test/locations/here", sink)
