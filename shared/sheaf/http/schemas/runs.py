"""Runs: isolated executions of a job."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from pydantic import model_validator

from sheaf.domain.runs import Origin
from sheaf.domain.runs import Run as Record
from sheaf.domain.states import STEPS, ConfigStep, Phase, RunStatus
from sheaf.http.schemas import examples
from sheaf.http.schemas.base import Count, Id, Listed, OfRun, PageQuery, Schema
from sheaf.http.schemas.fields import Field
from sheaf.http.schemas.options import RunOptions
from sheaf.http.schemas.rules import Rule
from sheaf.http.schemas.usage import Usage
from sheaf.services.cancel import Cancelled
from sheaf.services.progress import Progress as Measured


class RunSummary(OfRun):
    """A run without its set-up, as lists show it."""

    id: Id
    job_id: Id
    number: int
    """1 for the job's first run, and so on."""
    type: str
    status: RunStatus
    phase: Phase | None
    """What a run in progress is doing."""
    config_step: ConfigStep
    """The wizard's step."""
    origin: Origin
    cloned_from: str | None
    template_id: str | None
    tasks_total: Count
    """Files of the run; before it is submitted, those it has so far."""
    tasks_completed: Count
    tasks_failed: Count
    tasks_cancelled: Count
    persist_data: bool
    round: int
    """1 at first; each retry of the failed files is a further round."""
    created_at: datetime
    submitted_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    last_active_at: datetime
    cancel_requested_at: datetime | None
    error_message: str | None

    @classmethod
    def of(cls, progress: Measured) -> Self:
        """The run, with its counters as they are now."""
        return cls(**cls._members(progress))

    @classmethod
    def _members(cls, progress: Measured) -> dict[str, Any]:
        run = progress.run
        same = {name: getattr(run, name) for name in _SAME}
        return same | counters(progress) | {"job_run_id": run.id, "persist_data": run.options.persist_data}


_SAME = (
    *("id", "job_id", "number", "type", "status", "phase", "config_step", "origin", "cloned_from", "template_id", "round"),
    *("created_at", "submitted_at", "started_at", "completed_at", "cancel_requested_at", "error_message"),
)


def counters(progress: Measured) -> dict[str, Any]:
    """A run's counters by their names on the wire."""
    return {
        "tasks_total": progress.total,
        "tasks_completed": progress.counts.completed,
        "tasks_failed": progress.counts.failed,
        "tasks_cancelled": progress.counts.cancelled,
        "last_active_at": progress.last_active_at,
    }


class Run(RunSummary):
    """A run with its set-up."""

    model_config = examples.shown(examples.RUN)

    fields: list[Field]
    rules: list[Rule]
    """What must hold of the rows."""
    options: RunOptions
    learned: Count
    """The version of what its job has learned that reads; 0 for rules alone."""

    @classmethod
    def _members(cls, progress: Measured) -> dict[str, Any]:
        run = progress.run
        sets = {"fields": [Field.of(field) for field in run.fields], "rules": [Rule.of(rule) for rule in run.rules]}
        return super()._members(progress) | sets | {"options": RunOptions.of(run.options), "learned": run.learned}


class RunListQuery(PageQuery):
    """Which runs of a job to list."""

    status: RunStatus | None = None
    """Only runs that stand there."""


class RunList(Listed):
    """A job's runs, newest first."""

    model_config = examples.shown(examples.RUN_LIST)

    runs: list[RunSummary]
    total: Count
    """Runs that match, over all pages; of one status, 1000 stands for that many or more."""
    latest_run_id: str | None
    """The run that is meant where a request names none."""


class RunInput(Schema):
    """What a new run starts from: another run, a template, or by default its job's fields."""

    model_config = examples.shown(examples.RUN_INPUT, {})

    clone_from_run_id: Id | None = None
    """Copy this run's fields and options."""
    template_id: Id | None = None
    """Copy this template's fields."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.clone_from_run_id and self.template_id:
            raise ValueError("start a run from another run or from a template, not from both")
        return self


class FailureCount(Schema):
    """Failed files of one kind."""

    category: str
    count: Count


class Progress(OfRun):
    """How far a run is."""

    model_config = examples.shown(examples.PROGRESS)

    job_id: Id
    status: RunStatus
    phase: Phase | None
    tasks_total: Count
    tasks_completed: Count
    tasks_failed: Count
    tasks_cancelled: Count
    tasks_open: Count
    """Files that have not ended."""
    percent: float
    """0 to 100: the share of files that have ended."""
    failures: list[FailureCount]
    usage: Usage
    started_at: datetime | None
    completed_at: datetime | None
    last_active_at: datetime

    @classmethod
    def of(cls, progress: Measured) -> Progress:
        """The progress as it is answered."""
        run, counts = progress.run, progress.counts
        return cls(
            job_run_id=run.id,
            job_id=run.job_id,
            status=run.status,
            phase=progress.phase,
            tasks_open=progress.open,
            percent=round(100 * counts.done / progress.total, 1) if progress.total else 0.0,
            failures=[FailureCount(category=category, count=count) for category, count in counts.failures.items()],
            usage=Usage.of(counts.usage),
            started_at=run.started_at,
            completed_at=run.completed_at,
            **counters(progress),
        )


class Step(OfRun):
    """Where the wizard stands."""

    model_config = examples.shown(examples.STEP)

    config_step: ConfigStep
    steps: list[ConfigStep]
    """All steps, in order."""

    @classmethod
    def of(cls, run: Record) -> Step:
        """The run's step."""
        return cls(job_run_id=run.id, config_step=run.config_step, steps=list(STEPS))


class StepInput(Schema):
    """The step to go to: the next one, or any earlier one. Submitting is a call of its own."""

    model_config = examples.shown(examples.STEP_INPUT)

    config_step: ConfigStep


class Cancellation(OfRun):
    """What a cancel came to so far."""

    model_config = examples.shown(examples.CANCELLATION)

    status: RunStatus
    finished: Count
    """Files that had ended before; their results are kept."""
    stopped: Count
    """Files that were stopped."""
    stopping: Count
    """Files that are being stopped; none of them starts any more."""

    @classmethod
    def of(cls, done: Cancelled) -> Cancellation:
        """The cancel's answer."""
        run = done.run
        return cls(job_run_id=run.id, status=run.status, finished=done.finished, stopped=done.stopped, stopping=done.stopping)
