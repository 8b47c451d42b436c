"""Small files done together: each is claimed, counted and answered for as if it had come alone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest

from sheaf.domain import paths
from sheaf.domain.errors import Unavailable
from sheaf.domain.retries import MAX_LOST
from sheaf.domain.states import RunStatus, TaskStatus
from sheaf.ports.queue import Delivery
from sheaf.ports.store import Delete
from sheaf.services import cancel, claims, sweep, worker
from sheaf.services.shift import Shift
from tests.faults.kit import AGES, TENANT, Bench
from tests.faults.memory import Key
from tests.faults.promises import check_ended
from tests.faults.tools import Crash, CrashAt, Recorder, watched

MIXED = [b"ok", b"corrupt", b"flaky 1", b"rows 3", b"boom", b"ok", b"ok"]


def at_work(engine: Bench, *contents: bytes) -> tuple[str, list[Key], list[Delivery]]:
    """A run at work, and the deliveries of its files."""
    run_id = engine.submitted(contents)
    while steps := [key for key in engine.queue.due() if key[0] == "steps"]:
        engine.queue.deliver(engine.kernel, steps[0])
    keys = [key for key in engine.queue.waiting if key[0] == "files"]
    return run_id, keys, [engine.queue.delivery(key) for key in keys]


def work(engine: Bench, deliveries: list[Delivery], *, most: int = 1000) -> list[object]:
    """A shift that does so many of its deliveries; its answers."""
    shift = Shift(engine.kernel, deliveries)
    for number in range(min(most, len(deliveries))):
        shift.do(number)
    return list(shift.end())


def settle(engine: Bench, keys: list[Key], answers: Sequence[object]) -> None:
    """Tell the queue by hand what came of each."""
    for key, answer in zip(keys, answers, strict=True):
        engine.queue.retries[key] = engine.queue.retries.get(key, 0) + 1
        if isinstance(answer, str):
            engine.queue.waiting.pop(key, None)


def test_together_they_come_to_what_they_come_to_alone(engine: Bench) -> None:
    """Successes, failures and retries, all in one shift, which is read at once."""
    run_id, keys, deliveries = at_work(engine, *MIXED)
    recorder, whole = Recorder(), engine.kernel
    engine.kernel = watched(whole, recorder)
    answers = work(engine, deliveries)
    engine.kernel = whole
    assert answers == [worker.DONE] * len(MIXED)
    assert [call.name for call in recorder.calls if call.name == "store.get_many"] == ["store.get_many"]
    settle(engine, keys, answers)
    engine.heal()
    check_ended(engine.kernel, TENANT, run_id)
    assert engine.get(run_id).counts.failures == {"corrupt": 1, "internal": 1}


def test_what_is_not_begun_is_given_back(engine: Bench) -> None:
    """Its next worker finds it at once, and takes nobody for lost."""
    run_id, keys, deliveries = at_work(engine, *[b"ok"] * 5)
    answers = work(engine, deliveries, most=2)
    assert answers == [worker.DONE, worker.DONE, None, None, None]
    tasks = {task.id: task for task in engine.tasks(run_id)}
    left = [tasks[str(delivery.payload["task_id"])] for delivery in deliveries[2:]]
    assert {task.status for task in left} == {TaskStatus.QUEUED}
    settle(engine, keys, answers)
    engine.drain()
    check_ended(engine.kernel, TENANT, run_id)
    assert all(task.lost_count == 0 and task.attempts == () for task in engine.tasks(run_id))


def test_what_is_given_back_and_then_lost_by_the_queue_is_found(engine: Bench) -> None:
    """The sweeper calls for it again."""
    run_id, keys, deliveries = at_work(engine, b"ok", b"ok")
    work(engine, deliveries, most=0)
    for key in keys:
        engine.queue.lose(key)
    engine.heal()
    check_ended(engine.kernel, TENANT, run_id)


def test_repeated_deliveries_and_large_files_go_alone(engine: Bench) -> None:
    """They are not claimed before they are begun."""
    engine.bound(small_bytes=2)
    run_id, _, deliveries = at_work(engine, b"ok", b"rows 10", b"ok", b"ok")
    again = Delivery(queue="files", name=deliveries[0].name, payload=deliveries[0].payload, retry=1)
    Shift(engine.kernel, [again, *deliveries[1:]])
    held = {task.file_size for task in engine.tasks(run_id) if task.status is TaskStatus.PROCESSING}
    waiting = [task.file_size for task in engine.tasks(run_id) if task.status is TaskStatus.PENDING]
    assert held == {2}
    assert sorted(waiting) == [2, 7]


def test_each_is_answered_for_by_itself(engine: Bench) -> None:
    """A duplicate is refused, one that is gone is acknowledged, and the others are done."""
    run_id, _, deliveries = at_work(engine, b"ok", b"ok", b"ok")
    gone = engine.tasks(run_id)[1]
    engine.kernel.store.commit([Delete(path=paths.task(TENANT, run_id, gone.id))])
    twin = Delivery(queue="files", name="another", payload=deliveries[0].payload)
    answers = dict(zip([*(str(each.payload["task_id"]) for each in deliveries), "twin"], work(engine, [*deliveries, twin]), strict=True))
    assert answers.pop("twin") == ("leased" if str(twin.payload["task_id"]) != gone.id else worker.GONE)
    assert answers.pop(gone.id) == worker.GONE
    assert set(answers.values()) == {worker.DONE}


def test_a_cancel_between_claim_and_end(engine: Bench) -> None:
    """What was being read is stopped, and counted as that, once."""
    run_id, keys, deliveries = at_work(engine, *[b"ok"] * 4)
    shift = Shift(engine.kernel, deliveries)
    shift.do(0)
    cancel.cancel(engine.kernel, TENANT, run_id)
    shift.do(1)
    settle(engine, keys, list(shift.end()))
    engine.heal()
    check_ended(engine.kernel, TENANT, run_id)
    assert engine.get(run_id).status is RunStatus.CANCELLED


@pytest.mark.parametrize("method", ["get_many", "commit_each"])
def test_a_store_that_does_not_answer(engine: Bench, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """Every delivery is asked for again, and every file ends once."""
    run_id, keys, deliveries = at_work(engine, *MIXED)

    def away(*_: object, **__: object) -> None:
        raise Unavailable("not there")

    with monkeypatch.context() as patched:
        patched.setattr(type(engine.kernel.store), method, away)
        answers = work(engine, deliveries)
    assert all(isinstance(answer, Unavailable) for answer in answers)
    settle(engine, keys, answers)
    engine.heal()
    check_ended(engine.kernel, TENANT, run_id)


def test_whoever_hangs_among_others_takes_none_of_them_along(engine: Bench) -> None:
    """The sweeper calls for what a worker does not end, and then each goes alone: only the file that hangs wears out."""
    run_id, keys, deliveries = at_work(engine, *[b"ok"] * 4)
    hanging = deliveries[0].payload["task_id"]
    Shift(engine.kernel, deliveries)  # the first of them is begun, and never comes back
    for _ in range(MAX_LOST):
        for key in keys:
            engine.queue.lose(key)
        engine.clock.move(AGES)
        sweep.sweep(engine.kernel)
        keys = [key for key in engine.queue.due() if key[0] == "files"]
        called = sorted(map(engine.queue.delivery, keys), key=lambda each: each.payload["task_id"] == hanging)
        shift = Shift(engine.kernel, called)
        for number in range(len(called) - 1):
            shift.do(number)
        claims.take(engine.kernel, worker.call_of(called[-1]))  # it hangs again
    lost = {task.id: (task.status, task.lost_count) for task in engine.tasks(run_id)}
    assert lost.pop(str(hanging)) == (TaskStatus.PROCESSING, MAX_LOST)
    assert set(lost.values()) == {(TaskStatus.COMPLETED, 1)}


@pytest.mark.parametrize("method", ["get_many", "commit_each"])
def test_whatever_a_store_raises_is_an_answer(engine: Bench, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """A worker does not fall over it, neither where it claims nor where it gives back."""
    _, _, deliveries = at_work(engine, b"ok", b"ok", b"ok")
    held = Shift(engine.kernel, deliveries)

    def broken(*_: object, **__: object) -> None:
        raise ValueError("not what was stored")

    with monkeypatch.context() as patched:
        patched.setattr(type(engine.kernel.store), method, broken)
        answers = held.end() if method == "commit_each" else Shift(engine.kernel, deliveries).end()
    assert all(isinstance(answer, ValueError) for answer in answers)


def test_what_cannot_be_given_back_is_delivered_again(engine: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one more try, which takes it over: it is held until then."""
    run_id, keys, deliveries = at_work(engine, b"ok", b"ok", b"ok")
    shift = Shift(engine.kernel, deliveries)
    shift.do(0)

    def away(_: object, each: list[object], **__: object) -> list[Unavailable]:
        return [Unavailable("not there")] * len(each)

    with monkeypatch.context() as patched:
        patched.setattr(type(engine.kernel.store), "commit_each", away)
        answers = list(shift.end())
    assert all(isinstance(answer, Unavailable) for answer in answers)
    settle(engine, keys, answers)
    engine.drain()
    check_ended(engine.kernel, TENANT, run_id)


