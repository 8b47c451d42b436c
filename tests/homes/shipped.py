"""The cloud home as it is shipped: the functions' own entry points, the machine's clock, and a queue that delivers by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from sheaf.services.kernel import Kernel
from tests import services
from tests.homes.engine import kernel
from tests.homes.handling import deliver, wipe
from tests.homes.lasting import lasting
from tools.cloud import installation
from tools.cloud.backing import Backing
from tools.cloud.installation import Installation, Plan
from tools.emulators.tasks import Double


@dataclass(frozen=True, kw_only=True, slots=True)
class Shipped:
    """The home; its stores are the same through ``kernel`` and through the functions."""

    installation: Installation
    kernel: Kernel

    def empty(self) -> None:
        """Make it as good as new, and its queue wait."""
        deliver(self.installation, on=False)
        self.installation.backing.tasks.dispatcher.settle(300)
        wipe(self.installation, self.kernel)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Have the queue deliver while the block runs; what it has begun then is waited for."""
        deliver(self.installation, on=True)
        yield
        deliver(self.installation, on=False)
        self.installation.backing.tasks.dispatcher.settle(300)


@cache
def shipped() -> Shipped:
    """The home, started once for the process that asks, and stopped with it."""
    return lasting(_running())


@contextmanager
def _running() -> Iterator[Shipped]:
    with Double() as double:
        stands = Backing(firestore=services.firestore(), storage=services.gcs().url, tasks=double)
        with installation.running(stands, Plan(project="shipped", bucket="shipped")) as made, kernel(made) as engine:
            yield Shipped(installation=made, kernel=engine)
