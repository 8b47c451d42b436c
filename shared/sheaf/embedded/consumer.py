"""A worker process: takes deliveries from the embedded queue and hands them to the worker's handler, until it is told to stop.

Started as ``python -m sheaf.embedded.consumer ID`` with the settings in its environment. Its standard input is a pipe that nobody writes
to: it ends when the supervisor wants the worker to stop, and also when the supervisor is gone, on every platform.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from sheaf import logs, settings
from sheaf.adapters.queue.embedded import Claimed, EmbeddedQueue
from sheaf.domain.errors import Unavailable
from sheaf.embedded import presence
from sheaf.embedded.guard import Guard
from sheaf.embedded.installation import opened
from sheaf.embedded.signs import Signs
from sheaf.services import metrics, worker
from sheaf.services.kernel import Kernel
from sheaf.services.messages import QUEUES
from sheaf.services.shift import Answer, Shift

_log = logging.getLogger(__name__)

#: Deliveries taken at once: as many as are done in the time of a wink, by what the last ones took. Those that are not begun when the time
#: for one shift is over are given back: they would lie idle here while other workers have nothing to do.
MAX_CLAIMED = 512
_WINK_S = 0.05
_SHIFT_S = 0.5
#: A worker without work is woken when some comes; it looks by itself after this long.
_LONGEST_PAUSE_S = 1.0
#: New containers before the collector looks for cycles among them; a shift makes and drops that many.
_NEW_OBJECTS = 10_000
#: Once nobody supervises it, a worker may take this long over what it has begun.
ORPHAN_GRACE_S = 30.0


class Consumer:
    """The loop of one worker."""

    def __init__(self, kernel: Kernel, queue: EmbeddedQueue, consumer_id: str, signs: Signs, stopping: threading.Event) -> None:
        self._kernel = kernel
        self._queue = queue
        self._id = consumer_id
        self._signs = signs
        self._guard = Guard(signs)
        self._stopping = stopping
        self._deadlines: Mapping[str, float] = {rule.name: rule.deadline_s for rule in QUEUES}
        self._limit = 1

    def run(self) -> None:
        """Work until told to stop; what is begun then is finished, what is only held is given back."""
        self._signs.ready()
        self._warm_up()
        _keep_what_is_there()
        while not self._stopping.is_set():
            if not self._work_once():
                self._queue.wait(_LONGEST_PAUSE_S)
        self._guard.rest()
        self._queue.release(self._id)
        metrics.write(self._kernel, pause=timedelta(0))

    def _warm_up(self) -> None:
        """Unless there is work already, get ready for it: the first file is then read as fast as the second."""
        if self._work_once() or self._stopping.is_set():
            return
        worker.warm_up()
        if self._kernel.elsewhere is None:
            return
        try:
            self._kernel.elsewhere().warm_up()
        except Unavailable as error:
            _log.error("nothing can be got ready: %s", error.message)

    def _work_once(self) -> bool:
        deliveries = self._queue.claim(self._id, self._limit)
        if not deliveries:
            self._guard.rest()
            metrics.write(self._kernel)  # what was counted too soon after the last time
            return False
        self._settle(deliveries, self._work(deliveries))
        return True

    def _work(self, deliveries: Sequence[Claimed]) -> list[Answer]:
        self._guard.begin(self._deadline(deliveries[0]))
        shift = Shift(self._kernel, deliveries)
        began = now = time.monotonic()
        for number, delivery in enumerate(deliveries):
            if self._stopping.is_set() or now - began > _SHIFT_S:
                break
            self._guard.begin(self._deadline(delivery))
            with logs.about(**worker.whose(delivery)):
                shift.do(number)
            now = time.monotonic()
            self._adapt((now - began) / (number + 1))
        return shift.end()

    def _deadline(self, delivery: Claimed) -> float:
        return self._deadlines.get(delivery.queue, 600.0)

    def _settle(self, deliveries: Sequence[Claimed], answers: Sequence[Answer]) -> None:
        """Tell the queue what came of each delivery."""
        answered = list(zip(deliveries, answers, strict=True))
        if done := [delivery for delivery, answer in answered if isinstance(answer, str)]:
            self._queue.ack_many(done)
        for delivery, answer in answered:
            if isinstance(answer, Exception):
                with logs.about(**worker.whose(delivery)):
                    _log.error("%s failed and will be made again", delivery.payload.get("kind"), exc_info=answer)
                self._queue.fail(delivery)
        if left := [delivery for delivery, answer in answered if answer is None]:
            self._queue.give_back(left)

    def _adapt(self, took_s: float) -> None:
        """Take as many next time as fit, given how long one took on average; the trips to the disk before and after are not in it."""
        fit = int(_WINK_S / took_s) if took_s > 0 else MAX_CLAIMED
        self._limit = max(1, min(fit, MAX_CLAIMED))


def _keep_what_is_there() -> None:
    """Spare the collector what stays for good (modules, schemas), and have it look less often: reading files makes much and few cycles."""
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)


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
