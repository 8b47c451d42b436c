"""Keeps a number of worker processes alive: starts them, replaces those that die, kills those that hang, and stops them in order."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from uuid import uuid4

from sheaf.embedded.signs import Vitals
from sheaf.settings import PREFIX, Settings

_log = logging.getLogger(__name__)

#: ``-P``: a worker must not import from the folder it happens to be started in.
COMMAND: Sequence[str] = (sys.executable, "-P", "-m", "sheaf.embedded.consumer")
#: A worker ends itself at its deadline; this much later it is helped.
_MARGIN_S = 5.0
_WATCH_S = 0.5
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.25, 30.0
#: Deaths in a row before any sign of life, after which the pool is taken for broken.
_HOPELESS = 3


@dataclass(slots=True)
class _Worker:
    """One place in the pool and whoever fills it at present."""

    name: str = ""
    process: subprocess.Popen[bytes] | None = None
    vitals: Vitals = field(default_factory=Vitals)
    #: Deaths in a row without having finished anything, and without even a sign of life.
    failures: int = 0
    stillborn: int = 0


class Pool:
    """``size`` worker processes on one data folder; ``release`` gives back what a dead one held."""

    def __init__(
        self,
        settings: Settings,
        size: int,
        *,
        release: Callable[[str], object],
        command: Sequence[str] = COMMAND,
        margin_s: float = _MARGIN_S,
    ) -> None:
        self._settings = settings
        self._release = release
        self._command = command
        self._margin_s = margin_s
        self._workers = [_Worker() for _ in range(size)]
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def size(self) -> int:
        """Workers that are kept."""
        return len(self._workers)

    @property
    def pids(self) -> list[int]:
        """The processes that live at the moment."""
        return [w.process.pid for w in self._workers if w.process and w.process.poll() is None]

    @property
    def hopeless(self) -> bool:
        """Whether every worker dies before it can begin, again and again."""
        return all(worker.stillborn >= _HOPELESS for worker in self._workers)

    def start(self) -> None:
        """Start the workers and keep them."""
        jobs = [threading.Thread(target=self._keep, args=(worker,), daemon=True) for worker in self._workers]
        self._threads = [*jobs, threading.Thread(target=self._watch, daemon=True)]
        for thread in self._threads:
            thread.start()

    def stop(self, grace_s: float) -> None:
        """Let every worker finish what it has begun, for at most ``grace_s``, then kill and give back what is left."""
        self._stopping.set()
        deadline = time.monotonic() + grace_s
        for worker in self._workers:
            _ask_to_stop(worker)
        for worker in self._workers:
            _wait_or_kill(worker, deadline)
        for thread in self._threads:
            thread.join()

    def _keep(self, worker: _Worker) -> None:
        _spare_from_interrupts()
        while not self._stopping.is_set():
            code = self._live(worker)
            self._release(worker.name)
            if self._stopping.is_set():
                return
            pause = _pause_after(worker)
            _log.warning("worker %s ended with %s; another starts in %.2f s", worker.name, code, pause)
            self._stopping.wait(pause)

    def _live(self, worker: _Worker) -> int | str:
        """Start a worker and follow it to its end; answers its exit code, or why it could not even start."""
        try:
            self._start(worker)
        except OSError as error:
            return str(error)
        return self._follow(worker)

    def _start(self, worker: _Worker) -> None:
        worker.name = f"{os.getpid()}-{uuid4().hex[:12]}"
        worker.vitals = Vitals()
        worker.process = subprocess.Popen(  # noqa: S603 - the interpreter and a module of our own
            [*self._command, worker.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(self._settings)
        )
        if self._stopping.is_set():  # stop() may have looked at this place just before
            _ask_to_stop(worker)

    def _follow(self, worker: _Worker) -> int:
        """Take in the signs of a worker until its end; answers its exit code."""
        process = worker.process
        if process is None or process.stdout is None:
            return 0
        with process.stdout:
            for line in process.stdout:
                worker.vitals.note(line)
        code = process.wait()
        _ask_to_stop(worker)
        return code

    def _watch(self) -> None:
        while not self._stopping.wait(_WATCH_S):
            for worker in self._workers:
                if worker.process and worker.vitals.overdue(self._margin_s):
                    _log.error("worker %s is over its deadline and is killed", worker.name)
                    worker.process.kill()


def _spare_from_interrupts() -> None:
    """Ctrl-C reaches all processes of a terminal; what it means is the supervisor's to decide. Workers inherit this thread's mask."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def environment(settings: Settings) -> dict[str, str]:
    """This process's environment with ``settings`` in it, whatever it said of them before."""
    values = {name: getattr(settings, name) for name in (f.name for f in fields(settings))}
    shown = {PREFIX + name.upper(): str(v.absolute() if isinstance(v, Path) else v) for name, v in values.items()}
    return {**os.environ, **shown}


def _pause_after(worker: _Worker) -> float:
    """None behind a worker that did something, or a first one that did not; from then on twice as long each time."""
    worker.stillborn = 0 if worker.vitals.ready else worker.stillborn + 1
    worker.failures = 0 if worker.vitals.useful else worker.failures + 1
    return min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** (worker.failures - 2)) if worker.failures > 1 else 0.0


def _ask_to_stop(worker: _Worker) -> None:
    if worker.process and worker.process.stdin:
        try:
            worker.process.stdin.close()
        except BrokenPipeError:
            return


def _wait_or_kill(worker: _Worker, deadline: float) -> None:
    if worker.process is None:
        return
    try:
        worker.process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        _log.info("worker %s did not finish in time; its work is given back", worker.name)
        worker.process.kill()
