"""Runs: isolated executions of a job."""

from __future__ import annotations

from sheaf.domain.runs import Run as Record
from sheaf.http.operations import Answer, Call, Routes
from sheaf.http.schemas.base import RunQuery
from sheaf.http.schemas.runs import Cancellation, Run, RunInput, RunList, RunListQuery, RunSummary
from sheaf.services import cancel, progress, retry, runs, submit
from sheaf.services.records import tag

routes = Routes("runs", "Isolated executions of a job; nothing a later run does changes an earlier one.")


@routes.get("/jobs/{job_id}/runs")
def list_runs(call: Call, job_id: str, query: RunListQuery) -> RunList:
    """List a job's runs, newest first: its execution history."""
    page = runs.listing(call.kernel, call.tenant, job_id, status=query.status, after=query.cursor, limit=query.limit)
    shown = [RunSummary.of(state) for state in progress.of_runs(call.kernel, page.runs)]
    return RunList(runs=shown, total=page.total, latest_run_id=page.latest_run_id, next_cursor=page.cursor)


@routes.post("/jobs/{job_id}/runs", status=201, keyed=True)
def create_run(call: Call, job_id: str, body: RunInput) -> Answer[Run]:
    """Create a further run of a job.

    It starts from the job's fields and options, from those of another run (`clone_from_run_id`), or from a template's fields
    (`template_id`), and becomes the job's latest run.
    """
    run = runs.create(call.kernel, call.tenant, job_id, clone_from_run_id=body.clone_from_run_id, template_id=body.template_id)
    return _answer(call, run, location=f"/api/jobs/{job_id}/runs/{run.id}")


@routes.get("/jobs/{job_id}/runs/{run_id}", guarded=True)
def get_run(call: Call, job_id: str, run_id: str) -> Answer[Run]:
    """Get a run with its set-up and counters."""
    return _answer(call, runs.of_job(call.kernel, call.tenant, job_id, run_id))


@routes.post("/jobs/{job_id}/submit", status=202, keyed=True)
def submit_run(call: Call, job_id: str, query: RunQuery) -> Answer[Run]:
    """Submit a run: its set-up becomes final and the work starts.

    Submitting a run that is submitted or in progress again changes nothing; one that has ended is refused: create a further run. So is a
    run without fields or files, and one with announced files that have not arrived.
    """
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    return _answer(call, submit.submit(call.kernel, call.tenant, run.id))


@routes.post("/jobs/{job_id}/cancel", status=202, keyed=True)
def cancel_run(call: Call, job_id: str, query: RunQuery) -> Cancellation:
    """Cancel a run, whatever it is doing.

    Cancel is final: nothing of the run starts any more, what is open is stopped, and what had finished keeps its results.
    """
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    return Cancellation.of(cancel.cancel(call.kernel, call.tenant, run.id))


@routes.post("/jobs/{job_id}/retry", status=202, keyed=True)
def retry_run(call: Call, job_id: str, query: RunQuery) -> Answer[Run]:
    """Try the failed files of a run again, in the same run.

    Only a partially completed or failed run can be retried; what succeeded stays.
    """
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    return _answer(call, retry.retry_failed(call.kernel, call.tenant, run.id))


def _answer(call: Call, run: Record, location: str | None = None) -> Answer[Run]:
    return Answer(body=Run.of(progress.of_run(call.kernel, run)), tag=tag(run), location=location)
