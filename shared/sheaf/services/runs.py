"""Runs: created, set up step by step, listed."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sheaf.domain import paths
from sheaf.domain.errors import NotFound, PreconditionFailed, Unavailable, WrongState
from sheaf.domain.fields import Field, validate_fields
from sheaf.domain.jobs import Job, RunOptions
from sheaf.domain.rules import Rule, fitting, validate_rules
from sheaf.domain.runs import Origin, Run
from sheaf.domain.states import ConfigStep, RunStatus, check_step_move
from sheaf.ports.store import Create, Order, Query, Update, Where, Write
from sheaf.services import templates
from sheaf.services.events import entry
from sheaf.services.kernel import Kernel
from sheaf.services.records import MAX_RACES, change, check_tag, dump, fetch, load
from sheaf.services.totals import how_many


@dataclass(frozen=True, slots=True)
class RunPage:
    """Runs of a job, newest first; ``cursor`` continues."""

    runs: list[Run]
    cursor: str | None
    #: All of the job's; those of one status as :func:`sheaf.services.totals.how_many` counts.
    total: int
    latest_run_id: str | None


def new(
    kernel: Kernel,
    job: Job,
    *,
    fields: Sequence[Field],
    rules: Sequence[Rule],
    origin: Origin = Origin.MANUAL,
    **source: str | None,
) -> Run:
    """A run of the job that is not stored yet."""
    now = kernel.clock.now()
    return Run(
        id=kernel.ids.new(),
        tenant=job.tenant,
        job_id=job.id,
        number=job.run_count + 1,
        type=job.type,
        fields=tuple(fields),
        rules=tuple(rules),
        options=job.options,
        learned=job.learned,
        origin=origin,
        created_at=now,
        last_active_at=now,
        **source,  # type: ignore[arg-type]  # cloned_from and template_id, both optional ids
    )


def creation(kernel: Kernel, run: Run) -> list[Write]:
    """The writes that store a new run and open it for files."""
    return [
        Create(path=paths.run(run.tenant, run.id), data=dump(run)),
        Create(path=paths.intake(run.tenant, run.id), data={"positions": 0, "files": 0}),
        entry(kernel, run.tenant, run.id, "created", f"Run {run.number} was created.", origin=run.origin.value),
    ]


def create(kernel: Kernel, tenant: str, job_id: str, *, clone_from_run_id: str | None = None, template_id: str | None = None) -> Run:
    """A further run of a job, with the job's fields, another run's (which also brings its options) or a template's (A4).

    The rules come with the fields; beside a template's fields, those of the job's that they can answer.
    """
    for _ in range(MAX_RACES):
        job = fetch(kernel.store, paths.job(tenant, job_id), Job, "job")
        if job.value.archived:
            raise WrongState("The job is archived. Create a new one to run it.", job_id=job_id)
        run = _from_source(kernel, job.value, clone_from_run_id, template_id)
        head = {"latest_run_id": run.id, "run_count": run.number, "updated_at": run.created_at}
        try:
            kernel.store.commit(
                [
                    Update(path=paths.job(tenant, job_id), fields=head, version=job.version),
                    *creation(kernel, run),
                ]
            )
        except PreconditionFailed:
            continue
        return run
    raise Unavailable("Many runs of this job are being created at once. Try again.")


def _from_source(kernel: Kernel, job: Job, clone_from: str | None, template_id: str | None) -> Run:
    if clone_from and template_id:
        raise WrongState("Start a run from another run or from a template, not from both.", code="two_sources")
    if clone_from:
        source = get(kernel, job.tenant, clone_from)
        copied = new(kernel, job, fields=source.fields, rules=source.rules, origin=Origin.CLONE, cloned_from=source.id)
        return replace(copied, options=source.options)
    if template_id:
        template = templates.get(kernel, job.tenant, template_id)
        rules = fitting(job.rules, template.fields)
        return new(kernel, job, fields=template.fields, rules=rules, origin=Origin.TEMPLATE, template_id=template.id)
    return new(kernel, job, fields=job.fields, rules=job.rules)


def get(kernel: Kernel, tenant: str, run_id: str) -> Run:
    """One run; raises NotFound."""
    return fetch(kernel.store, paths.run(tenant, run_id), Run, "run").value


def of_job(kernel: Kernel, tenant: str, job_id: str, run_id: str | None) -> Run:
    """A run of this job, its latest one when none is named (A3); raises NotFound."""
    job = fetch(kernel.store, paths.job(tenant, job_id), Job, "job").value
    wanted = run_id or job.latest_run_id
    if wanted is None:
        raise NotFound("The job has no run yet.", what="run", job_id=job_id)
    run = get(kernel, tenant, wanted)
    if run.job_id != job_id:
        raise NotFound(f"There is no run {wanted!r} of this job.", what="run", id=wanted)
    return run


def last_submitted(kernel: Kernel, tenant: str, job_id: str) -> datetime | None:
    """When a run of the job was last submitted; None where none ever was."""
    newest = (Order("submitted_at", descending=True),)
    page = kernel.store.query(Query(collection=paths.runs(tenant), where=[Where("job_id", "==", job_id)], order=newest, limit=1))
    return load(page.documents[0], Run).value.submitted_at if page.documents else None


def listing(
    kernel: Kernel, tenant: str, job_id: str, *, status: RunStatus | None = None, after: str | None = None, limit: int = 50
) -> RunPage:
    """A job's runs, newest first (A2, E2); raises NotFound when there is no such job."""
    job = fetch(kernel.store, paths.job(tenant, job_id), Job, "job").value
    where = [Where("job_id", "==", job_id)]
    if status is not None:
        where.append(Where("status", "==", status.value))
    query = Query(collection=paths.runs(tenant), where=where, order=(Order("number", descending=True),), limit=limit, after=after)
    page = kernel.store.query(query)
    total = how_many(kernel.store, query) if status else job.run_count
    return RunPage([load(document, Run).value for document in page.documents], page.cursor, total, job.latest_run_id)


