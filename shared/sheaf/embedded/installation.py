"""An embedded installation: settings, and the engine on the stores that they name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sheaf import bootstrap
from sheaf.adapters.clock import SystemClock
from sheaf.adapters.queue import embedded
from sheaf.adapters.queue.embedded import EmbeddedQueue
from sheaf.services.kernel import Kernel
from sheaf.settings import Settings


@dataclass(frozen=True, slots=True)
class Installation:
    """The engine of a data folder in this process, and its queue with the consumers' side."""

    settings: Settings
    kernel: Kernel
    queue: EmbeddedQueue


@contextmanager
def opened(settings: Settings, **given: Any) -> Iterator[Installation]:
    """The installation while the block runs; ``given`` replaces parts of the engine, as in :func:`sheaf.bootstrap.kernel`."""
    queue = embedded.opened(settings, given.get("clock") or SystemClock())
    kernel = bootstrap.kernel(settings, queue=queue, **given)
    try:
        yield Installation(settings, kernel, queue)
    finally:
        kernel.store.close()
        queue.close()
