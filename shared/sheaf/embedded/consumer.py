"""A worker process: takes deliveries from the embedded queue and hands them to the worker's handler, until it is told to stop.

Started as ``python -m sheaf.embedded.consumer ID`` with the settings in its environment. Its standard input is a pipe that nobody writes
to: it ends when the supervisor wants the worker to stop, and also when the supervisor is gone, on every platform.
"""

from __future__ import annotations

import faulthandler
import importlib
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from sheaf import logs, settings
from sheaf.adapters.queue.embedded import Claimed, EmbeddedQueue
from sheaf.embedded import presence
from sheaf.embedded.installation import opened
from sheaf.embedded.signs import Signs
from sheaf.services import worker
from sheaf.services.kernel import Kernel
from sheaf.services.messages import QUEUES

_log = logging.getLogger(__name__)

#: Deliveries taken at once while they turn out small; more would lie idle here while other workers have nothing to do.
MAX_CLAIMED = 4
_SMALL_S = 0.05
#: A worker without work is woken when some comes; it looks by itself after this long.
_LONGEST_PAUSE_S = 1.0
#: Modules that take their time to load, and that most files need.
WARM = ("pypdfium2", "rapidfuzz", "sheaf.documents.formats.pdf", "sheaf.documents.pdf.annotations", "sheaf.extraction.assemble")
#: Once nobody supervises it, a worker may take this long over what it has begun.
ORPHAN_GRACE_S = 30.0


class Consumer:
    """The loop of one worker."""

    def __init__(self, kernel: Kernel, queue: EmbeddedQueue, consumer_id: str, signs: Signs, stopping: threading.Event) -> None:
        self._kernel = kernel
        self._queue = queue
        self._id = consumer_id
        self._signs = signs
        self._stopping = stopping
        self._deadlines: Mapping[str, float] = {rule.name: rule.deadline_s for rule in QUEUES}
        self._limit = 1

    def run(self) -> None:
        """Work until told to stop; what is begun then is finished, what is only held is given back."""
        self._signs.ready()
        self._warm_up()
        while not self._stopping.is_set():
            if not self._work_once():
                self._queue.wait(_LONGEST_PAUSE_S)
        self._queue.release(self._id)

    def _warm_up(self) -> None:
        """Load what most files need, for as long as there is nothing better to do: the first file is then read as fast as the second."""
        for name in WARM:
            if self._stopping.is_set() or self._work_once():
                return
            importlib.import_module(name)

    def _work_once(self) -> bool:
        deliveries = self._queue.claim(self._id, self._limit)
        done: list[Claimed] = []
        try:
            self._handle_all(deliveries, done)
        finally:
            if done:
                self._queue.ack_many(done)
        return bool(deliveries)

    def _handle_all(self, deliveries: Sequence[Claimed], done: list[Claimed]) -> None:
        for delivery in deliveries:
            if self._stopping.is_set():
                return
            began = time.monotonic()
            if self._handle(delivery):
                done.append(delivery)
            self._limit = MAX_CLAIMED if time.monotonic() - began < _SMALL_S else 1
        self._signs.idle()

    def _handle(self, delivery: Claimed) -> bool:
        """Do one delivery; False when the queue is to make it again."""
        deadline = self._deadlines.get(delivery.queue, 600.0)
        self._signs.busy(deadline)
        # Runs without the interpreter's lock: it ends even a worker that hangs inside a C library, and says where.
        faulthandler.dump_traceback_later(deadline, exit=True)
        try:
            with logs.about(**worker.whose(delivery)):
                return self._answered(delivery)
        finally:
            faulthandler.cancel_dump_traceback_later()

    def _answered(self, delivery: Claimed) -> bool:
        kind = delivery.payload.get("kind")
        try:
            outcome = worker.handle(self._kernel, delivery)
        except Exception:  # noqa: BLE001 - the queue's contract: any failure means to deliver again
            _log.exception("%s failed and will be made again", kind)
            self._queue.fail(delivery)
            return False
        _log.debug("%s: %s", kind, outcome)
        return True


def stop_at_end(pipe: BinaryIO, stopping: threading.Event, wake: Callable[[], None], *, grace_s: float = ORPHAN_GRACE_S) -> None:
    """Ask for a stop once ``pipe`` ends, and enforce it ``grace_s`` later; runs in a thread of its own."""
    while pipe.read(1024):
        pass
    stopping.set()
    wake()
    time.sleep(grace_s)
    _log.error("what was begun did not end within %s s of the stop; leaving it", grace_s)
    os._exit(os.EX_TEMPFAIL if hasattr(os, "EX_TEMPFAIL") else 75)


def main(arguments: Sequence[str]) -> int:
    """Run the worker of that id; answers the exit code."""
    consumer_id = arguments[0]
    pipe = _keep_standard_output_to_itself()
    _die_first()
    current = settings.read()
    logs.configure(current)
    with opened(current) as installation, presence.announce(current.data_dir, consumer_id):
        stopping, queue = threading.Event(), installation.queue
        threading.Thread(target=stop_at_end, args=(sys.stdin.buffer, stopping, queue.wake), daemon=True).start()
        Consumer(installation.kernel, queue, consumer_id, Signs(pipe), stopping).run()
    return 0


def _die_first() -> None:
    """Should memory run out, let Linux end this process and not its supervisor."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")


def _keep_standard_output_to_itself() -> BinaryIO:
    """The pipe to the supervisor; whatever else is printed in this process goes to stderr."""
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return pipe


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