def configure(
    kernel: Kernel,
    tenant: str,
    run_id: str,
    *,
    fields: Sequence[Field] | None = None,
    rules: Sequence[Rule] | None = None,
    options: RunOptions | None = None,
    expected: Container[str] | None = None,
) -> Run:
    """Set a pending run's fields, rules or options; raises WrongState once it is submitted.

    ``expected`` are tags of the record, one of which it must still have; raises PreconditionFailed.
    """
    given: dict[str, Any] = {"last_active_at": kernel.clock.now()}
    if fields is not None:
        given["fields"] = validate_fields(fields)
    if options is not None:
        given["options"] = options

    def decide(run: Run) -> dict[str, Any]:
        check_tag(run, expected)
        check_pending(run)
        return given | with_rules(run, given, rules)

    change(kernel.store, paths.run(tenant, run_id), Run, decide)
    return get(kernel, tenant, run_id)


def with_rules(record: Job | Run, given: Mapping[str, Any], rules: Sequence[Rule] | None) -> dict[str, Any]:
    """The rules to write with a change of a job or run; raises InvalidInput where they and the fields do not fit, whichever is given."""
    if rules is None and "fields" not in given:
        return {}
    return {"rules": validate_rules(record.rules if rules is None else rules, given.get("fields") or record.fields)}


def go_to(kernel: Kernel, tenant: str, run_id: str, step: ConfigStep, *, expected: Container[str] | None = None) -> Run:
    """Move the wizard one step on or back to an earlier one (A6); raises WrongState, and PreconditionFailed as above."""

    def decide(run: Run) -> dict[str, Any]:
        check_tag(run, expected)
        check_step_move(run.config_step, step)
        return {"config_step": step, "last_active_at": kernel.clock.now()}

    change(kernel.store, paths.run(tenant, run_id), Run, decide)
    return get(kernel, tenant, run_id)


def check_pending(run: Run) -> None:
    """Raise WrongState unless the run can still be set up."""
    if run.status is not RunStatus.PENDING:
        raise WrongState("The run is submitted; its files and fields are final. Create a new run to change them.", status=run.status.value)
