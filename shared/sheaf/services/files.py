"""The files of a run: announced, uploaded, imported, listed, removed until the run is submitted.

A file is stored as its task from the start. The run's intake document counts positions, so that files stay in the order they were
given, and every commit that adds or removes one updates it: submitting deletes it at the version it has checked, so no file can slip in
or out behind the check.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from sheaf.domain import paths
from sheaf.domain.errors import Conflict, InvalidInput, NotFound, PreconditionFailed, WrongState
from sheaf.domain.runs import Run
from sheaf.domain.states import TaskStatus
from sheaf.domain.tasks import Link, Task, Unpacking
from sheaf.ports.store import Create, Delete, Increment, Order, Query, Update, Where
from sheaf.services import runs
from sheaf.services.kernel import Kernel
from sheaf.services.records import dump, fetch, load
from sheaf.services.streams import Bounded

#: Bytes at the start of a file that tell its format.
HEAD_BYTES = 65_536
#: Files stored in one commit.
BATCH = 200
_POSITION_DIGITS = 7
_MAX_NAME = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class NewFile:
    """A file to be added to a run."""

    name: str
    size: int = 0
    content_type: str = ""
    url: str = ""
    #: Which version of the file at ``url`` it is.
    version: str = ""
    link: Link | None = None
    #: Kept with its task.
    options: Mapping[str, Any] = field(default_factory=dict)
    #: The run's when None.
    max_retries: int | None = None


@dataclass(frozen=True, slots=True)
class FilePage:
    """Files of a run in the order they were given; ``cursor`` continues."""

    files: list[Task]
    cursor: str | None


def announce(kernel: Kernel, tenant: str, run_id: str, files: Sequence[NewFile]) -> list[Task]:
    """Take files into the run whose bytes are uploaded next, straight to the object store; raises WrongState once submitted."""
    run = _open_run(kernel, tenant, run_id)
    tasks = [as_task(kernel, run, new, uploaded=False) for new in files]
    return _store(kernel, run, tasks)


def arrived(kernel: Kernel, tenant: str, run_id: str, file_id: str) -> Task:
    """Note that an announced file's bytes are there: learn its size and format. The same call twice changes nothing."""
    run = _open_run(kernel, tenant, run_id)
    stored = fetch(kernel.store, paths.task(tenant, run_id, file_id), Task, "file")
    if stored.value.uploaded:
        return stored.value
    known = inspected(kernel, stored.value)
    touch(kernel, run, [Update(path=paths.task(tenant, run_id, file_id), fields=dump(known), version=stored.version)])
    return fetch(kernel.store, paths.task(tenant, run_id, file_id), Task, "file").value


def add(kernel: Kernel, tenant: str, run_id: str, new: NewFile, data: BinaryIO) -> Task:
    """Store a file's bytes and take it into the run; raises InvalidInput when they are too many, WrongState once it is submitted."""
    run = _open_run(kernel, tenant, run_id)
    task = _with_bytes(kernel, run, new, data)
    try:
        return _store(kernel, run, [task])[0]
    except (InvalidInput, WrongState):
        kernel.blobs.delete(task.blob)
        raise


def import_paths(kernel: Kernel, tenant: str, run_id: str, sources: Iterable[tuple[Path, str]]) -> int:
    """Copy files of this machine into the run, each under the name given with it, in order; says how many.

    Raises InvalidInput for a path outside the folders that the installation allows.
    """
    run = _open_run(kernel, tenant, run_id)
    pending, count = iter(sources), 0
    while batch := list(islice(pending, BATCH)):
        tasks = [_imported(kernel, run, path, name) for path, name in batch]
        count += len(_store(kernel, run, tasks))
    return count


def copy_from(kernel: Kernel, tenant: str, run_id: str, source_run_id: str) -> int:
    """Copy the files that were given to another run (not what was unpacked of them) into this one; says how many."""
    run = _open_run(kernel, tenant, run_id)
    if source_run_id == run_id:
        raise InvalidInput("The files of a run cannot be copied into itself. Name another run.", code="same_run", field="source_run_id")
    runs.get(kernel, tenant, source_run_id)
    count, after = 0, None
    while True:
        page = listing(kernel, tenant, source_run_id, after=after, limit=BATCH)
        given = [task for task in page.files if task.parent_id is None and task.uploaded]
        count += len(_store(kernel, run, [_copied(kernel, run, task) for task in given]))
        if page.cursor is None:
            return count
        after = page.cursor


