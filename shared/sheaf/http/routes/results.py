"""Results: rows with where each value was read."""

from __future__ import annotations

from sheaf.http.operations import Call, Routes
from sheaf.http.schemas.results import ResultList, ResultQuery, Row
from sheaf.http.schemas.rules import ViolationList, ViolationQuery
from sheaf.services import results, runs, violations

routes = Routes("results", "Rows, each value with its state, confidence and evidence.")


@routes.get("/jobs/{job_id}/results")
def list_results(call: Call, job_id: str, query: ResultQuery) -> ResultList:
    """List a run's rows in the files' order; a failed file has one row that says why.

    Rows appear as files are completed. A filtered page may come out short while `next_cursor` goes on.
    """
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    page = results.page(call.kernel, run, where=query.record(), after=query.cursor, limit=query.limit)
    return ResultList(job_run_id=run.id, rows=[Row.of(run, row) for row in page.rows], next_cursor=page.cursor)


@routes.get("/jobs/{job_id}/violations")
def list_violations(call: Call, job_id: str, query: ViolationQuery) -> ViolationList:
    """Sum up which of a run's rules do not hold, and of which rows.

    Rows are judged as people left them, 5,000 or a few more for an answer; add up what `next_cursor` leads to for a longer run.
    """
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    return ViolationList.of(run.id, violations.summary(call.kernel, run, after=query.cursor))
