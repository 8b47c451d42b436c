"""An embedded installation for tests with real processes: the tiny job type, on a queue that doubles, delays and shuffles its messages.

Run as a program it is a worker process of that installation; ``site`` as its argument makes it the supervisor of a whole one.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sheaf import bootstrap, settings
from sheaf.adapters.clock import SystemClock
from sheaf.adapters.queue import schema
from sheaf.adapters.queue.embedded import Claimed, EmbeddedQueue
from sheaf.embedded import consumer
from sheaf.embedded.installation import Installation
from sheaf.embedded.work import Workforce
from sheaf.ports.clock import Clock
from sheaf.ports.queue import Message, QueueRule
from sheaf.services.kernel import Policy
from sheaf.services.messages import QUEUES
from sheaf.settings import Settings
from tests.faults.kit import INFO, Tiny, TinyReading
from tests.faults.power import Recording

COMMAND: Sequence[str] = (sys.executable, "-m", "tests.faults.disturbed")
WORKERS = 4
#: Shares of the messages that come twice, late, and out of turn.
DOUBLED, DELAYED, SHUFFLED = 0.10, 0.02, 0.05
#: Every file takes so long, so that many are cut off in the middle; a lease lasts three seconds.
NAP_S = 0.005
LEASE_S, MARGIN = 2.0, timedelta(seconds=1)

_COPY = "-copy"


class DisturbedQueue(EmbeddedQueue):
    """The embedded queue, at its worst within its contract; it notes what a power cut would leave of it."""

    def __init__(self, path: Path, rules: Sequence[QueueRule], *, clock: Clock) -> None:
        super().__init__(path, rules, clock=clock)
        self._durable.close()
        self._durable = Recording(path, is_prepared=schema.is_prepared, prepare=schema.prepare)

    def enqueue(self, messages: Sequence[Message], *, lasting: bool = True) -> int:
        """Accept every message, some of them late, and some of them twice."""
        accepted = super().enqueue([self._late(message) for message in messages], lasting=lasting)
        super().enqueue([self._late(replace(m, name=m.name + _COPY)) for m in messages if random.random() < DOUBLED], lasting=lasting)
        return accepted

    def claim(self, consumer_id: str, limit: int) -> list[Claimed]:
        """Deliveries, some out of turn; a copy comes under its message's own name."""
        claimed = [replace(each, name=each.name.removesuffix(_COPY)) for each in super().claim(consumer_id, limit)]
        return sorted(claimed, key=lambda _: random.random() < SHUFFLED)

    def _late(self, message: Message) -> Message:
        chance = random.random()
        if chance > DELAYED + SHUFFLED:
            return message
        wait = random.uniform(0.5, 2) if chance < DELAYED else random.uniform(0, 0.3)
        return replace(message, not_before=(message.not_before or self._clock.now()) + timedelta(seconds=wait))


def parts(current: Settings) -> dict[str, Any]:
    """What the engine is made of instead of its usual parts; a file that waits does so for a file named ``go`` in the data folder."""

    def wait() -> None:
        while not (current.data_dir / "go").exists():
            time.sleep(NAP_S)

    tiny = Tiny(info=replace(INFO, timeout_s=LEASE_S), nap_s=NAP_S, wait=wait)
    policy = Policy(
        dispatch_page=40, lease_margin=MARGIN, stalled_after=timedelta(seconds=3), retry_grace=timedelta(seconds=1), rows_per_object=2
    )
    return {"reading": TinyReading(), "job_types": lambda _: tiny, "policy": policy, "elsewhere": None}


@contextmanager
def opened(current: Settings, **_: Any) -> Iterator[Installation]:
    """The installation while the block runs."""
    queue = DisturbedQueue(current.data_dir / "queue.sqlite3", QUEUES, clock=SystemClock())
    kernel = bootstrap.kernel(current, queue=queue, **parts(current))
    try:
        yield Installation(current, kernel, queue)
    finally:
        kernel.store.close()
        queue.close()


def site() -> None:
    """Supervise the installation that the environment names, until killed."""
    with opened(settings.read()) as installation, Workforce(installation, workers=WORKERS, command=COMMAND):
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    if sys.argv[1] == "site":
        site()
    with patch.object(consumer, "opened", opened):
        sys.exit(consumer.main(sys.argv[1:]))
