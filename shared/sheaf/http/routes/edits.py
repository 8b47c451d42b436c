"""Edits: what people say of values that were read."""

from __future__ import annotations

from sheaf.http.operations import Call, Routes
from sheaf.http.schemas.base import PageQuery, RunQuery
from sheaf.http.schemas.edits import EditedRow, EditedRowList, EditHistory, EditsInput
from sheaf.services import edits, jobs, results, runs

routes = Routes("edits", "Accepting, correcting and rejecting values; what was read is kept beside it, and later runs of the job show it.")


@routes.post("/jobs/{job_id}/edits", keyed=True)
def edit_values(call: Call, job_id: str, query: RunQuery, body: EditsInput) -> EditedRowList:
    """Accept, correct or reject values of a run, or withdraw what was said of them.

    Results and exports show the corrected value from then on, here and in later runs that read the same content; earlier runs stay as they
    were. To be told when somebody was faster, give the id of the edit you saw as `seen` (`edited_since`, 409).

    What is said of one row is taken whole or not at all. Of several rows, those named before one that is refused (`edited_since`,
    `too_much_said`) are edited already: read them again before you repeat the call. Whatever makes no sense is refused before anything is
    written.
    """
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    changed = edits.make(call.kernel, run, [change.record() for change in body.edits], by=call.caller)
    with results.judging(call.kernel, run) as judged:
        return EditedRowList(job_run_id=run.id, rows=[EditedRow.of(run, row, judged) for row in changed])


@routes.get("/jobs/{job_id}/edits")
def list_edits(call: Call, job_id: str, query: PageQuery) -> EditHistory:
    """List what was said of a job's values, with who and when; a page holds neighbouring rows together."""
    jobs.get(call.kernel, call.tenant, job_id)
    return EditHistory.of(edits.history(call.kernel, call.tenant, job_id, after=query.cursor, limit=query.limit))