def listing(
    kernel: Kernel, tenant: str, run_id: str, *, status: TaskStatus | None = None, after: str | None = None, limit: int = 50
) -> FilePage:
    """A run's files in the order they were given, members behind their container; those of one stored status on demand."""
    where = [Where("status", "==", status.value)] if status else []
    query = Query(collection=paths.tasks(tenant, run_id), where=where, order=(Order("position"),), limit=limit, after=after)
    page = kernel.store.query(query)
    return FilePage([load(document, Task).value for document in page.documents], page.cursor)


def get(kernel: Kernel, tenant: str, run_id: str, file_id: str) -> Task:
    """One file with its task; raises NotFound."""
    return fetch(kernel.store, paths.task(tenant, run_id, file_id), Task, "file").value


def remove(kernel: Kernel, tenant: str, run_id: str, file_id: str) -> None:
    """Take a file out of a run that is not submitted yet; raises NotFound and WrongState."""
    run, path = _open_run(kernel, tenant, run_id), paths.task(tenant, run_id, file_id)
    stored = fetch(kernel.store, path, Task, "file")
    info = kernel.blobs.info(stored.value.blob)
    if stored.value.uploaded:  # the bytes go before the file does: an import that finds it gone may bring both again at once
        touch(kernel, run, [Update(path=path, fields={"uploaded": False}, version=stored.version)])
        stored = fetch(kernel.store, path, Task, "file")
    if info is not None:
        kernel.blobs.delete(stored.value.blob, generation=info.generation)
    touch(kernel, run, [Delete(path=path, version=stored.version)], files=-1)


def _open_run(kernel: Kernel, tenant: str, run_id: str) -> Run:
    run = runs.get(kernel, tenant, run_id)
    runs.check_pending(run)
    return run


def as_task(kernel: Kernel, run: Run, new: NewFile, *, uploaded: bool, id_: str = "") -> Task:
    """A file as its task, not stored yet; raises InvalidInput for a name or a size that no file may have."""
    link = new.link or Link(record_id="")
    name = clean_name(new.name)
    check_size(kernel, name, new.size)
    id_ = id_ or kernel.ids.new()
    return Task(
        id=id_,
        tenant=run.tenant,
        run_id=run.id,
        job_id=run.job_id,
        position="",
        filename=name,
        file_url=new.url or f"upload:{name}",
        file_version=new.version or None,
        file_size=new.size,
        format="unknown",
        blob=paths.upload_object(run.tenant, run.job_id, run.id, id_),
        uploaded=uploaded,
        content_type=new.content_type or mimetypes.guess_type(name)[0] or "application/octet-stream",
        record_id=link.record_id or None,
        field_id=link.field_id,
        attachment_id=link.attachment_id,
        options=new.options,
        max_retries=run.options.retry.max_retries if new.max_retries is None else new.max_retries,
        created_at=kernel.clock.now(),
    )


def check_size(kernel: Kernel, name: str, size: int) -> None:
    """Raise InvalidInput for more bytes than a file may have."""
    if size > kernel.policy.max_file_bytes:
        raise InvalidInput(f"{name} is larger than the {kernel.policy.max_file_bytes} bytes a file may have.", code="file_too_large")


def clean_name(name: str) -> str:
    """A relative file name without anything that could name another place; raises InvalidInput when nothing is left."""
    shown = "".join(c for c in name.replace("\\", "/") if c.isprintable())
    parts = [part.strip() for part in shown.split("/")]
    safe = "/".join(part for part in parts if part.strip(".") and not part.endswith(":"))
    if not safe or len(safe) > _MAX_NAME:
        raise InvalidInput(f"{name[:80]!r} cannot be a file name.", field="name")
    return safe


def _with_bytes(kernel: Kernel, run: Run, new: NewFile, data: BinaryIO) -> Task:
    task = as_task(kernel, run, new, uploaded=True)
    bounded = Bounded(data, lambda size: check_size(kernel, task.filename, size))
    kernel.blobs.put(task.blob, cast("BinaryIO", bounded), content_type=task.content_type)
    return _replace(task, inspected(kernel, task))


