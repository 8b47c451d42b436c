"""A queue and a clock that a test holds in its hands."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sheaf.ports.queue import Delivery, Message
from sheaf.services import worker
from sheaf.services.kernel import Kernel
from sheaf.services.shift import Shift

Key = tuple[str, str]


class HandClock:
    """Stands still until it is moved, but for a microsecond each time it is looked at."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The time it shows."""
        self._now += timedelta(microseconds=1)
        return self._now

    def move(self, by: timedelta) -> None:
        """Jump, forward or back."""
        self._now += by


@dataclass(slots=True)
class SeededIds:
    """Ids as random ones are, the same in every run of a test."""

    rng: random.Random = field(default_factory=lambda: random.Random(1))

    def new(self) -> str:
        """A fresh id."""
        return f"{self.rng.getrandbits(96):024x}"


@dataclass(slots=True)
class HandQueue:
    """Keeps messages until they are delivered by hand; a name is known for ever, as in the strictest of queues."""

    clock: HandClock
    waiting: dict[Key, Message] = field(default_factory=dict)
    known: set[Key] = field(default_factory=set)
    retries: dict[Key, int] = field(default_factory=dict)

    def enqueue(self, messages: Sequence[Message], *, lasting: bool = True) -> int:
        """See :class:`sheaf.ports.queue.TaskQueue`."""
        del lasting
        new = [message for message in messages if (message.queue, message.name) not in self.known]
        for message in new:
            self.waiting[message.queue, message.name] = message
            self.known.add((message.queue, message.name))
        return len(new)

    def holds(self, queue: str, name: str) -> bool:
        """See :class:`sheaf.ports.queue.TaskQueue`."""
        return (queue, name) in self.waiting

    def due(self) -> list[Key]:
        """What may be delivered now, in the order it came."""
        now = self.clock.now()
        return [key for key, message in self.waiting.items() if message.not_before is None or message.not_before <= now]

    def delivery(self, key: Key) -> Delivery:
        """The next delivery of a message."""
        message = self.waiting[key]
        return Delivery(queue=message.queue, name=message.name, payload=dict(message.payload), retry=self.retries.get(key, 0))

    def deliver(self, kernel: Kernel, key: Key) -> str:
        """Deliver a message; whatever is raised out of its handler, a crash too, has it delivered again later."""
        delivery = self.delivery(key)
        self.retries[key] = delivery.retry + 1
        answer = worker.handle(kernel, delivery)
        self.waiting.pop(key, None)
        return answer

    def deliver_together(self, kernel: Kernel, keys: Sequence[Key]) -> None:
        """Deliver messages to one worker at once; what it did not do is delivered again later."""
        deliveries = [self.delivery(key) for key in keys]
        self.retries |= {key: delivery.retry + 1 for key, delivery in zip(keys, deliveries, strict=True)}
        shift = Shift(kernel, deliveries)
        for number in range(len(keys)):
            shift.do(number)
        for key, answer in zip(keys, shift.end(), strict=True):
            if isinstance(answer, str):
                self.waiting.pop(key, None)

    def lose(self, key: Key) -> None:
        """Lose a message, as no queue should."""
        self.waiting.pop(key, None)
