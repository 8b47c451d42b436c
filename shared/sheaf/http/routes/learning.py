"""Learning: what a job makes of the edits of its values."""

from __future__ import annotations

from sheaf.http.operations import Answer, Call, Routes
from sheaf.http.schemas.base import PageQuery
from sheaf.http.schemas.learning import LearnedChoice, LearnedList, LearnedVersion
from sheaf.services import learning

routes = Routes("learning", "What a job learns from corrected values: versions, tried before they are used, and revertible.")


@routes.post("/jobs/{job_id}/learned", status=202, keyed=True)
def learn(call: Call, job_id: str) -> Answer[LearnedVersion]:
    """Learn from the job's edits.

    The worker makes a further version from the documents with accepted or corrected values, three at least, and tries it on each of them
    without having learned from that one. It is used by later runs only where it reads more of them rightly; the version says so.
    """
    version = learning.request(call.kernel, call.tenant, job_id)
    return Answer(body=LearnedVersion.of(version), location=f"/api/jobs/{job_id}/learned")


@routes.get("/jobs/{job_id}/learned")
def list_learned(call: Call, job_id: str, query: PageQuery) -> LearnedList:
    """List the versions of what a job has learned, the newest first."""
    return LearnedList.of(learning.history(call.kernel, call.tenant, job_id, after=query.cursor, limit=query.limit))


@routes.put("/jobs/{job_id}/learned")
def use_learned(call: Call, job_id: str, body: LearnedChoice) -> LearnedList:
    """Choose the version that new runs read by; runs that exist keep theirs."""
    return LearnedList.of(learning.use(call.kernel, call.tenant, job_id, body.version))