@pytest.mark.parametrize("after_it", [False, True], ids=["before", "after"])
def test_a_crash_at_every_call_of_a_shift(engine: Bench, *, after_it: bool) -> None:
    """Whichever call the worker dies at, every file ends once and is counted once, and none is taken for what kills workers."""
    whole, number, hit = engine.kernel, 0, True
    while hit:
        run_id, keys, deliveries = at_work(engine, *MIXED)
        crash = CrashAt(number, after_it)
        engine.kernel = watched(whole, crash)
        try:
            settle(engine, keys, work(engine, deliveries))
        except Crash:
            settle(engine, keys, [None] * len(keys))
        engine.kernel = whole
        engine.clock.move(AGES)
        engine.heal()
        check_ended(engine.kernel, TENANT, run_id)
        assert engine.get(run_id).counts.failures == {"corrupt": 1, "internal": 1}
        number, hit = number + 1, crash.hit
    assert number > 5


@pytest.mark.parametrize("seed", range(8))
def test_two_shifts_over_the_same_files(engine: Bench, seed: int) -> None:
    """Two workers hold the same deliveries and take turns at random: every file ends once."""
    rng = random.Random(seed)
    run_id, keys, deliveries = at_work(engine, *MIXED)
    twins = [Delivery(queue=each.queue, name=each.name, payload=each.payload, retry=1) for each in rng.sample(deliveries, 4)]
    shifts = [Shift(engine.kernel, deliveries), Shift(engine.kernel, twins)]
    moves = [(shifts[0], number) for number in range(len(deliveries))] + [(shifts[1], number) for number in range(len(twins))]
    rng.shuffle(moves)
    for shift, number in moves:
        engine.clock.move(timedelta(seconds=rng.choice([0, 0, 100])))
        shift.do(number)
    answers = [shift.end() for shift in rng.sample(shifts, 2)]
    assert all(isinstance(answer, str) for each in answers for answer in each)
    settle(engine, keys, [worker.DONE] * len(keys))
    engine.heal()
    check_ended(engine.kernel, TENANT, run_id)
