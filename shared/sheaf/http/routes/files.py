"""The files of a run: announced, uploaded, imported, listed, removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, cast

from flask import Response, redirect
from werkzeug.datastructures import FileStorage

from sheaf.domain.errors import Conflict
from sheaf.domain.runs import Run
from sheaf.domain.tasks import Task
from sheaf.http.operations import Call, Routes
from sheaf.http.schemas.base import RunQuery
from sheaf.http.schemas.files import AddedFiles, FileList, FileListQuery, FilesInput, ImportInput, RunFile, Upload
from sheaf.services import files, progress, runs
from sheaf.services.files import NewFile

routes = Routes("files", "What a run reads. Bytes go straight to the object store by signed URL, or as a form.")

UPLOAD_WITHIN = timedelta(hours=1)
DOWNLOAD_WITHIN = timedelta(minutes=5)


@routes.get("/jobs/{job_id}/files")
def list_files(call: Call, job_id: str, query: FileListQuery) -> FileList:
    """List a run's files in the order they were given, those unpacked from one right behind it."""
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    page = files.listing(call.kernel, call.tenant, run.id, after=query.cursor, limit=query.limit)
    shown = [_shown(call, task, run) for task in page.files]
    return FileList(job_run_id=run.id, files=shown, total=progress.total(call.kernel, run), next_cursor=page.cursor)


@routes.post("/jobs/{job_id}/files", status=201, keyed=True)
def add_files(call: Call, job_id: str, query: RunQuery, body: FilesInput | None, uploads: Sequence[FileStorage]) -> AddedFiles:
    """Announce, upload or import files.

    * **Announce** with `files`: each answered file carries an `upload`, to which its bytes are sent (`PUT`, with its headers); then
      say so with the `uploaded` call. Best for large files and many.
    * **Upload** as `multipart/form-data`, each file as a part named `file`, all together no larger than one file may be. A file that is
      refused leaves those before it in the run.
    * **Import** with `import`: files of the server by path, or those of another run.

    Not once the run is submitted.
    """
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    if body is not None and body.import_ is not None:
        return AddedFiles(job_run_id=run.id, files=[], imported=_import(call, run, body.import_))
    if body is not None and body.files is not None:
        added = files.announce(call.kernel, call.tenant, run.id, [new.record() for new in body.files])
    else:
        added = [_take(call, run, upload) for upload in uploads]
    return AddedFiles(job_run_id=run.id, files=[_shown(call, task, run) for task in added], imported=0)


def _import(call: Call, run: Run, source: ImportInput) -> int:
    if source.from_run_id is not None:
        return files.copy_from(call.kernel, call.tenant, run.id, source.from_run_id)
    chosen = [Path(path) for path in source.paths or ()]
    return files.import_paths(call.kernel, call.tenant, run.id, [(path, path.name) for path in chosen])


def _take(call: Call, run: Run, upload: FileStorage) -> Task:
    new = NewFile(name=upload.filename or "", content_type=upload.mimetype)
    return files.add(call.kernel, call.tenant, run.id, new, cast("BinaryIO", upload.stream))


@routes.get("/jobs/{job_id}/files/{file_id}")
def get_file(call: Call, job_id: str, file_id: str, query: RunQuery) -> RunFile:
    """Get one file; while its bytes are awaited, with a fresh `upload`."""
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    return _shown(call, files.get(call.kernel, call.tenant, run.id, file_id), run)


@routes.delete("/jobs/{job_id}/files/{file_id}")
def remove_file(call: Call, job_id: str, file_id: str, query: RunQuery) -> None:
    """Take a file out of a run. Not once it is submitted."""
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    files.remove(call.kernel, call.tenant, run.id, file_id)


@routes.post("/jobs/{job_id}/files/{file_id}/uploaded")
def confirm_upload(call: Call, job_id: str, file_id: str, query: RunQuery) -> RunFile:
    """Say that an announced file's bytes have been sent; the answer tells its size and format."""
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    return _shown(call, files.arrived(call.kernel, call.tenant, run.id, file_id), run)


@routes.get("/jobs/{job_id}/files/{file_id}/content", status=302, media={"application/octet-stream": "The file's bytes."})
def get_file_content(call: Call, job_id: str, file_id: str, query: RunQuery) -> Response:
    """Get a file's bytes: a redirect to a signed URL that holds for five minutes."""
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    task = files.get(call.kernel, call.tenant, run.id, file_id)
    if not task.uploaded:
        raise Conflict("The bytes of this file have not arrived.", code="not_uploaded", file_id=file_id)
    name = task.filename.rpartition("/")[2]
    return cast("Response", redirect(call.absolute(call.kernel.blobs.download_url(task.blob, expires_in=DOWNLOAD_WITHIN, file_name=name))))


def _shown(call: Call, task: Task, run: Run) -> RunFile:
    awaited = not task.uploaded and run.submitted_at is None
    return RunFile.of(task, run, _upload(call, task) if awaited else None)


def _upload(call: Call, task: Task) -> Upload:
    most = call.kernel.policy.max_file_bytes
    signed = call.kernel.blobs.upload_url(task.blob, expires_in=UPLOAD_WITHIN, max_bytes=most, content_type=task.content_type)
    return Upload(
        url=call.absolute(signed.url),
        method="PUT",
        headers=dict(signed.headers),
        expires_at=call.kernel.clock.now() + UPLOAD_WITHIN,
        max_bytes=most,
    )
