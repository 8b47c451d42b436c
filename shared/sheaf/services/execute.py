"""Doing one task: claim it, read its file, and complete it, retry it or fail it.

Budget: two reads and one write to claim, two writes to end, whatever the end.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sheaf.domain import paths
from sheaf.domain.counters import Usage
from sheaf.domain.errors import FailureCategory, FileProblem, InvalidInput, NotFound, PreconditionFailed, SheafError
from sheaf.domain.retries import INFRASTRUCTURE, OUTAGES, Failure, failure_of, next_attempt
from sheaf.domain.states import TaskStatus
from sheaf.domain.tasks import ResultInfo, Task, with_attempt, worn_out
from sheaf.ports.jobtype import JobType, Outcome
from sheaf.ports.store import Create, Update
from sheaf.services import abilities, messages, rows
from sheaf.services.complete import Ending, Held, end, end_each
from sheaf.services.events import Level, entry
from sheaf.services.kernel import Kernel
from sheaf.services.metrics import Metric
from sheaf.services.records import dump

_log = logging.getLogger(__name__)


def carry_out(kernel: Kernel, claim: Held) -> None:
    """Do one claimed task and end it. Raises Unavailable when the store is, to be delivered again."""
    ending = attempt(kernel, claim)
    if ending is not None and (error := conclude_each(kernel, [(claim, ending)])[0]):
        raise error


def attempt(kernel: Kernel, claim: Held, *, alone: bool = True) -> Ending | None:
    """Do a claimed task once, and answer what it comes to; None when it is to be tried again later, which is arranged then.

    One that is not ``alone`` is to be done alone later, if others would wait for it longer than the policy's patience.
    """
    if worn_out(claim.task.lost_count):
        message = f"Reading the file took down its worker {claim.task.lost_count} times."
        return _failed(kernel, claim, Failure(category=FailureCategory.CRASHED, message=message))
    try:
        return completed(*_perform(kernel, claim, alone=alone))
    except Exception as error:  # noqa: BLE001 - whatever a file can do to a reader ends this attempt, not the worker
        _log_unforeseen(claim.task, error)
        failure = failure_of(error)
        if failure.category is FailureCategory.TIMEOUT and not alone:
            _alone_later(kernel, claim)
            return None
        return _attempt_failed(kernel, claim, failure)


def conclude_each(kernel: Kernel, endings: Sequence[tuple[Held, Ending]]) -> list[SheafError | None]:
    """End tasks as their attempts came out, in one call to the store; for each the error that asks for it to be delivered again."""
    ended = end_each(kernel, endings) if endings else []
    return [_concluded(kernel, claim, came) for (claim, _), came in zip(endings, ended, strict=True)]


def _concluded(kernel: Kernel, claim: Held, came: bool | SheafError) -> SheafError | None:  # noqa: FBT001 - as it is answered
    try:
        if isinstance(came, InvalidInput):  # what was read cannot be stored, and could not be at the next delivery either
            again = _attempt_failed(kernel, claim, failure_of(came))
            came = again is None or end(kernel, claim, again)
        if came is False:
            _overtaken(kernel, claim)
    except SheafError as error:
        return error
    return came if isinstance(came, SheafError) else None


def _perform(kernel: Kernel, claim: Held, *, alone: bool) -> tuple[ResultInfo, Usage]:
    run, task = claim.run, claim.task
    if task.problem is not None:
        raise FileProblem(task.problem.category, task.problem.message)
    job_type = abilities.job_type(kernel, run)
    if job_type is None:
        raise FileProblem(FailureCategory.UNSUPPORTED, f"This installation knows no work of the type {run.type!r}. Install it, then retry.")
    try:
        with kernel.blobs.local(task.blob) as path:
            outcome = _carried_out(kernel, job_type, claim, path, alone=alone)
            result = rows.save(kernel, run, task, outcome, content=_content(path))
    except NotFound as error:
        raise FileProblem(FailureCategory.FILE_MISSING, "The file's bytes are not in the store any more.") from error
    return result, _used(task, outcome, result)


def _used(task: Task, outcome: Outcome, result: ResultInfo) -> Usage:
    return Usage(
        files=1,
        pages=outcome.pages,
        bytes=task.file_size,
        rows=result.rows,
        model_tokens=outcome.model_tokens,
        model_tokens_out=outcome.model_tokens_out,
        model_tokens_priced=outcome.model_tokens_priced,
        model_micros=outcome.model_micros,
    )


def _content(path: Path) -> str:
    with path.open("rb") as file:
        return paths.content_digest(file)


def _carried_out(kernel: Kernel, job_type: JobType, claim: Held, path: Path, *, alone: bool) -> Outcome:
    """Do the task itself, elsewhere where its job type asks for it."""
    info = job_type.info
    if info.apart and kernel.elsewhere is not None:
        seconds = info.timeout_s if alone else min(info.timeout_s, kernel.policy.patience.total_seconds())
        return kernel.elsewhere().execute(info, claim.run, claim.task, path, seconds=seconds)
    return job_type.execute(claim.run, claim.task, path)


def completed(result: ResultInfo, usage: Usage) -> Ending:
    """The ending of a task that was read."""
    fields = {"result": result, "error_message": None, "error_category": None}
    return Ending(status=TaskStatus.COMPLETED, fields=fields, usage=usage)


def _overtaken(kernel: Kernel, claim: Held) -> None:
    """What this worker brings is too late and counts nothing; that is a fault, unless a cancel was first."""
    document = kernel.store.get(claim.path)
    if document is not None and document.data["status"] != TaskStatus.CANCELLED:
        kernel.tally.add(Metric.LATE_WORKERS)


def _attempt_failed(kernel: Kernel, claim: Held, failure: Failure) -> Ending | None:
    """Have the task tried again later, or give it up."""
    run, task = claim.run, claim.task
    outage = failure.category in INFRASTRUCTURE
    if outage:
        kernel.tally.add(Metric.OUTAGES)
    policy = OUTAGES if outage else replace(run.options.retry, max_retries=task.max_retries)
    retries = task.outage_count if outage else task.retry_count
    again = next_attempt(failure, retries=retries, policy=policy, now=kernel.clock.now(), rng=kernel.rng)
    if again is None:
        return _failed(kernel, claim, failure)
    _retry_later(kernel, claim, failure, again)
    return None


def _alone_later(kernel: Kernel, claim: Held) -> None:
    """Let go of a task that others wait for, and call for it again: by itself, since it has been begun."""
    now = kernel.clock.now()
    # The time lets the sweeper call for it, should its message be lost.
    fields = dump({"status": TaskStatus.QUEUED, "lease_expires_at": None, "next_retry_at": now})
    try:
        kernel.store.commit([Update(path=claim.path, fields=fields, version=claim.version)])
    except PreconditionFailed:
        _overtaken(kernel, claim)
        return
    kernel.queue.enqueue([messages.task_call(claim.run, claim.task)])


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
                Update(path=claim.path, fields=dump(fields), version=claim.version),
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


def _failed(kernel: Kernel, claim: Held, failure: Failure) -> Ending:
    """The ending of a file that is given up; the run's log tells of it when the round ends, together with the others of its kind."""
    return Ending(status=TaskStatus.FAILED, fields=_blame(kernel, claim.task, failure), category=failure.category)


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
