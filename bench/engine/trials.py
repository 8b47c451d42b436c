"""What contestants are put through: a run at full speed, tasks one at a time, and workers that are killed."""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.engine.contest import Entrant, Ground, entered
from bench.timing import p95

_POLL_S = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Speed:
    """What a run at full speed came to."""

    tasks: int
    #: From the first task handed over to the last one counted; None when it did not come to that.
    seconds: float | None
    #: Until all were handed over.
    handed_s: float
    cpu_s: float
    peak_bytes: int
    held_bytes: int

    @property
    def per_second(self) -> float:
        """Tasks a second."""
        return self.tasks / self.seconds if self.seconds else 0.0

    @property
    def cpu_ms(self) -> float:
        """Processor milliseconds per task, over all processes."""
        return 1000 * self.cpu_s / self.tasks


def speed(ground: Ground, name: str, tasks: int, *, patience_s: float) -> Speed:
    """Run so many tasks that do nothing."""
    with entered(ground, name) as entrant:
        entrant.ask("stock", tasks=tasks)
        before = entrant.cpu_s()
        answer = entrant.ask("run", patience_s=patience_s)
        return Speed(
            tasks=tasks,
            seconds=answer["taken_s"],
            handed_s=answer["handed_s"],
            cpu_s=entrant.cpu_s() - before,
            peak_bytes=entrant.peak_bytes(),
            held_bytes=entrant.held_bytes(),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Delay:
    """From handing a task over to its beginning, in milliseconds, while little is to be done."""

    p50_ms: float
    p95_ms: float


def delay(ground: Ground, name: str, *, count: int, every_s: float) -> Delay:
    """Hand over tasks one at a time."""
    with entered(ground, name) as entrant:
        taken = [1000 * seconds for seconds in entrant.ask("ticks", count=count, every_s=every_s, patience_s=30.0)]
        return Delay(p50_ms=median(taken), p95_ms=p95(taken))


@dataclass(frozen=True, kw_only=True, slots=True)
class Killing:
    """Kills of a random worker, at the same moments for everyone."""

    tasks: int = 4_000
    #: A task is handed over this often, and takes so long: more than two workers that do one at a time can keep up with.
    every_s: float = 0.005
    nap_s: float = 0.02
    kills: int = 9
    kill_every_s: float = 2.0
    #: It is given up once nothing was counted for so long.
    patience_s: float = 120.0
    seed: int = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Survival:
    """What was left after the kills."""

    tasks: int
    counted: int
    #: How often the run was said to be over.
    finishes: int
    #: From the last kill to the end; None when it never came.
    recovered_s: float | None

    @property
    def unfinished(self) -> int:
        """Tasks that were never counted."""
        return self.tasks - self.counted


def survival(ground: Ground, name: str, killing: Killing) -> Survival:
    """Feed tasks steadily while workers are killed, and wait for what becomes of them."""
    with entered(ground, name, nap_s=killing.nap_s) as entrant:
        entrant.ask("feed", count=killing.tasks, every_s=killing.every_s)
        _kill(entrant, killing)
        killed = time.time()
        state = _settled(entrant, killing)
        finished = state["finished_at"]
        return Survival(
            tasks=killing.tasks,
            counted=state["counted"],
            finishes=state["finishes"],
            recovered_s=None if finished is None else max(0.0, finished - killed),
        )


def _kill(entrant: Entrant, killing: Killing) -> None:
    rng = random.Random(killing.seed)
    for _ in range(killing.kills):
        time.sleep(killing.kill_every_s)
        if pids := entrant.ask("workers"):
            with suppress(ProcessLookupError):
                os.kill(rng.choice(sorted(pids)), signal.SIGKILL)


def _settled(entrant: Entrant, killing: Killing) -> dict[str, Any]:
    """The state once the run is over, or nothing was counted for long."""
    seen, moved = entrant.ask("state"), time.monotonic()
    while seen["finished_at"] is None and time.monotonic() < moved + killing.patience_s:
        time.sleep(_POLL_S)
        now = entrant.ask("state")
        if now["counted"] > seen["counted"]:
            moved = time.monotonic()
        seen = now
    return dict(seen)
