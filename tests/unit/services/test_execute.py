"""One task: claimed once, tried again, given up, and never overwritten by a late worker."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sheaf.domain.counters import Usage
from sheaf.domain.errors import FailureCategory, InvalidInput
from sheaf.domain.retries import MAX_LOST, OUTAGES
from sheaf.domain.states import RunStatus, TaskStatus
from sheaf.domain.tasks import Refusal, Seen
from sheaf.ports.jobtype import JobType, Outcome
from sheaf.ports.queue import Delivery
from sheaf.services import claims, execute, retry, rows, worker
from sheaf.services.claims import Call
from sheaf.services.complete import Held
from tests.faults.kit import AGES, TENANT, Bench
from tests.faults.memory import Key
from tests.faults.outages import Away
from tests.faults.tools import Recorder, watched

FIRST = Seen(message="m", retry=0)


def dispatched(engine: Bench, *contents: bytes) -> tuple[str, list[Key]]:
    """A run at work, and the calls for its tasks."""
    run_id = engine.submitted(contents)
    while steps := [key for key in engine.queue.due() if key[0] == "steps"]:
        engine.queue.deliver(engine.kernel, steps[0])
    return run_id, [key for key in engine.queue.waiting if key[0] == "files"]


def claim(engine: Bench, run_id: str, seen: Seen = FIRST) -> Held | Refusal:
    """Claim the run's first task."""
    return claims.take(engine.kernel, Call(tenant=TENANT, run_id=run_id, task_id=engine.tasks(run_id)[0].id, seen=seen))


def test_a_late_worker_overwrites_nothing(engine: Bench) -> None:
    """Once another holds the task, what the first one brings is neither stored nor counted."""
    run_id, [key] = dispatched(engine, b"ok")
    late = claim(engine, run_id)
    assert isinstance(late, Held)
    engine.clock.move(timedelta(hours=1))
    engine.queue.deliver(engine.kernel, key)
    ended = engine.tasks(run_id)
    result = rows.save(engine.kernel, late.run, late.task, Outcome())
    assert execute.conclude_each(engine.kernel, [(late, execute.completed(result, Usage(files=1)))]) == [None]
    assert engine.tasks(run_id) == ended
    engine.heal()
    assert engine.get(run_id).counts.completed == engine.get(run_id).counts.usage.files == 1


def test_a_claim_stands_until_its_lease_ends_or_its_message_comes_again(engine: Bench) -> None:
    """A duplicate is refused, a repeat of the very message takes over, and so does anybody once the lease is over."""
    run_id, _ = dispatched(engine, b"ok")
    tokens = []
    for seen, moved, taken in (
        (FIRST, 0, True),
        (FIRST, 0, False),
        (Seen(message="other", retry=5), 0, False),
        (Seen(message="m", retry=1), 0, True),
        (Seen(message="other", retry=0), 3600, True),
    ):
        engine.clock.move(timedelta(seconds=moved))
        held = claim(engine, run_id, seen)
        assert isinstance(held, Held) == taken
        tokens.append(engine.tasks(run_id)[0].lease_token)
    assert tokens == [1, 1, 1, 2, 3]


def test_a_failing_file_is_tried_again_later_and_then_given_up(engine: Bench) -> None:
    """Each attempt is kept with its reason, waits longer than the one before, and the last one counts."""
    run_id, [key] = dispatched(engine, b"flaky 9")
    engine.queue.deliver(engine.kernel, key)
    [task] = engine.tasks(run_id)
    assert (task.status, task.retry_count, len(task.attempts)) == (TaskStatus.QUEUED, 1, 1)
    assert task.next_retry_at is not None
    assert task.next_retry_at - engine.clock.now() > timedelta(seconds=4)
    assert engine.queue.due() == []
    engine.heal()
    [task] = engine.tasks(run_id)
    assert [attempt.failure.category for attempt in task.attempts] == [FailureCategory.INTERNAL] * 3
    assert (task.status, task.error_category, engine.get(run_id).counts.failures) == (TaskStatus.FAILED, "internal", {"internal": 1})


