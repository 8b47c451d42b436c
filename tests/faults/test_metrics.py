"""Every fault that is met and every repair that is made is counted, exactly as often as it happens, where operators see it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from sheaf.domain import paths
from sheaf.domain.errors import SheafError, Unavailable
from sheaf.domain.retries import failure_of
from sheaf.domain.tasks import Seen
from sheaf.ports.queue import Delivery
from sheaf.ports.store import Delete
from sheaf.services import cancel, claims, execute, metrics, retry, sweep, worker
from sheaf.services.claims import Call
from sheaf.services.complete import Held
from sheaf.services.metrics import Metric
from tests.faults.kit import AGES, TENANT, Bench, packed
from tests.faults.memory import Key
from tests.faults.outages import Away
from tests.faults.tools import Crash, CrashAt, Recorder, watched

Counts = dict[Metric, int]


def counted(engine: Bench) -> Counts:
    """What is not zero."""
    metrics.write(engine.kernel, pause=timedelta(0))
    return {metric: count for metric, count in metrics.read(engine.kernel).items() if count}


def at_work(engine: Bench, *contents: bytes) -> tuple[str, list[Key]]:
    """A run whose files are all called for, and the calls."""
    run_id = engine.submitted(contents)
    while steps := [key for key in engine.queue.due() if key[0] == "steps"]:
        engine.queue.deliver(engine.kernel, steps[0])
    return run_id, list(engine.queue.waiting)


def dies(engine: Bench, key: Key, call: int) -> None:
    """The worker of a delivery dies after this many calls."""
    with suppress(Crash):
        engine.queue.deliver(watched(engine.kernel, CrashAt(call, after_it=False)), key)


def forgets(engine: Bench) -> None:
    """The queue loses all that it holds."""
    for key in list(engine.queue.waiting):
        engine.queue.lose(key)


def lost_leases(engine: Bench) -> None:
    """Two workers die in the midst of their files, and their messages with them."""
    _, keys = at_work(engine, b"ok", b"ok", b"ok")
    for key in keys[:2]:
        dies(engine, key, 2)
        engine.queue.lose(key)
    engine.clock.move(AGES)
    sweep.sweep(engine.kernel)


def lost_retries(engine: Bench) -> None:
    """The message of a further attempt is lost."""
    _, [key] = at_work(engine, b"flaky 1")
    engine.deliver(key)
    forgets(engine)
    engine.clock.move(AGES)
    sweep.sweep(engine.kernel)


def lost_dispatches(engine: Bench) -> None:
    """The first messages of three files are lost."""
    at_work(engine, b"ok", b"ok", b"ok")
    forgets(engine)
    engine.clock.move(AGES)
    sweep.sweep(engine.kernel)


def unclosed_shard(engine: Bench) -> None:
    """A worker dies right after it counted the last file."""
    _, [key] = at_work(engine, b"ok")
    dies(engine, key, 4)
    engine.queue.lose(key)
    engine.clock.move(AGES)
    sweep.sweep(engine.kernel)


def stalled_steps(engine: Bench) -> None:
    """Two runs lose their next step, one at its beginning and one before its archive is opened."""
    engine.submitted([b"ok"])
    forgets(engine)
    engine.submitted([packed({"a": b"ok"})])
    [key] = engine.queue.due()
    engine.deliver(key)
    forgets(engine)
    engine.clock.move(AGES)
    sweep.sweep(engine.kernel)


def failed_repair(engine: Bench) -> None:
    """A task is to be repaired whose run is gone."""
    run_id, [key] = at_work(engine, b"ok")
    dies(engine, key, 2)
    forgets(engine)
    engine.kernel.store.commit([Delete(path=paths.run(TENANT, run_id))])
    engine.clock.move(AGES)
    sweep.sweep(engine.kernel)


def duplicates(engine: Bench) -> None:
    """A delivery comes three times more: while the file is at work, when it is done, and when the run is over."""
    _, [key] = at_work(engine, b"wait")
    delivery = engine.queue.delivery(key)

    def again() -> None:
        worker.handle(engine.kernel, delivery)

    engine.job_type.wait = again
    engine.deliver(key)
    again()
    engine.drain()
    again()


def repeats(engine: Bench) -> None:
    """The queue delivers again what its worker did not answer in time, while that one is still at it; then it comes back, too late."""
    _, [key] = at_work(engine, b"wait")
    delivery = engine.queue.delivery(key)

    def overtaken() -> None:
        repeated = Delivery(queue=delivery.queue, name=delivery.name, payload=delivery.payload, retry=1)
        worker.handle(engine.kernel, repeated)

    engine.job_type.wait = overtaken
    engine.deliver(key)


def late_failure(engine: Bench) -> None:
    """A worker that was taken over fails late."""
    run_id, [key] = at_work(engine, b"ok")
    [task] = engine.tasks(run_id)
    late = claims.take(engine.kernel, Call(tenant=TENANT, run_id=run_id, task_id=task.id, seen=Seen(message="another", retry=0)))
    assert isinstance(late, Held)
    engine.clock.move(AGES)
    engine.deliver(key)
    execute._attempt_failed(engine.kernel, late, failure_of(ValueError()))


def outage(engine: Bench) -> None:
    """The object store is away for two attempts."""
    at_work(engine, b"ok")
    whole = engine.kernel
    engine.kernel = watched(whole, Away({"blobs"}))
    engine.drain()
    engine.clock.move(timedelta(seconds=60))
    engine.drain()
    engine.kernel = whole


def failed_delivery(engine: Bench) -> None:
    """The store does not answer a step of a run."""
    engine.submitted([b"ok"])
    away = watched(engine.kernel, Away({"store"}))
    [key] = engine.queue.due()
    with suppress(Unavailable):
        engine.queue.deliver(away, key)


PROVOKED: list[tuple[Callable[[Bench], None], Counts]] = [
    (lost_leases, {Metric.LOST_LEASES: 2}),
    (lost_retries, {Metric.LOST_RETRIES: 1}),
    (lost_dispatches, {Metric.LOST_DISPATCHES: 3}),
    (unclosed_shard, {Metric.UNCLOSED_SHARDS: 1}),
    (stalled_steps, {Metric.STALLED_STEPS: 2}),
    (failed_repair, {Metric.FAILED_REPAIRS: 1}),
    (duplicates, {Metric.DUPLICATE_DELIVERIES: 3}),
    (repeats, {Metric.REPEATED_DELIVERIES: 1, Metric.LOST_ATTEMPTS: 1, Metric.LATE_WORKERS: 1}),
    (late_failure, {Metric.LOST_ATTEMPTS: 1, Metric.LATE_WORKERS: 1}),
    (outage, {Metric.OUTAGES: 2}),
    (failed_delivery, {Metric.FAILED_DELIVERIES: 1}),
]


@pytest.mark.parametrize(("provoke", "expected"), PROVOKED, ids=[provoke.__name__ for provoke, _ in PROVOKED])
def test_a_fault_is_counted_as_often_as_it_happens(engine: Bench, provoke: Callable[[Bench], None], expected: Counts) -> None:
    """Its own count grows by exactly that number, and no other count grows."""
    provoke(engine)
    assert counted(engine) == expected


def test_every_metric_is_provoked() -> None:
    """No kind of fault is counted that no test can cause."""
    assert {metric for _, expected in PROVOKED for metric in expected} == set(Metric)
    assert set(metrics.MEANINGS) == set(Metric)


def test_a_healthy_installation_counts_nothing(engine: Bench) -> None:
    """Runs of every kind, retried, cancelled and swept over, write no count at all."""
    contents = [b"ok", b"corrupt", b"flaky 1", packed({"a": b"ok", "b": b"boom"})]
    recorder = Recorder()
    engine.kernel = watched(engine.kernel, recorder)
    run_id = engine.submitted(contents)
    cancelled = engine.submitted(contents)
    for key in engine.queue.due():
        engine.deliver(key)
    cancel.cancel(engine.kernel, TENANT, cancelled)
    for second in range(90):
        engine.drain()
        sweep.sweep(engine.kernel)
        engine.clock.move(timedelta(seconds=1))
        if second == 40:
            retry.retry_failed(engine.kernel, TENANT, run_id)
    assert [engine.get(id_).ended for id_ in (run_id, cancelled)] == [True, True]
    assert counted(engine) == {}
    assert not [write for writes in recorder.arguments("store.commit") for write in writes if write.path.startswith("metrics/")]


def test_a_storm_of_faults_writes_once_a_second(engine: Bench) -> None:
    """A process in trouble adds its counts to one small document at most once a second, and loses none of them."""
    _, [key] = at_work(engine, b"ok")
    delivery = engine.queue.delivery(key)
    engine.deliver(key)
    recorder = Recorder()
    kernel = watched(engine.kernel, recorder)
    for _ in range(50):
        worker.handle(kernel, delivery)
        engine.clock.move(timedelta(milliseconds=100))
    assert len(recorder.arguments("store.commit")) <= 2 * 6
    assert counted(engine) == {Metric.DUPLICATE_DELIVERIES: 50}


def test_counts_survive_a_store_that_is_away(engine: Bench) -> None:
    """What cannot be written down is kept, and the work that it follows goes on."""
    engine.kernel.tally.add(Metric.OUTAGES, 3)
    metrics.write(watched(engine.kernel, Away({"store"})))
    assert counted(engine) == {Metric.OUTAGES: 3}


def test_two_processes_add_up(engine: Bench) -> None:
    """Counts are sums over all processes, whichever document each of them writes to, and the first to write it too."""
    for _ in range(40):
        engine.kernel.tally.add(Metric.LATE_WORKERS)
        metrics.write(engine.kernel, pause=timedelta(0))
    assert counted(engine) == {Metric.LATE_WORKERS: 40}


def test_a_line_of_the_log_carries_the_counts(engine: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """A metric can be made of the log as well: each line says what has come since the last one."""
    with caplog.at_level(logging.WARNING, logger="sheaf.services.metrics"):
        outage(engine)
    assert [vars(record)["metrics"] for record in caplog.records] == [{"outages": 1}, {"outages": 1}]


def test_an_api_call_that_fails_counts_no_fault(engine: Bench) -> None:
    """People see their own errors; only the machinery's are counted."""
    with suppress(SheafError):
        retry.retry_failed(engine.kernel, TENANT, engine.submitted([b"ok"]))
    assert counted(engine) == {}
