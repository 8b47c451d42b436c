"""A job: saved work, what every new run of it starts from."""

from __future__ import annotations

from datetime import datetime

from sheaf.domain.fields import Field, RowMode
from sheaf.domain.record import record
from sheaf.domain.retries import RetryPolicy
from sheaf.domain.rules import Rule


@record(frozen=True, kw_only=True, slots=True)
class RunOptions:
    """How a run is carried out; copied from the job when the run is created and final once it is submitted."""

    row_mode: RowMode = RowMode.FILE
    #: Catalogue name of the engine that reads.
    engine: str = "embedded"
    retry: RetryPolicy = RetryPolicy()
    #: Values found with less confidence than this are for a person to look at.
    review_below: float = 0.9
    #: Most tokens that models may use in one run, shared evenly among its files; None for no bound.
    model_tokens: int | None = None
    #: False: uploads and results are deleted once the run's results have been exported and its retention is over (A7).
    persist_data: bool = True


@record(frozen=True, kw_only=True, slots=True)
class Job:
    """Saved work of a tenant."""

    id: str
    tenant: str
    #: Unique in the tenant, compared without case and outer space.
    name: str
    type: str = "extraction"
    description: str = ""
    #: The fields that a new run starts from.
    fields: tuple[Field, ...] = ()
    #: What must hold of their values for nobody to have to look at them.
    rules: tuple[Rule, ...] = ()
    options: RunOptions = RunOptions()
    active: bool = True
    archived: bool = False
    created_at: datetime
    updated_at: datetime
    latest_run_id: str | None = None
    run_count: int = 0
    #: The version of what it has learned that new runs read by, and the newest there is; 0 for none.
    learned: int = 0
    learned_newest: int = 0


@record(frozen=True, kw_only=True, slots=True)
class Template:
    """A reusable, named set of fields (A5)."""

    id: str
    tenant: str
    name: str
    description: str = ""
    fields: tuple[Field, ...] = ()
    created_at: datetime
    updated_at: datetime
