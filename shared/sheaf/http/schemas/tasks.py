"""Tasks: what became of each file."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import model_validator

from sheaf.domain.runs import Run
from sheaf.domain.states import TaskStatus
from sheaf.domain.tasks import Attempt as AttemptRecord
from sheaf.domain.tasks import ResultInfo
from sheaf.domain.tasks import Task as Record
from sheaf.http.schemas import examples
from sheaf.http.schemas.base import Count, Listed, OfRun, PageQuery, RunPageQuery, Schema
from sheaf.http.schemas.files import File, ForeignId, Url
from sheaf.services.tasks import FailureGroup


class Attempt(Schema):
    """One try at a file that came to nothing."""

    number: int
    round: int
    """The round of the run it belonged to."""
    started_at: datetime | None
    ended_at: datetime
    category: str
    message: str

    @classmethod
    def of(cls, attempt: AttemptRecord) -> Attempt:
        """The attempt as it is answered."""
        return cls(
            number=attempt.number,
            round=attempt.round,
            started_at=attempt.started_at,
            ended_at=attempt.ended_at,
            category=attempt.failure.category.value,
            message=attempt.failure.message,
        )


class Result(Schema):
    """What a completed file came to; its rows are in the results."""

    rows: Count
    rows_in: int | None
    """For files read as tables: data rows that went in."""
    pages: Count
    engine: str
    """Name and version of what read it."""
    notes: list[str]

    @classmethod
    def of(cls, result: ResultInfo) -> Result:
        """The result as it is answered."""
        return cls(rows=result.rows, rows_in=result.rows_in, pages=result.pages, engine=result.engine, notes=list(result.notes))


class Task(File):
    """A file's task: where it stands, what was tried, and what came of it."""

    model_config = examples.shown(examples.TASK)

    retry_count: Count
    """Further attempts made because of failures."""
    max_retries: Count
    next_retry_at: datetime | None
    started_at: datetime | None
    """Of the latest attempt."""
    completed_at: datetime | None
    lease_expires_at: datetime | None
    """Until then its worker is awaited; later another takes over."""
    lost_count: Count
    """Attempts whose worker was lost."""
    outage_count: Count
    """Further attempts made because a service that the work needs did not answer; none of the file's own retries."""
    round: int
    error_message: str | None
    error_category: str | None
    attempts: list[Attempt]
    """The failed ones, oldest first."""
    result: Result | None

    @classmethod
    def of(cls, task: Record, run: Run) -> Task:
        """The task as it is answered."""
        same = {name: getattr(task, name) for name in _SAME}
        made = {"attempts": [Attempt.of(a) for a in task.attempts], "result": Result.of(task.result) if task.result else None}
        return cls.model_validate(cls.members_of(task, run) | same | made)


_SAME = (
    *("retry_count", "max_retries", "next_retry_at", "started_at", "completed_at", "lease_expires_at", "round"),
    *("lost_count", "outage_count"),
    *("error_message", "error_category"),
)


class TaskListQuery(RunPageQuery):
    """Which tasks of which run to list."""

    status: TaskStatus | None = None
    """Only tasks that stand there."""


class TaskList(OfRun, Listed):
    """A run's tasks, in the order of their files."""

    model_config = examples.shown(examples.TASK_LIST)

    tasks: list[Task]


class TaskQuery(PageQuery):
    """Which file is meant, by where it came from or by the record it is attached to; over all jobs and runs."""

    file_url: Url | None = None
    record_id: ForeignId | None = None
    attachment_id: ForeignId | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.file_url is None) == (self.record_id is None and self.attachment_id is None):
            raise ValueError("give either file_url, or record_id or attachment_id or both")
        return self


class FoundTasks(Listed):
    """Tasks of any run, newest first."""

    model_config = examples.shown(examples.FOUND_TASKS)

    tasks: list[Task]


class FailedFile(Schema):
    """One failed file."""

    file_id: str
    filename: str
    error_message: str | None


class Failure(Schema):
    """Failed files of one category."""

    category: str
    count: Count
    examples: list[FailedFile]
    """The first of them."""

    @classmethod
    def of(cls, group: FailureGroup) -> Failure:
        """The failures as they are answered."""
        shown = [FailedFile(file_id=t.id, filename=t.filename, error_message=t.error_message) for t in group.examples]
        return cls(category=group.category.value, count=group.count, examples=shown)


class FailureList(OfRun):
    """Why files of a run failed, by category."""

    model_config = examples.shown(examples.FAILURES)

    tasks_failed: Count
    failures: list[Failure]