def test_an_outage_uses_up_no_retry_of_the_file(engine: Bench) -> None:
    """While the object store does not answer, attempts wait for it; the file keeps the retries that are its own."""
    run_id, _ = dispatched(engine, b"flaky 2")
    whole = engine.kernel
    engine.kernel = watched(whole, Away({"blobs"}))
    for _ in range(6):
        engine.drain()
        engine.clock.move(AGES)
    [task] = engine.tasks(run_id)
    assert (task.status, task.retry_count, task.outage_count) == (TaskStatus.QUEUED, 0, 6)
    engine.kernel = whole
    engine.heal()
    [task] = engine.tasks(run_id)
    assert (task.status, task.retry_count, task.outage_count) == (TaskStatus.COMPLETED, 2, 6)


def test_an_outage_without_end_is_given_up(engine: Bench) -> None:
    """After half an hour and more the file fails for what it was, and can be retried."""
    run_id, _ = dispatched(engine, b"ok")
    engine.kernel = watched(engine.kernel, Away({"blobs"}))
    engine.heal()
    [task] = engine.tasks(run_id)
    assert (task.status, task.error_category, task.outage_count) == (TaskStatus.FAILED, "unavailable", OUTAGES.max_retries)


def test_a_job_type_that_is_gone_fails_the_run_and_a_retry_mends_it(engine: Bench) -> None:
    """A stored run of a kind that this installation does not know ends with a reason, and is read once it knows it."""
    known = engine.kernel.job_types

    def unknown(kind: str) -> JobType:
        raise InvalidInput(f"There is no job_type {kind!r}.", code="unknown_job_type")

    run_id = engine.submitted([b"ok"])
    engine.kernel = replace(engine.kernel, job_types=unknown)
    engine.heal()
    [task] = engine.tasks(run_id)
    assert (engine.get(run_id).status, task.error_category) == (RunStatus.FAILED, "unsupported")
    assert "knows no work of the type 'tiny'" in str(task.error_message)
    engine.kernel = replace(engine.kernel, job_types=known)
    retry.retry_failed(engine.kernel, TENANT, run_id)
    engine.heal()
    assert engine.get(run_id).status is RunStatus.COMPLETED


def test_a_file_that_mends_is_completed(engine: Bench) -> None:
    """Failing once is no failure: the error is gone from the task, the attempt stays."""
    run = engine.finished([b"flaky 1"])
    [task] = engine.tasks(run.id)
    assert (run.status, task.error_message, len(task.attempts), task.retry_count) == (RunStatus.COMPLETED, None, 1, 1)


def test_a_retry_may_come_a_moment_early(engine: Bench) -> None:
    """The queue's clock may be ahead of ours by a little: its only message must not be thrown away."""
    run_id, [key] = dispatched(engine, b"flaky 1")
    engine.queue.deliver(engine.kernel, key)
    [again] = [key for key in engine.queue.waiting if key[0] == "files"]
    due = engine.tasks(run_id)[0].next_retry_at
    assert due is not None
    engine.clock.move(due - engine.clock.now() - timedelta(milliseconds=500))
    assert engine.queue.deliver(engine.kernel, again) == "done"
    assert engine.tasks(run_id)[0].status is TaskStatus.COMPLETED


def test_a_file_that_kills_its_workers_is_given_up(engine: Bench) -> None:
    """After so many workers that never answered, the task fails without being read again."""
    run_id, [key] = dispatched(engine, b"ok")
    for repeat in range(MAX_LOST):
        assert isinstance(claim(engine, run_id, Seen(message="m", retry=repeat)), Held)
    engine.clock.move(timedelta(hours=1))
    engine.queue.deliver(engine.kernel, key)
    [task] = engine.tasks(run_id)
    assert (task.status, task.error_category, engine.job_type.executed) == (TaskStatus.FAILED, "crashed", [])


