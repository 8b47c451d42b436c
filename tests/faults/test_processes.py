"""Real processes, really killed: no file is lost, none is counted twice, and every run finishes once.

Nothing here depends on how fast the machine is: the killing is random anyway, and what is waited for is a state.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from sheaf.domain.states import RunStatus, TaskStatus
from sheaf.embedded import pool
from sheaf.embedded.installation import Installation
from sheaf.embedded.work import Workforce
from sheaf.services import files, runs
from sheaf.services.kernel import Kernel
from sheaf.settings import Settings
from tests.faults import disturbed
from tests.faults.kit import TENANT, Bench, stock
from tests.faults.promises import check_ended, tasks_of

#: All of it where it is proved, a taste of it elsewhere.
FULL = bool(os.environ.get("CI"))
SEEDS = range(5) if FULL else range(1)
TASKS = 2_000 if FULL else 300
STUCK_S = 600.0


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """A disturbed installation, as this process sees it; nobody works on it yet."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    with disturbed.opened(Settings(data_dir=tmp_path / "data", sweep_seconds=0.5)) as installation:
        yield installation


def submitted(kernel: Kernel, tasks: int) -> str:
    """A run of so many files: every 20th is corrupt, every 30th fails once."""
    hand: Bench = Bench(kernel, None, None, None)  # type: ignore[arg-type]  # what moves the queue and the clock is not needed
    run_id = hand.run([b"ok"], job_id=hand.job(base_s=1.0))
    stock(kernel, run_id, (content(number) for number in range(1, tasks)))
    hand.submit(run_id)
    return run_id


def content(number: int) -> bytes:
    """What the file of that number says."""
    if number % 20 == 0:
        return b"corrupt"
    return b"flaky 1" if number % 30 == 0 else b"rows 3"


def check(site: Installation, run_id: str, tasks: int) -> None:
    """Everything is there, once, and came to what its file says."""
    check_ended(site.kernel, TENANT, run_id)
    run = runs.get(site.kernel, TENANT, run_id)
    corrupt = len(range(20, tasks, 20))
    assert run.status is RunStatus.PARTIALLY_COMPLETED
    assert (run.tasks_total, run.counts.completed, run.counts.failed) == (tasks, tasks - corrupt, corrupt)
    assert run.counts.failures == {"corrupt": corrupt}


def until(done: Callable[[], bool], what: str, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Wait for a state, however long it takes, unless nothing moves any more."""
    deadline = time.monotonic() + STUCK_S
    while not done():
        assert time.monotonic() < deadline, f"stuck: {what}"
        meanwhile()
        time.sleep(0.05)


def ended(site: Installation, run_id: str) -> bool:
    """Whether the run is over."""
    return runs.get(site.kernel, TENANT, run_id).ended


class Killer:
    """Kills a random worker every half a second to two."""

    def __init__(self, pids: Callable[[], list[int]], seed: int) -> None:
        self._pids, self._rng = pids, random.Random(seed)
        self._next = time.monotonic() + 1
        self.kills = 0

    def __call__(self) -> None:
        """Kill one if it is time to."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._rng.uniform(0.5, 2)
        if pids := self._pids():
            with suppress(ProcessLookupError):
                os.kill(self._rng.choice(pids), signal.SIGKILL)
                self.kills += 1


@pytest.mark.parametrize("seed", SEEDS)
def test_workers_that_are_killed_all_the_time(site: Installation, seed: int) -> None:
    """A random worker is killed every moment while messages come twice, late and out of turn."""
    run_id = submitted(site.kernel, TASKS)
    with Workforce(site, workers=disturbed.WORKERS, command=disturbed.COMMAND) as force:
        killer = Killer(lambda: force.pool.pids, seed)
        until(lambda: ended(site, run_id), "the run does not end", killer)
    assert killer.kills
    check(site, run_id, TASKS)


def test_a_worker_that_hangs_past_its_lease_and_comes_back(site: Installation) -> None:
    """What a stopped worker held is done by another once its lease is over, and what it brings when it comes back is dropped."""
    run_id = site_run(site, [b"wait"])
    with Workforce(site, workers=1, command=disturbed.COMMAND) as force:
        until(lambda: held_up(site, run_id), "nobody begins the file that waits")
        [stopped] = force.pool.pids
        os.kill(stopped, signal.SIGSTOP)
        with Workforce(site, workers=1, command=disturbed.COMMAND):
            until(lambda: ended(site, run_id), "the run waits for a worker that is stopped")
            before = tasks_of(site.kernel, runs.get(site.kernel, TENANT, run_id))
            (site.settings.data_dir / "go").touch()
            os.kill(stopped, signal.SIGCONT)
    check_ended(site.kernel, TENANT, run_id)
    after = tasks_of(site.kernel, runs.get(site.kernel, TENANT, run_id))
    assert after == before
    assert [attempt.failure.category for task in after for attempt in task.attempts] == ["crashed"]
    assert {task.status for task in after} == {TaskStatus.COMPLETED}


def site_run(site: Installation, contents: list[bytes]) -> str:
    """A submitted run of these files."""
    return Bench(site.kernel, None, None, None).submitted(contents)  # type: ignore[arg-type]  # as above


def held_up(site: Installation, run_id: str) -> bool:
    """Whether the first file has been begun, and so holds its worker up."""
    [first] = files.listing(site.kernel, TENANT, run_id, limit=1).files
    return first.status is TaskStatus.PROCESSING


def over(site: Installation, run_id: str, moment: float) -> bool:
    """Whether the moment has come, or the run has ended before it."""
    return time.monotonic() > moment or ended(site, run_id)


@contextmanager
def powered(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """A supervisor with its workers, in a process group of their own, which is killed in the end."""
    process = subprocess.Popen([*disturbed.COMMAND, "site"], env=pool.environment(settings), start_new_session=True)
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.parametrize("seed", SEEDS)
def test_power_cuts(site: Installation, seed: int) -> None:
    """The whole installation is killed at random moments and started again: it goes on by itself where it was."""
    rng, tasks = random.Random(seed), TASKS // 4
    run_id = submitted(site.kernel, tasks)
    cuts = 0
    while not ended(site, run_id) and cuts < 4:
        with powered(site.settings):
            going = time.monotonic() + rng.uniform(1, 3)
            until(partial(over, site, run_id, going), "time stands still")
        cuts += 1
    with powered(site.settings):
        until(lambda: ended(site, run_id), "the run does not end")
    assert cuts
    check(site, run_id, tasks)
