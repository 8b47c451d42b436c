"""Imports: files on their way from a folder elsewhere into a run."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field as Bound
from pydantic import StringConstraints

from sheaf.domain.imports import Import as Record
from sheaf.domain.imports import ImportStatus
from sheaf.http.schemas import examples
from sheaf.http.schemas.base import Count, Id, OfRun, Schema, Whole

FolderUrl = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9+.-]{0,30}://[^\x00-\x1f\x7f]+$", max_length=1_200)]
Pattern = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class RefusedFile(Schema):
    """A file that was found and not imported."""

    name: str
    reason: str


class Import(OfRun):
    """An import, and how far it has come."""

    model_config = examples.shown(examples.FOLDER_IMPORT)

    id: Id
    job_id: Id
    url: str
    pattern: str
    max_files: Count
    status: ImportStatus
    """`running` until it is over; `failed` when the folder could not be read to its end, `cancelled` when the run was."""
    imported: Count
    """Files that it brought into the run."""
    bytes: Count
    known: Count
    """Files that the run had already, in that very version."""
    refused: Count
    """Files that could not be imported; the first of them are in `refused_files`."""
    refused_files: list[RefusedFile]
    more: bool
    """Whether there were more files than `max_files`."""
    error_message: str | None
    created_at: datetime
    last_active_at: datetime
    completed_at: datetime | None

    @classmethod
    def of(cls, record: Record) -> Import:
        """The import as it is answered."""
        same = {name: getattr(record, name) for name in cls.model_fields if name not in {"job_run_id", "refused_files"}}
        refused = [RefusedFile(name=file.name, reason=file.reason) for file in record.refused_files]
        return cls.model_validate(same | {"job_run_id": record.run_id, "refused_files": refused})


class ImportList(OfRun):
    """The imports of a run, oldest first."""

    model_config = examples.shown(examples.FOLDER_IMPORT_LIST)

    imports: list[Import]


class FolderInput(Schema):
    """What to import from elsewhere."""

    model_config = examples.shown(examples.FOLDER_INPUT)

    url: FolderUrl
    """A folder, such as `s3://bucket/invoices/` or `gs://bucket/invoices/`, with all below it; or one file."""
    pattern: Pattern = "*"
    """Only files whose path below the folder looks so, whatever their case: `*.pdf`."""
    max_files: Annotated[int, Bound(ge=1, le=200_000), Whole] | None = None
    """As many as a run takes when left out."""