@pytest.mark.parametrize("notes", [["\ud800"] * 3, ["x" * 100_000] * 100])
def test_notes_are_cut_to_what_a_document_holds(engine: Bench, notes: list[str]) -> None:
    """Whatever a reader has to say about a file, its task can be stored."""
    engine.job_type.outcome = Outcome(notes=notes)
    run = engine.finished([b"ok"])
    assert run.status is RunStatus.COMPLETED


def test_a_result_that_cannot_be_stored_is_a_failure(engine: Bench) -> None:
    """A result that the store refuses fails its file, instead of being delivered for ever."""
    engine.job_type.outcome = Outcome(engine="\ud800")
    run = engine.finished([b"ok"])
    assert run.counts.failures == {"internal": 1}


def test_missing_bytes_fail_the_file(engine: Bench) -> None:
    """A file whose object is gone fails with that reason."""
    run_id = engine.submitted([b"ok", b"ok"])
    engine.kernel.blobs.delete(engine.tasks(run_id)[0].blob)
    engine.heal()
    assert engine.get(run_id).counts.failures == {"file_missing": 1}


def test_the_budget_of_a_task(engine: Bench) -> None:
    """Three document writes, three reads and two queue operations at most, one of them its delivery."""
    run_id, keys = dispatched(engine, *[b"ok"] * 5)
    del run_id
    recorder = Recorder()
    for key in keys[:-1]:
        engine.queue.deliver(watched(engine.kernel, recorder), key)
    names = [call.name for call in recorder.calls]
    writes = sum(len(batch) for batch in recorder.arguments("store.commit"))
    reads = names.count("store.get") + sum(len(batch) for batch in recorder.arguments("store.get_many"))
    assert (writes, reads) == (3 * 4, 2 * 4)
    assert not [name for name in names if name.startswith(("queue.", "store.query", "store.count"))]


def test_dispatching_costs_one_message_a_task(engine: Bench) -> None:
    """Together with its delivery a task costs two queue operations."""
    run_id = engine.submitted([b"ok"] * 5)
    recorder = Recorder()
    engine.kernel = watched(engine.kernel, recorder)
    engine.drain()
    sent = [message for batch in recorder.arguments("queue.enqueue") for message in batch]
    assert sum(message.queue == "files" for message in sent) == 5
    assert engine.get(run_id).status is RunStatus.COMPLETED


@pytest.mark.parametrize(
    "payload",
    [{}, {"kind": "nonsense"}, {"kind": "task", "tenant": "acme"}, {"kind": "dispatch", "tenant": "acme", "run_id": "r"}],
)
def test_a_call_that_makes_no_sense_is_rejected(engine: Bench, payload: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    """It is acknowledged on either home, and the log names it: no later delivery would make more sense."""
    assert worker.handle(engine.kernel, Delivery(queue="files", name="x", payload=payload)) == worker.REJECTED
    assert "rejected delivery x" in caplog.text


@pytest.mark.parametrize("kind", ["task", "prepare", "unpack", "dispatch", "cancel", "finalize"])
def test_a_call_for_what_is_gone_is_acknowledged(engine: Bench, kind: str) -> None:
    """No later delivery could find it either."""
    payload = {"kind": kind, "tenant": TENANT, "run_id": "gone", "task_id": "gone", "prefix": ""}
    assert worker.handle(engine.kernel, Delivery(queue="files", name="x", payload=payload)) == "gone"


def test_a_call_of_another_tenant_finds_nothing(engine: Bench) -> None:
    """The same ids under another tenant are nothing."""
    run_id, [key] = dispatched(engine, b"ok")
    delivery = engine.queue.delivery(key)
    assert worker.handle(engine.kernel, replace(delivery, payload={**delivery.payload, "tenant": "other"})) == "gone"
    assert engine.tasks(run_id)[0].lease_token == 0
