"""Evaluation: reviewed values as the truth that runs are scored by, and runs beside each other."""

from __future__ import annotations

from sheaf.http.operations import Call, Routes
from sheaf.http.schemas.base import RunQuery
from sheaf.http.schemas.evaluation import ComparisonQuery, RunComparison, RunEvaluation
from sheaf.services import comparison, evaluation, runs

routes = Routes("evaluation", "Scores per field and engine from what people said of values, and two runs compared cell by cell.")


@routes.get("/jobs/{job_id}/evaluation")
def evaluate_run(call: Call, job_id: str, query: RunQuery) -> RunEvaluation:
    """Score a run by the job's edits.

    What was accepted or corrected last, in any run of the job, is the truth of that content; a rejected value is wrong wherever it is
    read again. Any run can be scored: one made with another engine or other settings over the same files is, by the same truth.
    """
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    return RunEvaluation.of(evaluation.evaluate(call.kernel, run))


@routes.get("/jobs/{job_id}/comparison")
def compare_runs(call: Call, job_id: str, query: ComparisonQuery) -> RunComparison:
    """Compare two runs cell by cell: counts per field, and the cells that differ.

    Files are matched by their content, rows by their number. Where people said what is true, it is told which of the runs read it.
    """
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    other = runs.of_job(call.kernel, call.tenant, job_id, query.other_run_id)
    found = comparison.compare(call.kernel, run, other, after=query.cursor, limit=query.limit)
    return RunComparison.of(run.id, other.id, found)
