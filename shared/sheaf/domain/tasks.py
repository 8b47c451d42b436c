"""A task: one file of a run, its attempts and its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sheaf.domain.errors import FailureCategory
from sheaf.domain.record import record
from sheaf.domain.retries import MAX_LOST, Failure
from sheaf.domain.runs import Run
from sheaf.domain.states import TASK_ENDED, TaskStatus

#: A retry's delivery may come so much before its time by this clock: the queue has another.
EARLY = timedelta(seconds=1)

#: Attempts kept with a task; far more than its retries, rounds of the run add up.
MAX_ATTEMPTS_KEPT = 50

_LOST = Failure(category=FailureCategory.CRASHED, message="The worker that read the file was lost before it answered.")


class Unpacking(StrEnum):
    """Where a container (archive, message) stands with handing its members to the run."""

    WAITING = "waiting"
    #: Given up for a reason that a retry of the run may mend.
    BROKEN_OFF = "broken_off"
    DONE = "done"


@record(frozen=True, kw_only=True, slots=True)
class Link:
    """The attachment of a record elsewhere that a file is (B2)."""

    record_id: str
    field_id: str | None = None
    attachment_id: str | None = None


@record(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One try at a task that came to nothing."""

    number: int
    started_at: datetime | None
    ended_at: datetime
    failure: Failure
    #: The round of the run it belonged to.
    round: int = 1


@record(frozen=True, kw_only=True, slots=True)
class ResultInfo:
    """What a completed task came to, without its cells."""

    rows: int
    #: For inputs read as tables: data rows that went in.
    rows_in: int | None = None
    pages: int = 0
    engine: str = ""
    notes: tuple[str, ...] = ()
    #: The only row's cells as JSON, when it is small; else the rows lie in objects under ``prefix``.
    inline: Mapping[str, Any] | None = None
    #: Where the objects with the rows start; "" when there are none.
    prefix: str = ""
    #: Rows in each object but the last.
    chunk: int = 0
    #: A digest of the file's bytes; "" for files read before there was one.
    content: str = ""


@record(frozen=True, kw_only=True, slots=True)
class Task:
    """One file of a run: what it is, where it stands, what was tried, and what came of it."""

    id: str
    #: Whose it is: questions over all runs name it, since its address alone cannot be asked for.
    tenant: str = ""
    run_id: str
    job_id: str
    #: Sorts the files as they were given; members sort right behind their container.
    position: str
    filename: str
    #: Where it came from: ``upload:``, ``file:``, ``member:`` … ; informative, the bytes are at ``blob``.
    file_url: str
    file_size: int
    format: str
    blob: str
    #: Of what lay at ``file_url`` when it was imported: a generation or an ETag.
    file_version: str | None = None
    #: False until the bytes of an announced upload have arrived.
    uploaded: bool = True
    content_type: str = "application/octet-stream"
    record_id: str | None = None
    field_id: str | None = None
    attachment_id: str | None = None
    #: The container this was unpacked from.
    parent_id: str | None = None
    depth: int = 0
    unpacking: Unpacking | None = None
    #: Known before any attempt: why the file cannot be read.
    problem: Failure | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    status: TaskStatus = TaskStatus.PENDING
    round: int = 1
    created_at: datetime
    started_at: datetime | None = None
    completed_at: datetime | None = None
    #: Grows with every claim; only the holder of the newest may complete the task.
    lease_token: int = 0
    lease_expires_at: datetime | None = None
    #: The queue's message and retry under which the newest claim was made.
    delivery: str = ""
    delivery_retry: int = 0
    #: Further attempts made in this round because of failures, because a worker was lost, and because an outside service was away.
    retry_count: int = 0
    lost_count: int = 0
    outage_count: int = 0
    max_retries: int = 3
    next_retry_at: datetime | None = None
    attempts: tuple[Attempt, ...] = ()
    error_message: str | None = None
    error_category: str | None = None
    result: ResultInfo | None = None


