"""A worker process: takes deliveries from the embedded queue and hands them to the worker's handler, until it is told to stop.

Started as ``python -m sheaf.embedded.consumer ID`` with the settings in its environment. Its standard input is a pipe that nobody writes
to: it ends when the supervisor wants the worker to stop, and also when the supervisor is gone, on every platform.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import BinaryIO, Protocol

from sheaf.embedded import logs, presence
from sheaf.embedded.signs import Signs
from sheaf.ports.queue import Delivery
from sheaf.services import worker
from sheaf.services.kernel import Kernel
from sheaf.services.messages import QUEUES

_log = logging.getLogger(__name__)

#: Deliveries taken at once while they turn out small; more would lie idle here while other workers have nothing to do.
MAX_CLAIMED = 4
_SMALL_S = 0.05
#: How often a worker without work looks whether some has come from another process.
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.005, 0.1
#: Once nobody supervises it, a worker may take this long over what it has begun.
ORPHAN_GRACE_S = 30.0


class Source(Protocol):
    """The consumers' side of the embedded queue."""

    def claim(self, consumer_id: str, limit: int) -> list[Delivery]:
        """Up to ``limit`` deliveries that are due, now held by this consumer."""
        ...

    def ack_many(self, deliveries: Sequence[Delivery]) -> None:
        """They are done, and never delivered again."""
        ...

    def fail(self, delivery: Delivery) -> None:
        """It came to nothing, and is to be delivered again after a back-off."""
        ...

    def release(self, consumer_id: str) -> object:
        """Whatever the consumer holds is to be delivered to others at once."""
        ...

    def next_due(self) -> datetime | None:
        """When the next delivery is due; None when nothing waits."""
        ...


class Consumer:
    """The loop of one worker."""

    def __init__(self, kernel: Kernel, source: Source, consumer_id: str, signs: Signs, stopping: threading.Event) -> None:
        self._kernel = kernel
        self._source = source
        self._id = consumer_id
        self._signs = signs
        self._stopping = stopping
        self._deadlines: Mapping[str, float] = {rule.name: rule.deadline_s for rule in QUEUES}
        self._limit = 1
        self._pause = _FIRST_PAUSE_S

    def run(self) -> None:
        """Work until told to stop; what is begun then is finished, what is only held is given back."""
        self._signs.ready()
        while not self._stopping.is_set():
            if self._work_once():
                self._pause = _FIRST_PAUSE_S
            else:
                self._rest()
        self._source.release(self._id)

    def _work_once(self) -> bool:
        due = self._source.next_due()
        if due is None or due > self._kernel.clock.now():
            return False
        deliveries = self._source.claim(self._id, self._limit)
        done: list[Delivery] = []
        try:
            self._handle_all(deliveries, done)
        finally:
            if done:
                self._source.ack_many(done)
        return bool(deliveries)

    def _handle_all(self, deliveries: Sequence[Delivery], done: list[Delivery]) -> None:
        for delivery in deliveries:
            if self._stopping.is_set():
                return
            began = time.monotonic()
            if self._handle(delivery):
                done.append(delivery)
            self._limit = MAX_CLAIMED if time.monotonic() - began < _SMALL_S else 1
        self._signs.idle()

    def _handle(self, delivery: Delivery) -> bool:
        """Do one delivery; False when the queue is to make it again."""
        deadline = self._deadlines.get(delivery.queue, 600.0)
        self._signs.busy(deadline)
        # Runs without the interpreter's lock: it ends even a worker that hangs inside a C library, and says where.
        faulthandler.dump_traceback_later(deadline, exit=True)
        try:
            with logs.about(**_whose(delivery)):
                return self._answered(delivery)
        finally:
            faulthandler.cancel_dump_traceback_later()

    def _answered(self, delivery: Delivery) -> bool:
        kind = delivery.payload.get("kind")
        try:
            outcome = worker.handle(self._kernel, delivery)
        except Exception:
            _log.exception("%s failed and will be made again", kind)
            self._source.fail(delivery)
            return False
        _log.debug("%s: %s", kind, outcome)
        return True

    def _rest(self) -> None:
        self._stopping.wait(self._pause)
        self._pause = min(self._pause * 2, _LONGEST_PAUSE_S)


def _whose(delivery: Delivery) -> dict[str, str]:
    names = {"tenant": "tenant", "run": "run_id", "task": "task_id"}
    return {name: str(delivery.payload[key]) for name, key in names.items() if key in delivery.payload}


def stop_at_end(pipe: BinaryIO, stopping: threading.Event, *, grace_s: float = ORPHAN_GRACE_S) -> None:
    """Ask for a stop once ``pipe`` ends, and enforce it ``grace_s`` later; runs in a thread of its own."""
    while pipe.read(1024):
        pass
    stopping.set()
    time.sleep(grace_s)
    _log.error("what was begun did not end within %s s of the stop; leaving it", grace_s)
    os._exit(os.EX_TEMPFAIL if hasattr(os, "EX_TEMPFAIL") else 75)


def main(arguments: Sequence[str]) -> int:
    """Run the worker of that id; answers the exit code."""
    from sheaf import bootstrap, settings

    consumer_id = arguments[0]
    pipe = _keep_standard_output_to_itself()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; only the supervisor decides what it means
    current = settings.read()
    logs.configure(current)
    stopping = threading.Event()
    threading.Thread(target=stop_at_end, args=(sys.stdin.buffer, stopping), daemon=True).start()
    kernel = bootstrap.kernel(current)
    with presence.announce(current.data_dir, consumer_id):
        Consumer(kernel, kernel.queue, consumer_id, Signs(pipe), stopping).run()  # type: ignore[arg-type]  # the embedded queue is both
    kernel.store.close()
    return 0


def _keep_standard_output_to_itself() -> BinaryIO:
    """The pipe to the supervisor; whatever else is printed in this process goes to stderr."""
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return pipe


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
