"""Signals that end a process at once otherwise, made to unwind it as Ctrl-C does."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

#: A closed terminal is told by SIGHUP where there is one.
_NAMES = ("SIGTERM", "SIGHUP")
#: What a shell says of a process that a signal ended, less the signal's number.
_BY_SIGNAL = 128


@contextmanager
def unwinding() -> Iterator[None]:
    """SIGTERM and SIGHUP raise SystemExit in the block, so that what it opened is closed; the exit code is 128 and the signal's number.

    A signal that is ignored stays so (``nohup``). Only the main thread is sent signals; in any other nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _numbers() if signal.getsignal(number) is signal.SIG_DFL}
    for number in before:
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _numbers() -> list[signal.Signals]:
    return [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]


def _end(number: int, _: FrameType | None) -> None:
    """Raise once; a second signal does not break off the clearing away of the first."""
    for each in _numbers():
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(_BY_SIGNAL + number)