def shown_status(task: Task, run: Run) -> TaskStatus:
    """The status that people are shown: tasks that only wait for their message count as queued."""
    if not run.sealed or run.ended:
        return task.status
    waits = task.status is TaskStatus.PENDING or retried(task, run)
    return TaskStatus.QUEUED if waits else task.status


def retried(task: Task, run: Run) -> bool:
    """Whether the task failed in an earlier round and this round tries it again."""
    return task.status is TaskStatus.FAILED and task.round < run.round


def open_in(task: Task, run: Run) -> bool:
    """Whether the task still has to end in the run's present round."""
    return task.status not in TASK_ENDED or retried(task, run)


class Refusal(StrEnum):
    """Why a delivery starts nothing; none of them loses work."""

    RUN_OVER = "run_over"
    NOT_SEALED = "not_sealed"
    CANCELLING = "cancelling"
    ALREADY_ENDED = "already_ended"
    LEASED = "leased"
    NOT_DUE = "not_due"


@record(frozen=True, kw_only=True, slots=True)
class Seen:
    """The delivery that asks to start a task: the message's name, and how often the queue made it again."""

    message: str
    retry: int


def refusal(task: Task, run: Run, seen: Seen, now: datetime) -> Refusal | None:
    """Why this delivery must not start the task now, or None if it may.

    A live lease yields only to a repeat of the very message it was taken under: the queue repeats a message when its worker did not
    answer, so the holder is dead or late, and a late one cannot complete against the newer token.
    """
    if why := _closed(run):
        return why
    if not open_in(task, run):
        return Refusal.ALREADY_ENDED
    if _leased(task, now) and not _repeat(task, seen):
        return Refusal.LEASED
    if task.status is TaskStatus.QUEUED and task.next_retry_at and task.next_retry_at > now + EARLY:
        return Refusal.NOT_DUE
    return None


def _closed(run: Run) -> Refusal | None:
    """Why nothing of the run may start."""
    if run.ended:
        return Refusal.RUN_OVER
    if run.cancelling:
        return Refusal.CANCELLING
    return None if run.sealed else Refusal.NOT_SEALED


def _leased(task: Task, now: datetime) -> bool:
    return task.status is TaskStatus.PROCESSING and task.lease_expires_at is not None and task.lease_expires_at > now


def _repeat(task: Task, seen: Seen) -> bool:
    return seen.message == task.delivery and seen.retry > task.delivery_retry


def claimed(task: Task, run: Run, seen: Seen, *, now: datetime, lease: timedelta) -> dict[str, Any]:
    """The fields that a claim writes; a claim of a task in processing records that its worker was lost."""
    lost = task.status is TaskStatus.PROCESSING
    anew = retried(task, run)
    attempts = with_attempt(task, _LOST, now) if lost else task.attempts
    return {
        "status": TaskStatus.PROCESSING,
        "round": run.round,
        "lease_token": task.lease_token + 1,
        "lease_expires_at": now + lease,
        "delivery": seen.message,
        "delivery_retry": seen.retry,
        "started_at": now,
        "next_retry_at": None,
        "retry_count": 0 if anew else task.retry_count,
        "lost_count": 0 if anew else task.lost_count + lost,
        "outage_count": 0 if anew else task.outage_count,
        "attempts": attempts,
    }


def with_attempt(task: Task, failure: Failure, now: datetime) -> tuple[Attempt, ...]:
    """The task's attempts and one more that ended now, the latest of them if there are too many to keep."""
    attempt = Attempt(number=task.lease_token, started_at=task.started_at, ended_at=now, failure=failure, round=task.round)
    return (*task.attempts, attempt)[-MAX_ATTEMPTS_KEPT:]


def worn_out(lost_count: int) -> bool:
    """Whether a task has taken down so many workers that it is failed instead of tried again."""
    return lost_count >= MAX_LOST
