"""Cancelling: at every phase, final, exact."""

from __future__ import annotations

import pytest

from sheaf.domain.errors import NotFound, WrongState
from sheaf.domain.states import Phase, RunStatus, TaskStatus
from sheaf.services import cancel, events, files, progress, results, runs, submit
from sheaf.services.files import NewFile
from tests.faults.kit import TENANT, Bench, ends_by_message, packed

CONTENTS = [b"ok", b"corrupt", packed({"a": b"ok", "b": b"ok"}), b"flaky 1"]


def check_cancelled(engine: Bench, run_id: str) -> None:
    """The run is over, everything is counted once, and that it ended was said once."""
    run, found = engine.get(run_id), [task.status.value for task in engine.tasks(run_id)]
    counts = run.counts
    assert run.status is RunStatus.CANCELLED
    assert run.tasks_total == counts.done == len(found)
    assert [found.count(s) for s in ("completed", "failed", "cancelled")] == [counts.completed, counts.failed, counts.cancelled]
    kinds = [event.kind for event in events.log(engine.kernel, TENANT, run_id, limit=1000).events]
    assert (kinds.count("finished"), kinds.count("cancel_requested")) == (1, 1)


@pytest.mark.parametrize("deliveries", range(16))
def test_a_cancel_after_any_number_of_deliveries(engine: Bench, deliveries: int) -> None:
    """However far the run is, a cancel stops the rest, keeps what ended, and is answered with the true numbers."""
    run_id = engine.submitted(CONTENTS)
    for _ in range(deliveries):
        if due := engine.queue.due():
            engine.deliver(due[0])
    before = {task.id: task for task in engine.tasks(run_id) if task.completed_at}
    engine.job_type.executed.clear()
    answer = cancel.cancel(engine.kernel, TENANT, run_id)
    assert (answer.finished, answer.stopping, answer.run.status) == (len(before), 0, RunStatus.CANCELLED)
    assert answer.finished + answer.stopped == len(engine.tasks(run_id))
    engine.heal()
    check_cancelled(engine, run_id)
    assert engine.job_type.executed == []
    assert {task.id: task for task in engine.tasks(run_id) if task.id in before} == before


def test_a_pending_run_is_cancelled(engine: Bench) -> None:
    """A run that was never submitted is cancelled with its files, announced ones too, and takes no more."""
    run_id = engine.run([b"ok", packed({"a": b"ok"})])
    files.announce(engine.kernel, TENANT, run_id, [NewFile(name="announced")])
    cancel.cancel(engine.kernel, TENANT, run_id)
    engine.heal()
    check_cancelled(engine, run_id)
    assert engine.get(run_id).counts.cancelled == 3
    with pytest.raises(WrongState):
        files.announce(engine.kernel, TENANT, run_id, [NewFile(name="late")])


def test_an_empty_run_is_cancelled(engine: Bench) -> None:
    """A run without files can be cancelled as well."""
    run_id = engine.run([])
    assert cancel.cancel(engine.kernel, TENANT, run_id).run.status is RunStatus.CANCELLED
    check_cancelled(engine, run_id)


def test_a_large_run_is_cancelled_by_a_tree_of_calls(engine: Bench) -> None:
    """What is too much for one call is split, and stops all the same."""
    engine.bound(dispatch_page=10)
    run_id = engine.submitted([b"ok"] * 40)
    for _ in range(10):
        engine.deliver(engine.queue.due()[0])
    answer = cancel.cancel(engine.kernel, TENANT, run_id)
    assert answer.stopping > 0
    assert answer.finished + answer.stopped + answer.stopping == 40
    engine.drain()
    check_cancelled(engine, run_id)


def test_cancelling_while_finalizing(engine: Bench) -> None:
    """Between the last task and the end of the run a cancel is still in time; all results are there."""
    run_id = engine.submitted([b"ok"])
    with ends_by_message():
        while progress.of(engine.kernel, TENANT, run_id).phase is not Phase.FINALIZING:
            engine.deliver(engine.queue.due()[0])
    answer = cancel.cancel(engine.kernel, TENANT, run_id)
    assert (answer.finished, answer.stopped, answer.run.status) == (1, 0, RunStatus.CANCELLED)
    engine.heal()
    check_cancelled(engine, run_id)


def test_cancelling_again_answers_the_same(engine: Bench) -> None:
    """A repeated cancel changes nothing and says how it stands."""
    run_id = engine.submitted([b"ok", b"ok"])
    first = cancel.cancel(engine.kernel, TENANT, run_id)
    assert cancel.cancel(engine.kernel, TENANT, run_id) == first
    check_cancelled(engine, run_id)


def test_what_ended_otherwise_cannot_be_cancelled(engine: Bench) -> None:
    """A run that has ended stays what it is, and one that is not there is not found."""
    for contents in ([b"ok"], [b"corrupt"], [b"ok", b"corrupt"]):
        run = engine.finished(contents)
        with pytest.raises(WrongState, match=run.status.value):
            cancel.cancel(engine.kernel, TENANT, run.id)
        assert engine.get(run.id) == run
    with pytest.raises(NotFound):
        cancel.cancel(engine.kernel, TENANT, "nothing")


def test_a_cancelled_run_stays_so(engine: Bench) -> None:
    """Neither submitting nor changing wakes it up; a clone of it starts afresh."""
    run_id = engine.run([b"ok"])
    cancel.cancel(engine.kernel, TENANT, run_id)
    with pytest.raises(WrongState, match="cancelled"):
        submit.submit(engine.kernel, TENANT, run_id)
    engine.heal()
    run = engine.get(run_id)
    clone = runs.create(engine.kernel, TENANT, run.job_id, clone_from_run_id=run_id)
    files.copy_from(engine.kernel, TENANT, clone.id, run_id)
    submit.submit(engine.kernel, TENANT, clone.id)
    engine.heal()
    assert engine.get(clone.id).status is RunStatus.COMPLETED
    check_cancelled(engine, run_id)


def test_results_so_far_are_kept(engine: Bench) -> None:
    """What was read before the cancel is shown, and what was stopped says so."""
    run_id = engine.submitted([b"ok", b"ok"])
    while not any(task.status is TaskStatus.COMPLETED for task in engine.tasks(run_id)):
        engine.deliver(engine.queue.due()[0])
    cancel.cancel(engine.kernel, TENANT, run_id)
    shown = results.page(engine.kernel, engine.get(run_id)).rows
    assert sorted(row.error.category.value if row.error else "read" for row in shown) == ["cancelled", "read"]
