"""The cloud home under attack: a sweeper that comes often, a gateway before the documents, functions that can be killed."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from sheaf.services.kernel import Kernel
from sheaf.services.messages import FILES
from tests import services
from tests.homes import entry_point, parts
from tests.homes.engine import kernel
from tests.homes.gateway import Gateway
from tests.homes.handling import deliver, wipe
from tests.homes.lasting import lasting
from tools.cloud import installation
from tools.cloud.backing import Backing
from tools.cloud.installation import Installation, Plan
from tools.emulators import process
from tools.emulators.tasks import Double
from tools.emulators.tasks.attempts import Answer, Dispatch
from tools.emulators.tasks.sending import HttpSender


class Turnstile(HttpSender):
    """Sends as the double does, but lets only so many files through once it is closed."""

    def __init__(self, double: Double) -> None:
        super().__init__(double.keys)
        self._changed = threading.Condition()
        self._left: float = math.inf
        self._under_way = 0
        #: Files that were sent.
        self.sent = 0

    def open(self) -> None:
        """Let everything through."""
        self.let(math.inf)

    def close(self) -> None:
        """Let no further file through."""
        with self._changed:
            self._left = 0

    def let(self, number: float) -> None:
        """Let so many further files through."""
        with self._changed:
            self._left += number
            self._changed.notify_all()

    def let_and_wait(self, number: int) -> None:
        """Let so many further files through, and wait for their answers."""
        self.let(number)
        with self._changed:
            assert self._changed.wait_for(lambda: not self._left and not self._under_way, timeout=120)

    def send(self, dispatch: Dispatch) -> Answer:
        """See :class:`tools.emulators.tasks.sending.Sender`."""
        if not dispatch.queue.endswith(FILES):
            return super().send(dispatch)
        with self._changed:
            self._changed.wait_for(lambda: self._left > 0)
            self._left -= 1
            self._under_way += 1
            self.sent += 1
        try:
            return super().send(dispatch)
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()


@dataclass(frozen=True, kw_only=True, slots=True)
class Rough:
    """The home; ``kernel`` sees its stores directly, the functions see the documents through the gateway."""

    installation: Installation
    kernel: Kernel
    gateway: Gateway
    files: Turnstile

    @property
    def tasks(self) -> Double:
        """The queue's stand-in."""
        return self.installation.backing.tasks

    def empty(self) -> None:
        """Make it as good as new, with a queue that delivers."""
        self.tasks.go_wrong()
        self.files.open()
        deliver(self.installation, on=False)
        self.tasks.dispatcher.settle(300)
        wipe(self.installation, self.kernel)
        deliver(self.installation, on=True)

    def kill(self, name: str) -> None:
        """End a function as a power cut would, and serve it again."""
        running = self.installation.functions[name]
        os.killpg(running.process.pid, signal.SIGKILL)
        running.process.wait()
        while process.accepts(running.port):
            time.sleep(0.01)
        running.stop()
        self.installation.start(name)

    @contextmanager
    def swept(self) -> Iterator[None]:
        """Have the trigger called every moment while the block runs."""
        scheduler = self.installation.scheduler(seconds=0.5)
        scheduler.start()
        yield
        scheduler.stop()


@cache
def rough() -> Rough:
    """The home, started once for the process that asks, and stopped with it."""
    return lasting(_running())


@contextmanager
def _running() -> Iterator[Rough]:
    firestore = services.firestore()
    with Double(seed=7) as double, Gateway(firestore) as gateway:
        double.dispatcher._sender = files = Turnstile(double)
        stands = Backing(firestore=firestore, storage=services.gcs().url, tasks=double)
        passing = {"FIRESTORE_EMULATOR_HOST": gateway.address}
        plan = Plan(
            project="rough",
            bucket="rough",
            source=entry_point.PATH,
            environment=entry_point.environment("tests.homes.parts:rough") | passing,
        )
        with installation.running(stands, plan) as made, kernel(made, **parts.rough(made.settings)) as engine:
            yield Rough(installation=made, kernel=engine, gateway=gateway, files=files)
