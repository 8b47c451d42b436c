"""A queue library as a contestant: its own worker processes, the counter of :mod:`bench.engine.sink`, and hands that give it tasks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bench.engine import sink, trees
from bench.engine.contestant import State

#: How often it is looked whether a program has ended.
_LOOK_S = 0.5
_GRACE_S = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Library:
    """How one library is used."""

    #: The programs that work its queue, each with its arguments; what ends is started again, as a supervisor would.
    commands: Sequence[Sequence[str]]
    #: Hands over tasks, at once where the library can.
    enqueue: Callable[[Sequence[int]], None]
    #: Empties the queue of what another run left, and makes what it needs.
    clean: Callable[[], None]


def program(name: str) -> str:
    """A program of this environment."""
    return str(Path(sys.executable).with_name(name))


class Peer:
    """See :class:`bench.engine.contestant.Contestant`."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._programs: list[subprocess.Popen[bytes]] = []
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._tasks = 0

    def __enter__(self) -> Self:
        sink.stock(1)
        self._library.clean()
        self._programs = [_started(command) for command in self._library.commands]
        self._keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._keeper.join()
        for program in self._programs:
            _stop(program)

    def _keep(self) -> None:
        while not self._stopping.wait(_LOOK_S):
            for place, program in enumerate(self._programs):
                if program.poll() is not None:
                    self._programs[place] = _started(self._library.commands[place])

    def stock(self, tasks: int) -> None:
        """A new counter for so many tasks."""
        sink.stock(tasks)
        self._tasks = tasks

    def begin(self) -> None:
        """Enqueue all tasks."""
        self._library.enqueue(range(self._tasks))

    def state(self) -> State:
        """What the counter says."""
        return sink.state()

    def hand_one(self, number: int) -> None:
        """Enqueue one task."""
        self._library.enqueue([number])

    def started(self) -> dict[int, float]:
        """What the counter noted."""
        return sink.started()

    def workers(self) -> list[int]:
        """The processes that have no others below them: those do the tasks."""
        living = [program.pid for program in self._programs if program.poll() is None]
        return [pid for root in living for pid in trees.leaves(root)]


def _started(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """In a session of its own, so that it can be ended with all that it starts; what it prints goes where this process's errors go."""
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, start_new_session=True)


def _stop(program: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(program.pid, sign)
            program.wait(_GRACE_S)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
