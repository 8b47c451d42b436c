"""The signs of life that a worker process gives its supervisor, one a line: ``ready``, ``busy SECONDS``, ``idle``."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import BinaryIO

READY = b"ready"
IDLE = b"idle"
_BUSY = b"busy "
_DEADLINE = re.compile(_BUSY + rb"(-?\d+(?:\.\d+)?)")


class Signs:
    """The worker's end: a pipe of its own, so that a library which prints cannot garble it."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe

    def ready(self) -> None:
        """The worker has started and asks for work from now on."""
        self._send(READY)

    def busy(self, deadline_s: float) -> None:
        """It begins something that must be over in so many seconds."""
        self._send(_BUSY + str(deadline_s).encode())

    def idle(self) -> None:
        """It has nothing in its hands."""
        self._send(IDLE)

    def _send(self, line: bytes) -> None:
        try:
            self._pipe.write(line + b"\n")
            self._pipe.flush()
        except (BrokenPipeError, ValueError):
            return  # nobody listens any more; the end of the other pipe tells the worker to stop


@dataclass(slots=True)
class Vitals:
    """The supervisor's end: what the signs of one worker so far come to."""

    ready: bool = False
    #: Whether it has finished anything.
    useful: bool = False
    #: On the monotonic clock; None while it is idle.
    due: float | None = None

    def note(self, line: bytes) -> None:
        """Take in one line."""
        self.ready = True
        busy = _DEADLINE.fullmatch(line.strip())
        # Who begins a further thing is through with the one before.
        self.useful |= line.strip() == IDLE or self.due is not None
        self.due = time.monotonic() + float(busy[1]) if busy else None

    def overdue(self, margin_s: float) -> bool:
        """Whether what it does should have been over ``margin_s`` ago."""
        return self.due is not None and time.monotonic() > self.due + margin_s
