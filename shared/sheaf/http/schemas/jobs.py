"""Jobs: saved work."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field as Bound
from pydantic import StringConstraints

from sheaf import catalog
from sheaf.domain.states import JobStatus
from sheaf.http.schemas import examples
from sheaf.http.schemas.base import Count, Id, Listed, Name, PageQuery, QueryBool, Schema, Text
from sheaf.http.schemas.fields import Field, Fields, FieldsOrNone
from sheaf.http.schemas.options import RunOptions
from sheaf.http.schemas.rules import Rule, Rules
from sheaf.services.jobs import JobView

#: The document names the types there are; whether one is known is the service's to say.
JobKind = Annotated[str, StringConstraints(min_length=1, max_length=64), Bound(json_schema_extra={"enum": sorted(catalog.JOB_TYPES)})]


#: Members that are answered as they are kept.
_SAME = (
    "id",
    "name",
    "type",
    "description",
    "active",
    "archived",
    "learned",
    "latest_run_id",
    "run_count",
    "created_at",
    "updated_at",
)


class Job(Schema):
    """Saved work: what every new run of it starts from, and how its latest run stands."""

    model_config = examples.shown(examples.JOB)

    id: Id
    name: str
    type: str
    description: str
    status: JobStatus
    """Derived from the latest run."""
    active: bool
    archived: bool
    fields: list[Field]
    rules: list[Rule]
    """What must hold of the rows."""
    options: RunOptions
    learned: Count
    """The version of what it has learned that new runs read by; 0 for rules alone."""
    latest_run_id: str | None
    run_count: Count
    last_run_started_at: datetime | None
    last_run_finished_at: datetime | None
    error_message: str | None
    """Of the latest run."""
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, view: JobView) -> Job:
        """The job as it is answered."""
        job, latest = view.job, view.latest
        return cls(
            **{name: getattr(job, name) for name in _SAME},
            status=view.status,
            fields=[Field.of(field) for field in job.fields],
            rules=[Rule.of(rule) for rule in job.rules],
            options=RunOptions.of(job.options),
            last_run_started_at=latest.started_at if latest else None,
            last_run_finished_at=latest.completed_at if latest else None,
            error_message=latest.error_message if latest else None,
        )


class JobListQuery(PageQuery):
    """Which jobs to list."""

    archived: QueryBool = False
    """True: the archived ones instead."""
    name: Name | None = None
    """Only the job of that name, whatever its case."""


class JobList(Listed):
    """Jobs, sorted by name."""

    model_config = examples.shown(examples.JOB_LIST)

    jobs: list[Job]
    total: Count
    """Jobs that match, over all pages; 1000 stands for that many or more."""


class JobInput(Schema):
    """A job to save. Its first run is created with it."""

    model_config = examples.shown(examples.JOB_INPUT)

    name: Name
    """Unique among your jobs, whatever its case."""
    type: JobKind = "extraction"
    description: Text = ""
    fields: FieldsOrNone = []
    """What to read; may also be said later, run by run."""
    rules: Rules = []
    """What must hold of the rows for nobody to have to look at them."""
    options: RunOptions = RunOptions()


class JobChange(Schema):
    """What to change of a job; what is left out stays. Runs that exist keep what they were created with."""

    model_config = examples.shown(examples.JOB_CHANGE)

    name: Name | None = None
    description: Text | None = None
    fields: Fields | None = None
    rules: Rules | None = None
    options: RunOptions | None = None
    """Replaces the job's options; what is left out of it becomes its default."""
    active: bool | None = None
