"""Results: rows with where each value was read."""

from __future__ import annotations

from sheaf.http.operations import Call, Routes
from sheaf.http.schemas.results import ResultList, ResultQuery, Row
from sheaf.services import results, runs

routes = Routes("results", "Rows, each value with its state, confidence and evidence.")


@routes.get("/jobs/{job_id}/results")
def list_results(call: Call, job_id: str, query: ResultQuery) -> ResultList:
    """List a run's rows in the files' order; a failed file has one row that says why.

    Rows appear as files are completed. A filtered page may come out short while `next_cursor` goes on.
    """
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    page = results.page(call.kernel, run, where=query.record(), after=query.cursor, limit=query.limit)
    return ResultList(job_run_id=run.id, rows=[Row.of(run, row) for row in page.rows], next_cursor=page.cursor)
