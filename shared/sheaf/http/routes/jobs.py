"""Jobs: saved work."""

from __future__ import annotations

from sheaf.domain.errors import NotFound
from sheaf.http.operations import Answer, Call, Routes
from sheaf.http.schemas.base import given
from sheaf.http.schemas.fields import records
from sheaf.http.schemas.jobs import Job, JobChange, JobInput, JobList, JobListQuery
from sheaf.http.schemas.rules import records as rule_records
from sheaf.services import jobs
from sheaf.services.jobs import JobView
from sheaf.services.records import tag

routes = Routes("jobs", "Saved work: which fields to read. Creating a job creates its first run.")


@routes.get("/jobs")
def list_jobs(call: Call, query: JobListQuery) -> JobList:
    """List jobs, sorted by name."""
    if query.name is not None:
        return _named(call, query.name)
    page = jobs.listing(call.kernel, call.tenant, archived=query.archived, after=query.cursor, limit=query.limit)
    return JobList(jobs=[Job.of(view) for view in page.jobs], total=page.total, next_cursor=page.cursor)


def _named(call: Call, name: str) -> JobList:
    try:
        found = [Job.of(jobs.find(call.kernel, call.tenant, name))]
    except NotFound:
        found = []
    return JobList(jobs=found, total=len(found), next_cursor=None)


@routes.post("/jobs", status=201, keyed=True)
def create_job(call: Call, body: JobInput) -> Answer[Job]:
    """Create a job and its first run.

    The answer's `latest_run_id` names the run, which waits for files, fields and options until it is submitted.
    """
    view = jobs.create(
        call.kernel,
        call.tenant,
        name=body.name,
        type=body.type,
        description=body.description,
        fields=records(body.fields),
        rules=rule_records(body.rules),
        options=body.options.record(call.settings),
    )
    return _answer(view, location=f"/api/jobs/{view.job.id}")


@routes.get("/jobs/{job_id}", guarded=True)
def get_job(call: Call, job_id: str) -> Answer[Job]:
    """Get a job, with how its latest run stands.

    The `ETag` is that of the saved job; its status, which follows from the latest run, is no part of it.
    """
    return _answer(jobs.get(call.kernel, call.tenant, job_id))


@routes.patch("/jobs/{job_id}", guarded=True)
def change_job(call: Call, job_id: str, body: JobChange) -> Answer[Job]:
    """Change a job.

    What is left out stays as it is. Runs that exist keep what they were created with. With `If-Match` the change is made only to the
    version that was read.
    """
    changes = given(body, "name", "description", "active")
    if body.fields is not None:
        changes["fields"] = records(body.fields)
    if body.rules is not None:
        changes["rules"] = rule_records(body.rules)
    if body.options is not None:
        changes["options"] = body.options.record(call.settings)
    return _answer(jobs.update(call.kernel, call.tenant, job_id, expected=call.expected, **changes))


@routes.delete("/jobs/{job_id}")
def archive_job(call: Call, job_id: str) -> None:
    """Archive a job.

    It leaves the list and its name is free again; its runs and their results stay readable. Not while a run is at work.
    """
    jobs.archive(call.kernel, call.tenant, job_id)


def _answer(view: JobView, location: str | None = None) -> Answer[Job]:
    return Answer(body=Job.of(view), tag=tag(view.job), location=location)
