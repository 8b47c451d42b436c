"""The functions as processes on stand-ins of Google's services, while they are killed and what they stand on goes wrong.

Nothing here depends on how fast the machine is: what is waited for is a state.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import pytest

from sheaf.domain.states import RunStatus
from sheaf.services import progress, runs
from tests.faults.kit import TENANT, Bench, stock
from tests.faults.promises import check_ended
from tests.homes.rough import Rough, rough
from tools.emulators.tasks import Faults

TASKS = 100
STUCK_S = 300.0
CONTENTS = [b"corrupt" if number % 20 == 0 else b"flaky 1" if number % 30 == 0 else b"rows 3" for number in range(1, TASKS)]


@pytest.fixture
def home() -> Rough:
    """The home, empty."""
    made = rough()
    made.empty()
    return made


def submitted(home: Rough) -> str:
    """A run at work, some of whose files are corrupt and some of which fail once."""
    hand: Bench = Bench(home.kernel, None, None, None)  # type: ignore[arg-type]  # what moves the queue and the clock is not needed
    run_id = hand.run([b"ok"], job_id=hand.job(base_s=1.0))
    stock(home.kernel, run_id, CONTENTS)
    hand.submit(run_id)
    return run_id


def until(done: Callable[[], bool]) -> None:
    """Wait for a state, however long it takes, unless nothing moves any more."""
    deadline = time.monotonic() + STUCK_S
    while not done():
        assert time.monotonic() < deadline, "stuck"
        time.sleep(0.05)


def at_work(home: Rough, run_id: str, done: int) -> None:
    """Wait until so many files are done, some more are under way, and the others wait."""
    while progress.of(home.kernel, TENANT, run_id).counts.done < done:
        home.files.let_and_wait(5)
    home.files.let(10)


def check(home: Rough, run_id: str) -> None:
    """Wait for the run's end: every file came to what it says, and was counted once."""
    until(lambda: runs.get(home.kernel, TENANT, run_id).ended)
    check_ended(home.kernel, TENANT, run_id)
    run, said = runs.get(home.kernel, TENANT, run_id), Counter(CONTENTS)
    assert run.status is RunStatus.PARTIALLY_COMPLETED
    assert (run.tasks_total, run.counts.failures) == (TASKS, {"corrupt": said[b"corrupt"]})


def test_a_worker_function_that_is_killed_loses_nothing(home: Rough) -> None:
    """Twice in the middle of a run; what it held is delivered again, and counts once."""
    home.files.close()
    with home.swept():
        run_id = submitted(home)
        for done in (5, 40):
            at_work(home, run_id, done)
            home.kill("worker")
        home.files.open()
        check(home, run_id)


def test_deliveries_that_go_wrong_change_nothing(home: Rough) -> None:
    """They come twice, late, out of turn, or not at all; answers are lost, and so are calls of the queue and their replies."""
    home.tasks.go_wrong(
        Faults(duplicates=0.3, lost_answers=0.1, lost_requests=0.05, delay_s=0.1, shuffled=True, refused_calls=0.05, lost_replies=0.05)
    )
    with home.swept():
        check(home, submitted(home))


def test_outages_of_documents_and_queue_are_outlived(home: Rough) -> None:
    """Each is away for a moment, the queue before the files are sent, the documents while they are read; all goes on by itself."""
    home.files.close()
    with home.swept():
        run_id = submitted(home)
        home.tasks.service.go_down(1.5)
        at_work(home, run_id, 5)
        with home.gateway.away():
            time.sleep(1.5)
        home.files.open()
        check(home, run_id)
