"""The cloud home that a test holds in its hands: functions on stand-ins, one clock for all, and deliveries when the test asks for them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import orjson

from sheaf.services.kernel import Kernel
from tests import services
from tests.homes import entry_point, parts
from tests.homes.clock import START, SharedClock
from tests.homes.engine import kernel
from tests.homes.handling import deliver, wipe
from tests.homes.lasting import lasting
from tools.cloud import installation
from tools.cloud.backing import Backing
from tools.cloud.installation import Installation, Plan
from tools.emulators import s3 as fake_s3
from tools.emulators.tasks import Double, HandClock
from tools.emulators.tasks.attempts import Answer, Dispatch
from tools.emulators.tasks.sending import HttpSender

#: Nothing takes so long; it is there so that a fault ends the test run instead of holding it up.
PATIENCE_S = 300.0

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Listening(HttpSender):
    """Sends as the double does, and keeps what was answered."""

    def __init__(self, double: Double) -> None:
        super().__init__(double.keys)
        self.heard: list[Answer] = []

    def send(self, dispatch: Dispatch) -> Answer:
        """See :class:`tools.emulators.tasks.sending.Sender`."""
        answer = super().send(dispatch)
        self.heard.append(answer)
        return answer


@dataclass(frozen=True, kw_only=True, slots=True)
class Hand:
    """The home; its stores are the same through ``kernel`` and through the functions."""

    installation: Installation
    kernel: Kernel
    clock: SharedClock
    sender: Listening

    def empty(self) -> None:
        """Make it as good as new, with nothing delivered by itself."""
        deliver(self.installation, on=False)
        wipe(self.installation, self.kernel)

    def drain(self) -> list[str]:
        """Have everything delivered that is due, until nothing is; answers what came of each delivery."""
        self.sender.heard.clear()
        dispatcher = self.installation.backing.tasks.dispatcher
        dispatcher.move(round((self.clock.now() - _EPOCH).total_seconds() * 1e6))
        deliver(self.installation, on=True)
        dispatcher.settle(PATIENCE_S)
        deliver(self.installation, on=False)
        return [_outcome(answer) for answer in self.sender.heard]


def _outcome(answer: Answer) -> str:
    return str(orjson.loads(answer.said)["outcome"]) if answer.status == 200 else str(answer.status)


@cache
def hand(max_file_bytes: int) -> Hand:
    """The home, started once for the process that asks, and stopped with it."""
    return lasting(_running(max_file_bytes))


@contextmanager
def _running(max_file_bytes: int) -> Iterator[Hand]:
    with tempfile.TemporaryDirectory() as folder, Double(clock=HandClock(START)) as double:
        clock = SharedClock.made(Path(folder) / "clock")
        sender = Listening(double)
        double.dispatcher._sender = sender
        stands = Backing(firestore=services.firestore(), storage=services.gcs().url, tasks=double)
        plan = Plan(
            project="by-hand",
            bucket="by-hand",
            source=entry_point.PATH,
            environment=entry_point.environment("tests.homes.parts:by_hand")
            | fake_s3.environment(services.s3())
            | {parts.CLOCK: str(Path(folder) / "clock"), "SHEAF_MAX_FILE_BYTES": str(max_file_bytes), "SHEAF_DATA_DIR": f"{folder}/data"},
        )
        with installation.running(stands, plan) as made, kernel(made, **parts.small(made.settings, clock)) as engine:
            yield Hand(installation=made, kernel=engine, clock=clock, sender=sender)
