"""The sweeper: finds what was lost, calls for it once, and leaves healthy runs alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sheaf.domain import paths
from sheaf.domain.states import RunStatus
from sheaf.ports.store import Delete
from sheaf.services import retry, sweep
from tests.faults.kit import AGES, TENANT, Bench, packed
from tests.faults.tools import Crash, CrashAt, watched


def test_a_healthy_installation_needs_no_repair(engine: Bench) -> None:
    """While work is under way or waits in the queue, however long, nothing is called again."""
    engine.submitted([b"ok"] * 3)
    for _ in range(8):
        assert sweep.sweep(engine.kernel).total == 0
        for key in engine.queue.due()[:1]:
            engine.deliver(key)
    engine.drain()
    engine.clock.move(AGES)
    assert sweep.sweep(engine.kernel).total == 0


def test_waiting_long_in_the_queue_is_no_loss(engine: Bench) -> None:
    """Tasks whose messages wait behind others for hours are not called twice."""
    engine.submitted([b"ok"] * 3)
    while steps := [key for key in engine.queue.due() if key[0] == "steps"]:
        engine.deliver(steps[0])
    waiting = set(engine.queue.waiting)
    engine.clock.move(AGES)
    assert sweep.sweep(engine.kernel).total == 0
    assert set(engine.queue.waiting) == waiting


@pytest.mark.parametrize("deliveries", range(14))
def test_whatever_messages_are_lost_the_run_ends(engine: Bench, deliveries: int) -> None:
    """After any number of deliveries the queue forgets all it holds; sweeping brings every task to its end."""
    run_id = engine.submitted([b"ok", b"flaky 1", packed({"a": b"ok"}), b"corrupt"])
    for _ in range(deliveries):
        for key in engine.queue.due()[:1]:
            engine.deliver(key)
    for key in list(engine.queue.waiting):
        engine.queue.lose(key)
        engine.queue.known.discard(key)
    engine.heal()
    run = engine.get(run_id)
    assert (run.status, run.counts.completed, run.counts.failed) == (RunStatus.PARTIALLY_COMPLETED, 4, 1)


def test_lost_dispatches_of_a_round_are_found_behind_any_number_of_failures(engine: Bench) -> None:
    """Files that failed in this round already do not hide the ones that still wait for their message."""
    engine.bound(sweep_page=2)
    run = engine.finished([b"corrupt"] * 8)
    retry.retry_failed(engine.kernel, TENANT, run.id)
    while steps := [key for key in engine.queue.due() if key[0] == "steps"]:
        engine.deliver(steps[0])
    calls = [key for key in engine.queue.waiting if key[0] == "files"]
    by_id = sorted(calls, key=lambda key: str(engine.queue.waiting[key].payload["task_id"]))
    for key in by_id[:5]:
        engine.deliver(key)
    for key in by_id[5:]:
        engine.queue.lose(key)
    engine.heal()
    assert (engine.get(run.id).round, engine.get(run.id).counts.failed) == (2, 8)


def test_a_lost_lease_is_called_again_once_it_is_over(engine: Bench) -> None:
    """The task of a worker that is gone is called for when its lease ends, not before, and once however many sweep."""
    run_id = engine.submitted([b"ok"])
    while steps := [key for key in engine.queue.due() if key[0] == "steps"]:
        engine.deliver(steps[0])
    [key] = engine.queue.waiting
    with pytest.raises(Crash):
        engine.queue.deliver(watched(engine.kernel, CrashAt(2, after_it=False)), key)
    engine.queue.lose(key)
    assert sweep.sweep(engine.kernel).lost_leases == 0
    engine.clock.move(timedelta(seconds=50))
    assert [sweep.sweep(engine.kernel).lost_leases for _ in range(3)] == [1, 0, 0]
    engine.heal()
    assert engine.get(run_id).status is RunStatus.COMPLETED


def test_one_broken_record_keeps_no_other_from_its_repair(engine: Bench) -> None:
    """A task whose run is gone, and a run that cannot be loaded, are counted and passed over."""
    broken, whole = engine.submitted([b"ok"]), engine.submitted([b"ok"])
    while steps := [key for key in engine.queue.due() if key[0] == "steps"]:
        engine.deliver(steps[0])
    for key in list(engine.queue.waiting):
        with pytest.raises(Crash):
            engine.queue.deliver(watched(engine.kernel, CrashAt(2, after_it=False)), key)
        engine.queue.lose(key)
    engine.kernel.store.commit([Delete(path=paths.run(TENANT, broken))])
    engine.clock.move(AGES)
    repairs = sweep.sweep(engine.kernel)
    assert (repairs.failed_repairs, repairs.lost_leases) == (1, 1)
    engine.drain()
    assert engine.get(whole).status is RunStatus.COMPLETED


def test_more_quiet_runs_than_a_page_are_all_looked_at(engine: Bench) -> None:
    """Runs that only wait do not hide those that lost their next step."""
    engine.bound(sweep_page=2)
    waiting = [engine.submitted([b"ok"]) for _ in range(5)]
    for key in list(engine.queue.waiting)[-1:]:
        engine.queue.lose(key)
    engine.clock.move(AGES)
    sweep.sweep(engine.kernel)
    engine.drain()
    assert {engine.get(run_id).status for run_id in waiting} == {RunStatus.COMPLETED}


def test_tasks_that_need_no_call_hide_none_behind_them(engine: Bench) -> None:
    """Whoever waits its turn in the queue is passed over, however many there are; one sweep calls for a page of the others."""
    engine.bound(sweep_page=2)
    run_id = engine.submitted([b"flaky 1"] * 9)
    engine.drain()
    later = engine.clock.now() + AGES
    engine.clock.move(AGES)
    by_due = sorted(engine.tasks(run_id), key=lambda task: task.next_retry_at or later)
    lost = {task.id for task in by_due[-3:]}
    for key, message in list(engine.queue.waiting.items()):
        if message.payload["task_id"] in lost:
            engine.queue.lose(key)
    assert [sweep.sweep(engine.kernel).lost_retries for _ in range(3)] == [2, 1, 0]
    engine.heal()
    assert engine.get(run_id).status is RunStatus.COMPLETED
