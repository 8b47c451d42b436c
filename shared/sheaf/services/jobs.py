"""Jobs: saved work and its first run."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sheaf.domain import paths
from sheaf.domain.errors import WrongState
from sheaf.domain.fields import Field, validate_fields
from sheaf.domain.jobs import Job, RunOptions
from sheaf.domain.rules import Rule, validate_rules
from sheaf.domain.runs import Run
from sheaf.domain.states import RUN_ACTIVE, JobStatus, job_status
from sheaf.ports.store import Create, Order, Query, Where
from sheaf.services import names, runs
from sheaf.services.kernel import Kernel
from sheaf.services.records import change, check_tag, dump, fetch, load
from sheaf.services.totals import how_many

_KIND = "jobs"


@dataclass(frozen=True, slots=True)
class JobView:
    """A job and its latest run, from which its status follows."""

    job: Job
    latest: Run | None

    @property
    def status(self) -> JobStatus:
        """READY, RUNNING, FINISHED or FAILED."""
        return job_status(self.latest.status if self.latest else None)


@dataclass(frozen=True, slots=True)
class JobPage:
    """Jobs by name; ``cursor`` continues."""

    jobs: list[JobView]
    cursor: str | None
    #: As :func:`sheaf.services.totals.how_many` counts.
    total: int


def create(
    kernel: Kernel,
    tenant: str,
    *,
    name: str,
    type: str = "extraction",  # noqa: A002 - the record's own word, and the API's
    description: str = "",
    fields: Sequence[Field] = (),
    rules: Sequence[Rule] = (),
    options: RunOptions | None = None,
) -> JobView:
    """Save a job and create its first run; its fields may come later. Raises Conflict when the name is taken."""
    now = kernel.clock.now()
    kernel.job_types(type)
    job = Job(
        id=kernel.ids.new(),
        tenant=tenant,
        name=names.clean(name),
        type=type,
        description=description,
        fields=validate_fields(fields) if fields else (),
        rules=validate_rules(rules, fields),
        options=options or RunOptions(),
        created_at=now,
        updated_at=now,
    )
    first = runs.new(kernel, job, fields=job.fields, rules=job.rules)
    job = replace(job, latest_run_id=first.id, run_count=1)
    writes = [Create(path=paths.job(tenant, job.id), data=dump(job)), *runs.creation(kernel, first)]
    names.commit(kernel, tenant, _KIND, job.name, [names.claim(tenant, _KIND, job.name, job.id), *writes])
    return JobView(job, first)


def get(kernel: Kernel, tenant: str, job_id: str) -> JobView:
    """A job with its latest run; raises NotFound."""
    job = fetch(kernel.store, paths.job(tenant, job_id), Job, "job").value
    return _with_latest(kernel, [job])[0]


def find(kernel: Kernel, tenant: str, name: str) -> JobView:
    """The job of that name, whatever its case; raises NotFound."""
    return get(kernel, tenant, names.holder(kernel, tenant, _KIND, name, "job"))


def listing(kernel: Kernel, tenant: str, *, archived: bool = False, after: str | None = None, limit: int = 50) -> JobPage:
    """The tenant's jobs, sorted by name (D4)."""
    query = Query(
        collection=paths.jobs(tenant), where=(Where("archived", "==", archived),), order=(Order("name"),), limit=limit, after=after
    )
    page = kernel.store.query(query)
    jobs = [load(document, Job).value for document in page.documents]
    return JobPage(_with_latest(kernel, jobs), page.cursor, how_many(kernel.store, query))


def update(  # noqa: PLR0913 - one for each part that can be changed
    kernel: Kernel,
    tenant: str,
    job_id: str,
    *,
    name: str | None = None,
    description: str | None = None,
    fields: Sequence[Field] | None = None,
    rules: Sequence[Rule] | None = None,
    options: RunOptions | None = None,
    active: bool | None = None,
    expected: Container[str] | None = None,
) -> JobView:
    """Change what is given; runs that exist keep what they were created with.

    ``expected`` are tags of the record, one of which it must still have; raises PreconditionFailed, Conflict and WrongState.
    """
    wanted: dict[str, Any] = {
        "name": names.clean(name) if name is not None else None,
        "description": description,
        "fields": validate_fields(fields) if fields is not None else None,
        "options": options,
        "active": active,
    }
    given = {key: value for key, value in wanted.items() if value is not None} | {"updated_at": kernel.clock.now()}

    def decide(job: Job) -> dict[str, Any]:
        check_tag(job, expected)
        if job.archived:
            raise WrongState("The job is archived and stays as it is. Create a new one.", job_id=job_id)
        if "name" in given:
            names.check_free(kernel, tenant, _KIND, given["name"], job_id)
        return given | runs.with_rules(job, given, rules)

    change(
        kernel.store,
        paths.job(tenant, job_id),
        Job,
        decide,
        also=lambda job: names.rename(tenant, _KIND, job.name, given.get("name", job.name), job.id),
    )
    return get(kernel, tenant, job_id)


def archive(kernel: Kernel, tenant: str, job_id: str) -> None:
    """Take a job off the list and free its name; its runs stay readable. Raises WrongState while a run is active."""
    view = get(kernel, tenant, job_id)
    if view.latest and view.latest.status in RUN_ACTIVE:
        raise WrongState("The job's latest run is still at work. Cancel it first.", run_id=view.latest.id)
    change(
        kernel.store,
        paths.job(tenant, job_id),
        Job,
        lambda job: None if job.archived else {"archived": True, "active": False, "updated_at": kernel.clock.now()},
        also=lambda job: [names.free(tenant, _KIND, job.name)],
    )


def _with_latest(kernel: Kernel, jobs: Sequence[Job]) -> list[JobView]:
    wanted = [paths.run(job.tenant, job.latest_run_id) for job in jobs if job.latest_run_id]
    found = {document.id: load(document, Run).value for document in kernel.store.get_many(wanted) if document}
    return [JobView(job, found.get(job.latest_run_id or "")) for job in jobs]
