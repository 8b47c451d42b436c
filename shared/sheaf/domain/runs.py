"""A run: one isolated execution of a job."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sheaf.domain.counters import Counts
from sheaf.domain.fields import Field
from sheaf.domain.jobs import RunOptions
from sheaf.domain.record import record
from sheaf.domain.rules import Rule
from sheaf.domain.states import RUN_ENDED, ConfigStep, Phase, RunStatus


class Origin(StrEnum):
    """What created a run."""

    MANUAL = "manual"
    CLONE = "clone"
    TEMPLATE = "template"


@record(frozen=True, kw_only=True, slots=True)
class Run:
    """One isolated execution of a job; nothing a later run does changes it."""

    id: str
    tenant: str
    job_id: str
    #: 1 for a job's first run, and so on.
    number: int
    type: str = "extraction"
    status: RunStatus = RunStatus.PENDING
    phase: Phase | None = None
    config_step: ConfigStep = ConfigStep.UPLOAD
    fields: tuple[Field, ...] = ()
    #: What must hold of its rows.
    rules: tuple[Rule, ...] = ()
    options: RunOptions = RunOptions()
    #: The version of what its job has learned that reads; 0 for rules alone.
    learned: int = 0
    origin: Origin = Origin.MANUAL
    cloned_from: str | None = None
    template_id: str | None = None

    created_at: datetime
    submitted_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    #: Last write of this record; what its tasks did since is in the shards.
    last_active_at: datetime
    cancel_requested_at: datetime | None = None

    #: 1 at first; each retry of the failed tasks is a further round.
    round: int = 1
    #: Set when the task list is final and the shards of this round are laid out; nothing is dispatched before.
    sealed_at: datetime | None = None
    tasks_total: int = 0
    #: Tasks of this round in each shard, by shard number; 0 for shards without any.
    shard_sizes: tuple[int, ...] = ()
    #: What ended in earlier rounds and stays; once the run has ended, the final counts.
    counts: Counts = Counts()
    error_message: str | None = None

    @property
    def ended(self) -> bool:
        """Whether the run is in a terminal state."""
        return self.status in RUN_ENDED

    @property
    def sealed(self) -> bool:
        """Whether this round's task list is final."""
        return self.sealed_at is not None

    @property
    def cancelling(self) -> bool:
        """Whether a cancel was accepted; from then on nothing of the run starts."""
        return self.cancel_requested_at is not None

    @property
    def shards_total(self) -> int:
        """Shards that have tasks in this round."""
        return sum(1 for size in self.shard_sizes if size)


def export_stem(job_id: str, run_id: str) -> str:
    """File name of a run's exported results, without its ending (A12)."""
    return f"job_{job_id}_run_{run_id}_results"
