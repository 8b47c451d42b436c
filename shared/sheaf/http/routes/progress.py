"""How far a run is, what happened to it, and what it used."""

from __future__ import annotations

from sheaf.http.operations import Call, Routes
from sheaf.http.schemas.base import RunPageQuery, RunQuery
from sheaf.http.schemas.logs import Event, Log
from sheaf.http.schemas.runs import Progress
from sheaf.http.schemas.usage import MonthQuery, MonthUsage, RunUsage, Usage
from sheaf.services import events, progress, runs, usage

routes = Routes("progress", "How far runs are, what happened to them, and what they used.")


@routes.get("/jobs/{job_id}/progress")
def get_progress(call: Call, job_id: str, query: RunQuery) -> Progress:
    """Get how far a run is; cheap to ask, whatever the number of files."""
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    return Progress.of(progress.of_run(call.kernel, run))


@routes.get("/jobs/{job_id}/logs")
def list_events(call: Call, job_id: str, query: RunPageQuery) -> Log:
    """List what happened to a run, oldest first."""
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    page = events.log(call.kernel, call.tenant, run.id, after=query.cursor, limit=query.limit)
    return Log(job_run_id=run.id, events=[Event.of(event) for event in page.events], next_cursor=page.cursor)


@routes.get("/jobs/{job_id}/usage")
def get_run_usage(call: Call, job_id: str, query: RunQuery) -> RunUsage:
    """Get what a run used, and what its job's ended runs used together."""
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    used = progress.counts(call.kernel, run).usage
    return RunUsage(job_run_id=run.id, run=Usage.of(used), job=Usage.of(usage.of_job(call.kernel, call.tenant, job_id)))


@routes.get("/usage")
def get_month_usage(call: Call, query: MonthQuery) -> MonthUsage:
    """Get what all runs that ended in a month used."""
    month = query.month or f"{call.kernel.clock.now():%Y-%m}"
    return MonthUsage(month=month, usage=Usage.of(usage.of_month(call.kernel, call.tenant, month)))
