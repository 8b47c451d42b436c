"""Imports: files that come into a run from a folder elsewhere."""

from __future__ import annotations

from sheaf.http.operations import Answer, Call, Routes
from sheaf.http.schemas.base import RunQuery
from sheaf.http.schemas.imports import FolderInput, Import, ImportList
from sheaf.services import imports, runs

routes = Routes("imports", "Files that come into a run from a folder elsewhere, while it is being set up.")


@routes.post("/jobs/{job_id}/imports", status=202, keyed=True)
def start_import(call: Call, job_id: str, query: RunQuery, body: FolderInput) -> Answer[Import]:
    """Import files from a folder elsewhere.

    The installation reads the folder with its own credentials. The files come bit by bit; the import tells how far it is. A version of a
    file comes into a run once, so the same import can be asked for again. The run can be submitted when it is over.
    """
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    started = imports.start(call.kernel, call.tenant, run.id, url=body.url, pattern=body.pattern, max_files=body.max_files)
    return Answer(body=Import.of(started), location=f"/api/jobs/{job_id}/imports/{started.id}?run_id={run.id}")


@routes.get("/jobs/{job_id}/imports")
def list_imports(call: Call, job_id: str, query: RunQuery) -> ImportList:
    """List a run's imports, oldest first."""
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    found = imports.listing(call.kernel, call.tenant, run.id)
    return ImportList(job_run_id=run.id, imports=[Import.of(record) for record in found])


@routes.get("/jobs/{job_id}/imports/{import_id}")
def get_import(call: Call, job_id: str, import_id: str, query: RunQuery) -> Import:
    """Get one import, and how far it has come."""
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    return Import.of(imports.get(call.kernel, call.tenant, run.id, import_id))
