"""One process beside this one, from its start to its end, and what its end says of the call that it was at."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

import sheaf
from sheaf.adapters.processes import frames
from sheaf.adapters.processes.frames import Broken, Call, End, Kind, Timed
from sheaf.domain.errors import FailureCategory, FileProblem, Unavailable

#: ``-P``: it must not import from the folder it happens to be started in.
COMMAND: Sequence[str] = (sys.executable, "-P", "-m", "sheaf.adapters.processes.main")
#: A process that takes longer to start than this will not.
START_S = 60.0
_END_S = 2.0


class Child:
    """A process that does one call after the other."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        """Start it; raises Unavailable where the system does not let us."""
        try:
            # A session of its own: what a terminal or a service manager tells the whole group is for its caller to hear.
            self._process = subprocess.Popen(  # noqa: S603 - the interpreter and a module of our own
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment(), start_new_session=True
            )
        except OSError as error:
            raise Unavailable(f"No process for reading files can be started: {error.strerror}.") from error
        self._ready = False
        self._in = cast("BinaryIO", self._process.stdin)
        self._out = cast("BinaryIO", self._process.stdout)
        self._frames = Timed(self._out)

    @property
    def alive(self) -> bool:
        """Whether it is there to be called."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The id that the system knows it by."""
        return self._process.pid

    def load(self, modules: Sequence[str]) -> None:
        """Have it load modules when it finds the time."""
        with suppress(OSError):
            frames.write(self._in, Kind.LOAD, ",".join(modules).encode())
            self._in.flush()

    def perform(self, call: Call) -> Generator[bytes, None, End]:
        """Hand on the pieces of a call and answer how it ended.

        Raises FileProblem (``timeout``, ``crashed``) and Unavailable, and is good for nothing any more then.
        """
        self._await_ready()
        try:
            return (yield from self._pieces(call, time.monotonic() + call.seconds))
        except TimeoutError as error:
            raise FileProblem(FailureCategory.TIMEOUT, f"It was not done within {call.seconds:g} seconds.") from error
        except (Broken, BrokenPipeError) as error:
            raise FileProblem(FailureCategory.CRASHED, f"The process that read it ended: {self._how_it_ended()}.") from error

    def end(self) -> None:
        """End it, whatever it does."""
        with suppress(BrokenPipeError):  # what it was still to be told
            self._in.close()
        self._process.kill()
        self._process.wait()
        self._out.close()

    def _await_ready(self) -> None:
        """Wait for its sign that it has started, which is no part of a call's time."""
        try:
            self._ready = self._ready or self._frames.read(time.monotonic() + START_S)[0] is Kind.READY
        except (Broken, TimeoutError) as error:
            raise Unavailable("The process for reading files does not start.") from error

    def _pieces(self, call: Call, until: float) -> Generator[bytes, None, End]:
        frames.write(self._in, Kind.CALL, msgspec.msgpack.encode(call))
        self._in.flush()
        kind, body = self._frames.read(until)
        while kind is Kind.PIECE:
            yield body
            kind, body = self._frames.read(until)
        return _end(body)

    def _how_it_ended(self) -> str:
        """In a word, for people."""
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(_END_S)
            return signal.strsignal(-code) or f"signal {-code}" if code < 0 else f"exit code {code}"
        return "it closed its pipe"


def _end(body: bytes) -> End:
    try:
        return msgspec.msgpack.decode(body, type=End)
    except msgspec.DecodeError as error:
        raise Broken from error


def _environment() -> dict[str, str]:
    """This process's environment, with the folder that Sheaf itself was found in: a function's bundle is not installed."""
    root = str(Path(sheaf.__file__).parents[1])
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))}
