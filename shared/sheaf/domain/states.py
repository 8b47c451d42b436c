"""States and the moves between them, written once; ``docs/states.md`` draws the same tables and a test compares them.

A task's stored status is the truth of its last write. What a person is shown can be further on: a pending task of a sealed run is
queued, and so is a failed task that a newer round of its run will try again (:func:`sheaf.domain.tasks.shown_status`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from sheaf.domain.errors import WrongState


class RunStatus(StrEnum):
    """Where a run stands."""

    PENDING = "pending"
    SUBMITTED = "submitted"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    PARTIALLY_COMPLETED = "partially_completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Phase(StrEnum):
    """What a run in progress is doing."""

    PREPARING = "preparing"
    EXTRACTING = "extracting"
    FINALIZING = "finalizing"


class TaskStatus(StrEnum):
    """Where a task stands."""

    PENDING = "pending"
    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobStatus(StrEnum):
    """Where a job stands, derived from its latest run."""

    READY = "READY"
    RUNNING = "RUNNING"
    FINISHED = "FINISHED"
    FAILED = "FAILED"


class ConfigStep(StrEnum):
    """The wizard's step of a run that is being set up."""

    UPLOAD = "upload"
    FIELDS = "fields"
    REVIEW = "review"
    SUBMITTED = "submitted"


_R, _T = RunStatus, TaskStatus

RUN_MOVES: Mapping[RunStatus, frozenset[RunStatus]] = {
    _R.PENDING: frozenset({_R.SUBMITTED}),
    _R.SUBMITTED: frozenset({_R.IN_PROGRESS}),
    _R.IN_PROGRESS: frozenset({_R.COMPLETED, _R.PARTIALLY_COMPLETED, _R.FAILED, _R.CANCELLED}),
    _R.COMPLETED: frozenset(),
    _R.PARTIALLY_COMPLETED: frozenset({_R.IN_PROGRESS}),
    _R.FAILED: frozenset({_R.IN_PROGRESS}),
    _R.CANCELLED: frozenset(),
}

TASK_MOVES: Mapping[TaskStatus, frozenset[TaskStatus]] = {
    _T.PENDING: frozenset({_T.QUEUED, _T.CANCELLED}),
    _T.QUEUED: frozenset({_T.PROCESSING, _T.CANCELLED}),
    _T.PROCESSING: frozenset({_T.QUEUED, _T.COMPLETED, _T.FAILED, _T.CANCELLED}),
    _T.COMPLETED: frozenset(),
    _T.FAILED: frozenset({_T.QUEUED}),
    _T.CANCELLED: frozenset(),
}

RUN_ENDED = frozenset({_R.COMPLETED, _R.PARTIALLY_COMPLETED, _R.FAILED, _R.CANCELLED})
RUN_ACTIVE = frozenset({_R.SUBMITTED, _R.IN_PROGRESS})
TASK_ENDED = frozenset({_T.COMPLETED, _T.FAILED, _T.CANCELLED})

#: The wizard's steps in order; a run may go back to any step before ``submitted``.
STEPS = (ConfigStep.UPLOAD, ConfigStep.FIELDS, ConfigStep.REVIEW, ConfigStep.SUBMITTED)


def check_run_move(source: RunStatus, target: RunStatus) -> None:
    """Raise WrongState unless a run may go from ``source`` to ``target``."""
    if target not in RUN_MOVES[source]:
        raise WrongState(f"A {source} run cannot become {target}.", status=source.value, wanted=target.value)


def check_step_move(source: ConfigStep, target: ConfigStep) -> None:
    """Raise WrongState unless the wizard may go from ``source`` to ``target``: one step on, or back to any earlier one."""
    if source is ConfigStep.SUBMITTED:
        raise WrongState("The run is submitted; its set-up is final. Create a new run to change it.", step=source.value)
    if target is ConfigStep.SUBMITTED:
        raise WrongState("Submit the run with the submit call; it checks the set-up and starts the work.", step=source.value)
    if STEPS.index(target) > STEPS.index(source) + 1:
        raise WrongState(f"The step after {source} is {STEPS[STEPS.index(source) + 1]}, not {target}.", step=source.value)


def job_status(latest: RunStatus | None) -> JobStatus:
    """A job's status from its latest run's (A1, D2)."""
    match latest:
        case None | RunStatus.PENDING:
            return JobStatus.READY
        case RunStatus.SUBMITTED | RunStatus.IN_PROGRESS:
            return JobStatus.RUNNING
        case RunStatus.COMPLETED | RunStatus.PARTIALLY_COMPLETED | RunStatus.CANCELLED:
            return JobStatus.FINISHED
        case RunStatus.FAILED:
            return JobStatus.FAILED
