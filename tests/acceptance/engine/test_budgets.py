"""What a task costs in the cloud, counted on the wire: documents written and read, messages sent and delivered, and how fast."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pytest

from sheaf.adapters.queue import cloud_tasks
from sheaf.domain import paths
from sheaf.domain.states import RunStatus
from sheaf.ports.queue import Message
from sheaf.services import runs
from sheaf.services.messages import FILES, QUEUES
from sheaf.settings import Settings
from tests.faults.kit import TENANT, Bench, stock
from tests.homes.gateway import Passed
from tests.homes.rough import Rough, rough
from tools.emulators.tasks import Double, HandClock, queues
from tools.emulators.tasks.attempts import Answer, Dispatch

#: Both within one page of the dispatcher; what a step for a further page costs is the run's own.
FEW, MANY = 10, 40
STUCK_S = 300.0
#: Most that Cloud Tasks gives a queue (https://cloud.google.com/tasks/docs/quotas).
MOST_PER_SECOND = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What one run cost from its submission to its end."""

    writes: int
    reads: int
    created: int
    delivered: int
    run_writes: int


@pytest.fixture(scope="module")
def costs() -> dict[int, Cost]:
    """A small run and a larger one, through the functions."""
    home = rough()
    return {tasks: cost(home, tasks) for tasks in (FEW, MANY)}


def cost(home: Rough, tasks: int) -> Cost:
    """What a run of so many files costs."""
    home.empty()
    hand: Bench = Bench(home.kernel, None, None, None)  # type: ignore[arg-type]  # what moves the queue and the clock is not needed
    run_id = hand.run([b"ok"])
    stock(home.kernel, run_id, [b"ok"] * (tasks - 1))
    home.gateway.passed = Passed()
    created, delivered = home.tasks.service.calls.get("CreateTask", 0), home.files.sent
    hand.submit(run_id)
    await_end(home, run_id)
    assert runs.get(home.kernel, TENANT, run_id).status is RunStatus.COMPLETED
    passed = home.gateway.passed
    return Cost(
        writes=passed.writes.total(),
        reads=passed.reads,
        created=home.tasks.service.calls["CreateTask"] - created,
        delivered=home.files.sent - delivered,
        run_writes=passed.writes[paths.run(TENANT, run_id)],
    )


def await_end(home: Rough, run_id: str) -> None:
    """Wait for the run's end, and for the queue's."""
    deadline = time.monotonic() + STUCK_S
    while not runs.get(home.kernel, TENANT, run_id).ended:
        assert time.monotonic() < deadline, "stuck"
        time.sleep(0.05)
    home.tasks.dispatcher.settle(STUCK_S)


def per_task(costs: dict[int, Cost], what: str) -> float:
    """What each further task of a run costs."""
    return float(getattr(costs[MANY], what) - getattr(costs[FEW], what)) / (MANY - FEW)


def test_a_task_writes_three_documents_at_most(costs: dict[int, Cost]) -> None:
    """From the run's submission to its end, whatever the run itself needs apart."""
    assert per_task(costs, "writes") <= 3
    assert costs[FEW].writes - 3 * FEW <= 20


def test_a_task_reads_three_documents_at_most(costs: dict[int, Cost]) -> None:
    """Those that queries find among them."""
    assert per_task(costs, "reads") <= 3
    assert costs[FEW].reads - 3 * FEW <= 60


def test_a_task_is_sent_once_and_delivered_once(costs: dict[int, Cost]) -> None:
    """Two operations of the queue."""
    assert per_task(costs, "created") + per_task(costs, "delivered") <= 2
    assert costs[MANY].delivered == MANY


def test_the_run_s_own_document_is_written_when_its_state_moves_alone(costs: dict[int, Cost]) -> None:
    """As often in a large run as in a small one, so that no number of files makes it once a second."""
    assert costs[MANY].run_writes == costs[FEW].run_writes <= 6


class Taking:
    """A worker that takes everything at once, and notes when."""

    def __init__(self) -> None:
        self.moments: list[int] = []

    def send(self, dispatch: Dispatch) -> Answer:
        """See :class:`tools.emulators.tasks.sending.Sender`."""
        self.moments.append(dispatch.began)
        return Answer(status=200)


@pytest.fixture
def taken() -> list[int]:
    """When each of many messages of one queue was dispatched, in microseconds of the double's own clock."""
    clock, worker = HandClock(datetime.fromisoformat("2026-11-22T09:00:00+00:00")), Taking()
    with Double(clock=clock) as double:
        double.dispatcher._sender = worker
        queues.create(double.address, project="paced", location="here")
        given = Settings(
            project="paced", location="here", worker_url="http://localhost", worker_caller="a@b.invalid", tasks_endpoint=double.address
        )
        queue = cloud_tasks.opened(given, clock)
        queue.enqueue([Message(queue=FILES, name=f"n{number}", payload={}) for number in range(4 * MOST_PER_SECOND)])
        double.dispatcher.advance(5)
        queue.close()
    return worker.moments


def test_no_queue_is_faster_than_is_allowed(taken: Sequence[int]) -> None:
    """However many messages wait: what is saved up in an idle second, and then 500 a second, by the double's clock."""
    assert max(rule.max_per_second for rule in QUEUES) <= MOST_PER_SECOND
    assert len(taken) == 4 * MOST_PER_SECOND
    ordered = sorted(taken)
    for first, last in itertools.combinations(range(0, len(ordered), 50), 2):
        assert last - first <= MOST_PER_SECOND * (1 + (ordered[last] - ordered[first]) / 1e6) + 1
