"""The process itself: does what its caller asks, one call at a time, and ends with its caller.

Started as ``python -m sheaf.adapters.processes.main``; its standard input and output are pipes of :mod:`.frames`.
"""

from __future__ import annotations

import gc
import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

import msgspec

from sheaf import logs
from sheaf.adapters.processes import frames
from sheaf.adapters.processes.frames import Broken, Call, End, Kind
from sheaf.domain.errors import FailureCategory, FileProblem, SheafError
from sheaf.domain.retries import Failure, failure_of
from sheaf.settings import Settings

_log = logging.getLogger(__name__)

#: Its caller ends it when a call's time is over; should nobody be there to do it, the system does, so much later.
_MARGIN_S = 5.0
#: A process that grew to this share of what it may hold makes room for a new one.
_SWOLLEN = 0.5
#: New containers before the collector looks for cycles among them: reading a file makes many objects and few cycles.
_NEW_OBJECTS = 10_000

Inbox = queue.SimpleQueue[tuple[Kind, bytes]]


def main() -> None:
    """Serve until the caller closes the pipe, or is gone."""
    pipe = _keep_standard_output_to_itself()
    _die_first()
    gc.set_threshold(_NEW_OBJECTS)
    logs.configure(Settings())  # until the first call tells how its installation logs
    inbox: Inbox = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, inbox), daemon=True).start()
    _say(pipe, Kind.READY)
    end = End()
    while not end.leaving:
        kind, body = inbox.get()
        if kind is Kind.LOAD:
            _load(body.decode().split(","), inbox)
        else:
            end = _do(msgspec.msgpack.decode(body, type=Call), pipe)
            _say(pipe, Kind.END, msgspec.msgpack.encode(end))
    os._exit(0)  # the thread that listens cannot be told to stop


def _listen(pipe: BinaryIO, inbox: Inbox) -> None:
    """Take in what the caller says; the end of the pipe is the end of the process, whatever it does."""
    with suppress(Broken):
        while True:
            inbox.put(frames.read(pipe))
    os._exit(0)


def _load(modules: Iterable[str], inbox: Inbox) -> None:
    for name in modules:
        if not inbox.empty():
            return
        import_module(name)


def _do(call: Call, pipe: BinaryIO) -> End:
    _bound(call)
    failure = None
    try:
        for piece in _function(call.entry)(call.argument):
            _hand_on(pipe, piece)
    except MemoryError as error:
        return End(failure=failure_of(error), leaving=True)
    except Exception as error:  # noqa: BLE001 - whatever a file can do to a reader is told to the caller
        failure = _failure(error)
    finally:
        _alarm(0)
    return End(failure=failure, leaving=_swollen(call.memory))


def _function(entry: str) -> Callable[[bytes], Iterable[bytes]]:
    module, _, name = entry.partition(":")
    function: Callable[[bytes], Iterable[bytes]] = getattr(import_module(module), name)
    return function


def _hand_on(pipe: BinaryIO, piece: bytes) -> None:
    if len(piece) > frames.MAX_BODY:
        raise FileProblem(FailureCategory.TOO_LARGE, "What was read of it is too large for one piece.")
    frames.write(pipe, Kind.PIECE, piece)


def _failure(error: Exception) -> Failure:
    if not isinstance(error, SheafError | TimeoutError):
        _log.exception("unforeseen failure")
    return failure_of(error)


def _say(pipe: BinaryIO, kind: Kind, body: bytes = b"") -> None:
    frames.write(pipe, kind, body)
    pipe.flush()


def _bound(call: Call) -> None:
    """Let the system hold the call to its bounds, as far as it can (setrlimit(2): Linux counts private memory, macOS nothing)."""
    _alarm(call.seconds + _MARGIN_S)
    with suppress(ImportError, ValueError, OSError):
        import resource

        most = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (call.memory or most, most))


def _alarm(seconds: float) -> None:
    """End the process in so many seconds, even inside a C library; 0 takes it back."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _swollen(memory: int) -> bool:
    """Whether it holds, or has held, so much that the next call might lack it (getrusage(2): in KiB, on macOS in bytes)."""
    with suppress(ImportError):
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        return bool(memory) and resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit > memory * _SWOLLEN
    return False


def _die_first() -> None:
    """Should memory run out, let Linux end this process before those that depend on it; and leave no dump of what it read."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("800")
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _keep_standard_output_to_itself() -> BinaryIO:
    """The pipe to the caller; whatever else is printed in this process goes to stderr."""
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=2**16)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return pipe


if __name__ == "__main__":
    main()
