"""The files of a run: announced, uploaded, imported."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field as Bound
from pydantic import StringConstraints, model_validator

from sheaf.domain.runs import Run
from sheaf.domain.states import TaskStatus
from sheaf.domain.tasks import Link, Task, shown_status
from sheaf.http.schemas import examples
from sheaf.http.schemas.base import Count, FileName, Id, Listed, OfRun, RunPageQuery, Schema, Whole
from sheaf.services.files import NewFile

#: Files that one request may announce, and import by path.
MAX_ANNOUNCED = 500
MAX_IMPORTED = 10_000

Url = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
#: As browsers and servers write it; it never decides how a file is read.
MediaType = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9!#$&^_.+-]{1,64}/[a-zA-Z0-9!#$&^_.+-]{1,64}$")]
#: Ids of other systems' records.
ForeignId = Annotated[str, StringConstraints(min_length=1, max_length=200)]
ServerPath = Annotated[str, StringConstraints(min_length=1, max_length=4_096)]
OptionText = Annotated[str, StringConstraints(max_length=2_000)]
TaskOptions = Annotated[dict[OptionText, OptionText | int | float | bool | None], Bound(max_length=50)]


class Upload(Schema):
    """Where to send a file's bytes: one request, by whoever holds the address."""

    url: str
    method: str
    headers: dict[str, str]
    """To be sent as they are."""
    expires_at: datetime
    max_bytes: Count


class File(OfRun):
    """A file of a run."""

    id: Id
    job_id: Id
    filename: str
    file_url: str
    """Where it came from."""
    file_version: str | None
    """Of what lay there when it was imported: a generation or an ETag."""
    file_size: Count
    format: str
    """By its content, not its name; `unknown` until the bytes are there."""
    content_type: str
    uploaded: bool
    """False until the bytes of an announced file have arrived."""
    status: TaskStatus
    record_id: str | None
    field_id: str | None
    attachment_id: str | None
    parent_id: str | None
    """The archive or message that it was unpacked from."""
    depth: Count
    options: dict[str, str | int | float | bool | None]
    created_at: datetime

    @staticmethod
    def members_of(task: Task, run: Run) -> dict[str, object]:
        """What every answer about a file says of it."""
        same = {name: getattr(task, name) for name in _SAME}
        return same | {"job_run_id": run.id, "status": shown_status(task, run), "options": dict(task.options)}


_SAME = (
    *("id", "job_id", "filename", "file_url", "file_version", "file_size", "format", "content_type", "uploaded", "created_at"),
    *("record_id", "field_id", "attachment_id", "parent_id", "depth"),
)


class RunFile(File):
    """A file of a run; with where to send its bytes while they are awaited."""

    model_config = examples.shown(examples.RUN_FILE)

    upload: Upload | None = None

    @classmethod
    def of(cls, task: Task, run: Run, upload: Upload | None = None) -> RunFile:
        """The file as it is answered."""
        return cls.model_validate(cls.members_of(task, run) | {"upload": upload})


class FileListQuery(RunPageQuery):
    """Which files of which run to list."""


class FileList(OfRun, Listed):
    """A run's files in the order they were given, those unpacked from one right behind it."""

    model_config = examples.shown(examples.FILE_LIST)

    files: list[RunFile]
    total: Count


class AddedFiles(OfRun):
    """Files taken into a run."""

    model_config = examples.shown(examples.ADDED_FILES)

    files: list[RunFile]
    """The announced or uploaded ones, in the order of the request."""
    imported: Count
    """How many were imported; list the run's files to see them."""


class FileInput(Schema):
    """A file whose bytes are uploaded next."""

    name: FileName
    """Its path or name; folders are kept, what would leave the run's own is dropped."""
    size: Count | None = None
    """In bytes, when known; a size that is not allowed is then refused before the upload."""
    content_type: MediaType | None = None
    """By its name when left out."""
    file_url: Url | None = None
    """Where it came from, for finding it by."""
    record_id: ForeignId | None = None
    """The record elsewhere that it is attached to."""
    field_id: ForeignId | None = None
    attachment_id: ForeignId | None = None
    options: TaskOptions = {}
    """Kept with its task."""
    max_retries: Annotated[int, Bound(ge=0, le=100), Whole] | None = None
    """The run's when left out."""

    @model_validator(mode="after")
    def _linked(self) -> Self:
        if self.record_id is None and (self.field_id or self.attachment_id):
            raise ValueError("field_id and attachment_id belong to a record: give its record_id too")
        return self

    def record(self) -> NewFile:
        """The file as the service takes it."""
        link = Link(record_id=self.record_id, field_id=self.field_id, attachment_id=self.attachment_id) if self.record_id else None
        return NewFile(
            name=self.name,
            size=self.size or 0,
            content_type=self.content_type or "",
            url=self.file_url or "",
            link=link,
            options=dict(self.options),
            max_retries=self.max_retries,
        )


class ImportInput(Schema):
    """Files that are there already: on this machine, or in another run."""

    paths: Annotated[list[ServerPath], Bound(min_length=1, max_length=MAX_IMPORTED)] | None = None
    """Absolute paths on the server, below the folders it imports from."""
    from_run_id: Id | None = None
    """A run whose files are copied, without what was unpacked from them."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.paths is None) == (self.from_run_id is None):
            raise ValueError("give either paths or from_run_id")
        return self


class FilesInput(Schema):
    """Files to announce, or to import."""

    model_config = examples.shown(examples.ANNOUNCEMENT, examples.IMPORT)

    files: Annotated[list[FileInput], Bound(min_length=1, max_length=MAX_ANNOUNCED)] | None = None
    import_: Annotated[ImportInput | None, Bound(alias="import")] = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.files is None) == (self.import_ is None):
            raise ValueError("give either files or import")
        return self