def _imported(kernel: Kernel, run: Run, path: Path, name: str) -> Task:
    real = path.resolve()
    if not any(real.is_relative_to(root.resolve()) for root in kernel.import_roots):
        raise InvalidInput(f"{path} lies outside the folders this installation imports from.", code="path_not_allowed", field="path")
    if not real.is_file():
        raise NotFound(f"There is no file {path}.", what="file")
    with real.open("rb") as data:
        return _with_bytes(kernel, run, NewFile(name=name, size=real.stat().st_size, url=real.as_uri()), data)


def _copied(kernel: Kernel, run: Run, source: Task) -> Task:
    new = NewFile(
        name=source.filename,
        size=source.file_size,
        content_type=source.content_type,
        url=source.file_url,
        version=source.file_version or "",
    )
    with kernel.blobs.open(source.blob) as data:
        return _with_bytes(kernel, run, new, data)


def inspected(kernel: Kernel, task: Task) -> dict[str, Any]:
    """What a file's stored bytes tell of it, as fields of its task; raises Conflict while there are none."""
    info = kernel.blobs.info(task.blob)
    if info is None:
        raise Conflict(f"The bytes of {task.filename} have not arrived. Upload them first.", code="not_uploaded", file_id=task.id)
    check_size(kernel, task.filename, info.size)
    format_ = format_of(kernel, task.blob, task.filename)
    unpacking = Unpacking.WAITING if kernel.reading.is_container(format_) else None
    return {"uploaded": True, "file_size": info.size, "format": format_, "unpacking": unpacking}


def format_of(kernel: Kernel, blob: str, name: str) -> str:
    """The format of a stored file, by its first bytes, and by the whole of it where it may be a container."""
    with kernel.blobs.open(blob, end=HEAD_BYTES) as head:
        format_ = kernel.reading.sniff(head.read(HEAD_BYTES), name)
    if not kernel.reading.is_container(format_):
        return format_
    with kernel.blobs.local(blob) as path:
        return kernel.reading.sniff_file(path, name)


def _replace(task: Task, changes: dict[str, object]) -> Task:
    return replace(task, **changes)  # type: ignore[arg-type]  # the keys are Task's own


def _store(kernel: Kernel, run: Run, tasks: Sequence[Task]) -> list[Task]:
    if not tasks:
        return []
    first = reserve(kernel, run, len(tasks))
    in_order = [placed(task, first + i) for i, task in enumerate(tasks)]
    for start in range(0, len(in_order), BATCH):
        part = in_order[start : start + BATCH]
        touch(kernel, run, [Create(path=paths.task(run.tenant, run.id, t.id), data=dump(t)) for t in part], files=len(part))
    return in_order


def placed(task: Task, position: int) -> Task:
    """The task at its place among the run's files."""
    return replace(task, position=f"{position:0{_POSITION_DIGITS}d}")


def reserve(kernel: Kernel, run: Run, count: int) -> int:
    """The first of ``count`` further positions; positions of removed files are not given again."""
    reserved = touch(kernel, run, [], positions=count, files=0)
    if reserved["files"] + count > kernel.policy.max_files or reserved["positions"] > 10**_POSITION_DIGITS:
        raise InvalidInput(f"A run takes at most {kernel.policy.max_files} files. Start another run.", code="too_many_files")
    return int(reserved["positions"]) - count


def touch(kernel: Kernel, run: Run, writes: Sequence[Create | Update | Delete], **counts: int) -> dict[str, int | float]:
    """Change the run's files in one commit with their count, as long as it takes any; raises WrongState."""
    increments = {name: Increment(by) for name, by in (counts or {"files": 0}).items()}
    intake = Update(path=paths.intake(run.tenant, run.id), fields=increments)
    try:
        return dict(kernel.store.commit([intake, *writes])[0].sums)
    except PreconditionFailed as error:
        runs.check_pending(runs.get(kernel, run.tenant, run.id))
        raise WrongState("The file was changed by another caller at the same time. Look at it again.") from error
