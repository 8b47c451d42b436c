"""Doing one task: claim it, read its file, and complete it, retry it or fail it.

Budget: two reads and one write to claim, two writes to end, whatever the end.
A delivery that must not start anything answers why and costs the reads.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sheaf.domain import paths
from sheaf.domain.counters import Usage
from sheaf.domain.errors import FailureCategory, FileProblem, InvalidInput, NotFound, PreconditionFailed, SheafError
from sheaf.domain.retries import INFRASTRUCTURE, OUTAGES, Failure, failure_of, next_attempt
from sheaf.domain.runs import Run
from sheaf.domain.states import TaskStatus
from sheaf.domain.tasks import Refusal, ResultInfo, Seen, Task, claimed, refusal, with_attempt, worn_out
from sheaf.ports.store import Create, Update
from sheaf.services import abilities, messages, rows
from sheaf.services.complete import Ending, Held, end
from sheaf.services.events import Level, entry
from sheaf.services.kernel import Kernel
from sheaf.services.metrics import Metric
from sheaf.services.records import dump, load

_log = logging.getLogger(__name__)

#: Refusals of a delivery whose work another has done or is doing.
_DUPLICATE = frozenset({Refusal.ALREADY_ENDED, Refusal.LEASED, Refusal.RUN_OVER})


def execute(kernel: Kernel, tenant: str, run_id: str, task_id: str, seen: Seen) -> Refusal | None:
    """Do one task, if this delivery may; answers why not otherwise. Raises Unavailable when the store is, to be delivered again."""
    claim = take(kernel, tenant, run_id, task_id, seen)
    if isinstance(claim, Refusal):
        return claim
    if worn_out(claim.task.lost_count):
        message = f"Reading the file took down its worker {claim.task.lost_count} times."
        _fail(kernel, claim, Failure(category=FailureCategory.CRASHED, message=message))
        return None
    try:
        result, usage = _perform(kernel, claim)
    except Exception as error:  # noqa: BLE001 - whatever a file can do to a reader ends this attempt, not the worker
        _log_unforeseen(claim.task, error)
        _attempt_failed(kernel, claim, failure_of(error))
        return None
    try:
        _completed(kernel, claim, result, usage)
    except InvalidInput as error:  # what was read cannot be stored, and could not be at the next delivery either
        _attempt_failed(kernel, claim, failure_of(error))
    return None


def take(kernel: Kernel, tenant: str, run_id: str, task_id: str, seen: Seen) -> Held | Refusal:
    """Claim a task by compare-and-set: of several callers one gets it."""
    run_doc, task_doc = kernel.store.get_many([paths.run(tenant, run_id), paths.task(tenant, run_id, task_id)])
    if run_doc is None or task_doc is None:
        raise NotFound("The run or the file of this call is gone.", what="task", id=task_id)
    run, task = load(run_doc, Run).value, load(task_doc, Task).value
    now = kernel.clock.now()
    if why := refusal(task, run, seen, now):
        if why in _DUPLICATE and not run.cancelling:
            kernel.tally.add(Metric.DUPLICATE_DELIVERIES)
        return why
    fields = claimed(task, run, seen, now=now, lease=_lease(kernel, run))
    try:
        written = kernel.store.commit([Update(path=task_doc.path, fields=dump(fields), version=task_doc.version)])
    except PreconditionFailed:
        kernel.tally.add(Metric.DUPLICATE_DELIVERIES)
        return Refusal.LEASED
    if fields["lost_count"] > task.lost_count:
        kernel.tally.add(Metric.LOST_ATTEMPTS)
    return Held(run, replace(task, **fields), written[0].version)


def _lease(kernel: Kernel, run: Run) -> timedelta:
    """How long a worker may take; no time of its own where the job type is unknown, which is found at once."""
    known = abilities.job_type(kernel, run)
    return kernel.policy.lease_margin + timedelta(seconds=known.info.timeout_s if known else 0)


def _perform(kernel: Kernel, claim: Held) -> tuple[ResultInfo, Usage]:
    run, task = claim.run, claim.task
    if task.problem is not None:
        raise FileProblem(task.problem.category, task.problem.message)
    job_type = abilities.job_type(kernel, run)
    if job_type is None:
        raise FileProblem(FailureCategory.UNSUPPORTED, f"This installation knows no work of the type {run.type!r}. Install it, then retry.")
    try:
        with kernel.blobs.local(task.blob) as path:
            outcome = job_type.execute(run, task, path)
            result = rows.save(kernel, run, task, outcome)
    except NotFound as error:
        raise FileProblem(FailureCategory.FILE_MISSING, "The file's bytes are not in the store any more.") from error
    usage = Usage(files=1, pages=outcome.pages, bytes=task.file_size, rows=result.rows, model_tokens=outcome.model_tokens)
    return result, usage


def _completed(kernel: Kernel, claim: Held, result: ResultInfo, usage: Usage) -> None:
    fields = {"result": result, "error_message": None, "error_category": None}
    _end(kernel, claim, Ending(status=TaskStatus.COMPLETED, fields=fields, usage=usage))


def _end(kernel: Kernel, claim: Held, ending: Ending) -> None:
    if not end(kernel, claim, ending):
        _overtaken(kernel, claim)


def _overtaken(kernel: Kernel, claim: Held) -> None:
    """What this worker brings is too late and counts nothing; that is a fault, unless a cancel was first."""
    document = kernel.store.get(paths.task(claim.run.tenant, claim.run.id, claim.task.id))
    if document is not None and document.data["status"] != TaskStatus.CANCELLED:
        kernel.tally.add(Metric.LATE_WORKERS)


def _attempt_failed(kernel: Kernel, claim: Held, failure: Failure) -> None:
    run, task = claim.run, claim.task
    outage = failure.category in INFRASTRUCTURE
    if outage:
        kernel.tally.add(Metric.OUTAGES)
    policy = OUTAGES if outage else replace(run.options.retry, max_retries=task.max_retries)
    retries = task.outage_count if outage else task.retry_count
    again = next_attempt(failure, retries=retries, policy=policy, now=kernel.clock.now(), rng=kernel.rng)
    if again is None:
        _fail(kernel, claim, failure)
    else:
        _retry_later(kernel, claim, failure, again)


def _retry_later(kernel: Kernel, claim: Held, failure: Failure, again: datetime) -> None:
    """Put the task back in the queue for later; the message is enqueued behind the commit, the sweeper covers a crash in between."""
    run, task = claim.run, claim.task
    fields = {
        "status": TaskStatus.QUEUED,
        "lease_expires_at": None,
        "next_retry_at": again,
        **_count(task, failure),
        **_blame(kernel, task, failure),
    }
    note = _retry_note(kernel, claim, failure)
    try:
        kernel.store.commit(
            [
                Update(path=paths.task(run.tenant, run.id, task.id), fields=dump(fields), version=claim.version),
                note,
            ]
        )
    except PreconditionFailed:
        _overtaken(kernel, claim)
        return
    kernel.queue.enqueue([messages.task_call(run, task, not_before=again)])


def _count(task: Task, failure: Failure) -> dict[str, int]:
    """One more further attempt: failures of the infrastructure and failures of the file are counted apart."""
    if failure.category in INFRASTRUCTURE:
        return {"outage_count": task.outage_count + 1}
    return {"retry_count": task.retry_count + 1}


def _fail(kernel: Kernel, claim: Held, failure: Failure) -> None:
    """Give the file up; the run's log tells of it when the round ends, together with the others of its kind."""
    blame = _blame(kernel, claim.task, failure)
    _end(kernel, claim, Ending(status=TaskStatus.FAILED, fields=blame, category=failure.category))


def _blame(kernel: Kernel, task: Task, failure: Failure) -> dict[str, Any]:
    return {
        "attempts": with_attempt(task, failure, kernel.clock.now()),
        "error_message": failure.message,
        "error_category": failure.category.value,
    }


def _retry_note(kernel: Kernel, claim: Held, failure: Failure) -> Create:
    task = claim.task
    message = f"{task.filename} is tried again: {failure.message}"
    context: dict[str, Any] = {"file_id": task.id, "file": task.filename, "attempt": task.lease_token, "category": failure.category.value}
    return entry(kernel, claim.run.tenant, claim.run.id, "attempt_failed", message, level=Level.WARNING, **context)


def _log_unforeseen(task: Task, error: Exception) -> None:
    if not isinstance(error, SheafError | TimeoutError):
        _log.exception("task %s of run %s: unforeseen failure", task.id, task.run_id)
