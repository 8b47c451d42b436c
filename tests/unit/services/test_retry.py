"""Retrying the failed files of a run: a new round that keeps what was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sheaf.domain.errors import WrongState
from sheaf.domain.runs import Run
from sheaf.domain.states import RunStatus, TaskStatus
from sheaf.services import cancel, events, progress, results, retry
from tests.faults.kit import TENANT, Bench


def mend(engine: Bench, run: Run, *names: str) -> None:
    """Let files be read well from now on."""
    for task in engine.tasks(run.id):
        if task.filename in names:
            engine.kernel.blobs.put(task.blob, b"ok")


def finishes(engine: Bench, run_id: str) -> int:
    """How often the run's log says it finished."""
    return [event.kind for event in events.log(engine.kernel, TENANT, run_id, limit=1000).events].count("finished")


def test_a_round_tries_the_failed_alone(engine: Bench) -> None:
    """What was read is kept as it is, the rest is tried again, and the counts are exact."""
    run = engine.finished([b"ok", b"corrupt", b"corrupt"])
    kept = engine.tasks(run.id)[0]
    mend(engine, run, "1.txt")
    engine.job_type.executed.clear()
    again = retry.retry_failed(engine.kernel, TENANT, run.id)
    assert (again.status, again.round, again.counts.completed, again.counts.failed) == (RunStatus.IN_PROGRESS, 2, 1, 0)
    engine.heal()
    after = engine.get(run.id)
    assert (after.status, after.tasks_total, after.counts.completed, after.counts.failed) == (RunStatus.PARTIALLY_COMPLETED, 3, 2, 1)
    assert engine.tasks(run.id)[0] == kept
    assert kept.id not in engine.job_type.executed
    assert after.counts.usage.files == 2
    assert finishes(engine, run.id) == 2
    assert [attempt.round for attempt in engine.tasks(run.id)[2].attempts] == [1, 2]


def test_rounds_until_all_is_read(engine: Bench) -> None:
    """Round by round a failed run becomes a partially completed and then a completed one, which is final."""
    run = engine.finished([b"corrupt", b"boom"])
    statuses = [run.status]
    for name in ("0.txt", "1.txt"):
        mend(engine, run, name)
        retry.retry_failed(engine.kernel, TENANT, run.id)
        engine.heal()
        statuses.append(engine.get(run.id).status)
    assert statuses == [RunStatus.FAILED, RunStatus.PARTIALLY_COMPLETED, RunStatus.COMPLETED]
    assert finishes(engine, run.id) == 3
    with pytest.raises(WrongState):
        retry.retry_failed(engine.kernel, TENANT, run.id)
    assert engine.get(run.id).round == 3


def test_results_stay_while_a_round_is_at_work(engine: Bench) -> None:
    """What was read earlier can be seen all the time, and a failure until it is mended."""
    run = engine.finished([b"ok", b"corrupt"])
    retry.retry_failed(engine.kernel, TENANT, run.id)
    shown = results.page(engine.kernel, engine.get(run.id)).rows
    assert [(row.task.filename, row.error is None) for row in shown] == [("0.txt", True), ("1.txt", False)]
    state = progress.of(engine.kernel, TENANT, run.id)
    assert (state.total, state.counts.completed, state.open) == (2, 1, 1)


def test_only_failures_can_be_retried(engine: Bench) -> None:
    """A run that is pending, at work, completed or cancelled has nothing to retry."""
    pending, working = engine.run([b"ok"]), engine.submitted([b"ok"])
    cancel.cancel(engine.kernel, TENANT, pending)
    for run_id in (pending, working):
        with pytest.raises(WrongState):
            retry.retry_failed(engine.kernel, TENANT, run_id)
    engine.heal()
    with pytest.raises(WrongState):
        retry.retry_failed(engine.kernel, TENANT, working)


def test_the_job_types_capabilities_are_held_to(engine: Bench) -> None:
    """Where the registry says that runs cannot be retried or cancelled, neither is done, and the reason is said."""
    failed, working = engine.finished([b"corrupt"]), engine.submitted([b"ok"])
    engine.job_type.info = replace(engine.job_type.info, can_cancel=False, can_retry=False)
    with pytest.raises(WrongState, match="cannot be tried again") as refused:
        retry.retry_failed(engine.kernel, TENANT, failed.id)
    assert refused.value.kind == "cannot_retry"
    with pytest.raises(WrongState, match="cannot be cancelled") as refused:
        cancel.cancel(engine.kernel, TENANT, working)
    assert refused.value.kind == "cannot_cancel"
    assert (engine.get(failed.id).round, engine.get(working).cancelling) == (1, False)


def test_of_two_retries_one_is_a_round(engine: Bench) -> None:
    """A second retry while the first is at work answers how it stands: whoever got no answer may ask again."""
    run = engine.finished([b"corrupt"])
    first = retry.retry_failed(engine.kernel, TENANT, run.id)
    assert retry.retry_failed(engine.kernel, TENANT, run.id) == first
    engine.heal()
    assert engine.get(run.id).round == 2


def test_a_late_message_of_an_earlier_round_harms_nothing(engine: Bench) -> None:
    """A message of the first round that comes in the second counts at most as one of the second."""
    run_id = engine.submitted([b"corrupt", b"ok"])
    late = []
    while due := engine.queue.due():
        late += [engine.queue.delivery(key) for key in due]
        for key in due:
            engine.deliver(key)
    run = engine.get(run_id)
    mend(engine, run, "0.txt")
    retry.retry_failed(engine.kernel, TENANT, run.id)
    for _ in range(3):
        for delivery in late:
            engine.again(delivery)
        engine.clock.move(timedelta(seconds=1))
        if due := engine.queue.due():
            engine.deliver(due[0])
    engine.heal()
    after = engine.get(run.id)
    assert (after.status, after.counts.completed, after.counts.usage.files, finishes(engine, run.id)) == (RunStatus.COMPLETED, 2, 2, 2)


@pytest.mark.parametrize("deliveries", range(6))
def test_a_cancel_inside_a_round(engine: Bench, deliveries: int) -> None:
    """Wherever a round is cancelled, what was read stays, the rest is counted once, and the run is over for good."""
    run = engine.finished([b"ok", b"corrupt", b"corrupt"])
    mend(engine, run, "1.txt")
    retry.retry_failed(engine.kernel, TENANT, run.id)
    for _ in range(deliveries):
        if due := engine.queue.due():
            engine.deliver(due[0])
    try:
        cancel.cancel(engine.kernel, TENANT, run.id)
        cancelled = True
    except WrongState:
        cancelled = False
    engine.heal()
    after = engine.get(run.id)
    assert (after.status is RunStatus.CANCELLED) == cancelled
    assert after.counts.done == after.tasks_total == 3
    assert engine.tasks(run.id)[0].status is TaskStatus.COMPLETED
    assert finishes(engine, run.id) == 2
    found = [task.status.value for task in engine.tasks(run.id)]
    counts = after.counts
    assert [found.count(s) for s in ("completed", "failed", "cancelled")] == [counts.completed, counts.failed, counts.cancelled]
