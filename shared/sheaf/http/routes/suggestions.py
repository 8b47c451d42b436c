"""Suggestions: fields that a run's files suggest."""

from __future__ import annotations

from sheaf.http.operations import Answer, Call, Routes
from sheaf.http.schemas.base import RunQuery
from sheaf.http.schemas.suggestions import SuggestionList
from sheaf.services import runs, suggesting

routes = Routes("suggestions", "Fields suggested from what a run's first files hold.")


@routes.post("/jobs/{job_id}/suggestions", status=202, keyed=True)
def suggest_fields(call: Call, job_id: str, query: RunQuery) -> Answer[SuggestionList]:
    """Have fields suggested from a run's first files.

    The worker looks at up to 20 of them, read or not: values that documents share, labels and form fields of their own, tables with their
    columns. Nothing of the run changes; take what fits into its fields. What was suggested before is replaced.
    """
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    wanted = suggesting.request(call.kernel, run)
    return Answer(body=SuggestionList.of(wanted), location=f"/api/jobs/{job_id}/suggestions?run_id={run.id}")


@routes.get("/jobs/{job_id}/suggestions")
def list_suggestions(call: Call, job_id: str, query: RunQuery) -> SuggestionList:
    """List the fields that a run's files suggest, as they were last asked for."""
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    return SuggestionList.of(suggesting.get(call.kernel, run))
