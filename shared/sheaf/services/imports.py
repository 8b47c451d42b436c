"""Importing from a folder elsewhere into a run that is being set up, in calls of bounded length.

Each call takes the import over by its version, goes through the listing behind the last name that was dealt with, copies the files it
finds, and commits them in batches together with that name. So a call that dies, is repeated, or runs beside another loses nothing and
takes nothing twice: its next commit fails, and whoever comes after goes on from the last one. A file's id follows from its address and
version, so that a version is in a run at most once, whichever import finds it. Submitting the run waits for no import: it is refused
while one is at work.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sheaf.domain import paths
from sheaf.domain.errors import AccessDenied, Conflict, InvalidInput, NotFound, PreconditionFailed
from sheaf.domain.imports import MAX_NAMED, Import, ImportStatus, RefusedFile
from sheaf.domain.runs import Run
from sheaf.domain.states import RunStatus
from sheaf.domain.tasks import Task
from sheaf.domain.texts import storable
from sheaf.ports.folders import Folder, FolderFile
from sheaf.ports.store import Create, Increment, Order, Query, Update, Write
from sheaf.services import files, messages, runs
from sheaf.services.copying import Copying, OutOfTime
from sheaf.services.events import Level, entry
from sheaf.services.files import NewFile
from sheaf.services.kernel import Kernel
from sheaf.services.records import Stored, dump, fetch, load

#: Imports of one run.
MAX_IMPORTS = 100
#: Calls that came to nothing, one after the other, before an import is given up.
MAX_IDLE_CALLS = 20
#: Files stored in one commit, and how long a call goes on before it leaves the rest to a further one.
_BATCH = 50
_CALL = timedelta(seconds=40)
_MAX_TEXT = 2_000
_WORN_OUT = f"It was begun {MAX_IDLE_CALLS} times and came no further."


@dataclass(slots=True)
class _Batch:
    """Files that were dealt with since the last commit."""

    after: str
    tasks: list[Task] = field(default_factory=list)
    known: int = 0
    refused: list[RefusedFile] = field(default_factory=list)
    #: There is a file behind them that the import is not to take any more.
    more: bool = False

    def clear(self) -> None:
        """Begin the next one, behind the same name."""
        self.tasks, self.known, self.refused = [], 0, []

    @property
    def full(self) -> bool:
        """Whether it is time to commit them."""
        return len(self.tasks) + self.known + len(self.refused) >= _BATCH


@dataclass(slots=True)
class _Work:
    """One call's work on an import that it has taken over; ``held`` is the import as of its last commit."""

    kernel: Kernel
    run: Run
    held: Stored[Import]
    until: datetime

    @property
    def over(self) -> bool:
        """Whether the rest is left to a further call."""
        return self.kernel.clock.now() >= self.until


def start(kernel: Kernel, tenant: str, run_id: str, *, url: str, pattern: str = "*", max_files: int | None = None) -> Import:
    """Have a folder's files, or one file, imported into a run; they come while the worker is called.

    Raises InvalidInput for an address that cannot be one, and WrongState once the run is submitted.
    """
    run = runs.get(kernel, tenant, run_id)
    runs.check_pending(run)
    kernel.folders(url)
    if kernel.store.count(Query(collection=paths.imports(tenant, run_id))) >= MAX_IMPORTS:
        raise Conflict(f"A run takes at most {MAX_IMPORTS} imports.", code="too_many_imports")
    now = kernel.clock.now()
    new = Import(
        id=kernel.ids.new(),
        tenant=tenant,
        run_id=run_id,
        job_id=run.job_id,
        url=url,
        pattern=pattern,
        max_files=kernel.policy.max_files if max_files is None else max_files,
        created_at=now,
        last_active_at=now,
    )
    files.touch(kernel, run, [Create(path=paths.import_(tenant, run_id, new.id), data=dump(new))])
    kernel.queue.enqueue([messages.import_call(run, new)])
    return new


def get(kernel: Kernel, tenant: str, run_id: str, import_id: str) -> Import:
    """One import; raises NotFound."""
    return fetch(kernel.store, paths.import_(tenant, run_id, import_id), Import, "import").value


def listing(kernel: Kernel, tenant: str, run_id: str) -> list[Import]:
    """The imports of a run, oldest first."""
    query = Query(collection=paths.imports(tenant, run_id), order=(Order("created_at"),), limit=MAX_IMPORTS)
    return [load(document, Import).value for document in kernel.store.query(query).documents]


def check_done(kernel: Kernel, run: Run) -> None:
    """Raise Conflict while an import into the run is at work."""
    waiting = [each.url for each in listing(kernel, run.tenant, run.id) if not each.ended]
    if waiting:
        raise Conflict(f"Files are still being imported from {', '.join(waiting[:3])}. Submit when they have come.", code="import_running")


def call_again(kernel: Kernel, lost: Import, nonce: object) -> int:
    """Call for an import whose message seems lost, unless it is under way; says whether it was called.

    A call counts itself as it begins, so its own message is named by the number before.
    """
    run = runs.get(kernel, lost.tenant, lost.run_id)
    usual = messages.import_call(run, lost)
    begun = messages.import_call(run, replace(lost, calls=lost.calls - 1))
    if any(kernel.queue.holds(each.queue, each.name) for each in (usual, begun)):
        return 0
    return kernel.queue.enqueue([usual]) or kernel.queue.enqueue([messages.import_call(run, lost, nonce=nonce)])


def go_on(kernel: Kernel, tenant: str, run_id: str, import_id: str) -> None:
    """Import what there is time for, and call for the rest; an import that is over stays as it is, and so does one that another took."""
    stored = fetch(kernel.store, paths.import_(tenant, run_id, import_id), Import, "import")
    if stored.value.ended:
        return
    run, mine = runs.get(kernel, tenant, run_id), stored.value.calls
    try:
        held = _take_over(kernel, stored)
        mine = held.value.calls
        _go_on(_Work(kernel, run, held, kernel.clock.now() + _CALL))
    except PreconditionFailed:
        if not _is_anothers(kernel, stored.value, mine):
            raise


def _is_anothers(kernel: Kernel, seen: Import, calls: int) -> bool:
    """Whether a later call than so many has the import, or has ended it: then that one goes on, and nobody takes it back."""
    now = get(kernel, seen.tenant, seen.run_id, seen.id)
    return now.ended or now.calls > calls


def _go_on(work: _Work) -> None:
    run = work.run
    if run.status is not RunStatus.PENDING or run.cancelling:
        _end(work, _Batch(work.held.value.after), ImportStatus.CANCELLED)
    elif work.held.value.idle_calls > MAX_IDLE_CALLS:
        _fail(work, _Batch(work.held.value.after), _WORN_OUT)
    else:
        _import(work)


def _take_over(kernel: Kernel, stored: Stored[Import]) -> Stored[Import]:
    """Make every older call at work on the import fail at its next commit."""
    old = stored.value
    # The moment keeps the sweeper from calling for what has only now been begun.
    fields: dict[str, Any] = {"calls": old.calls + 1, "idle_calls": old.idle_calls + 1, "last_active_at": kernel.clock.now()}
    written = kernel.store.commit([Update(path=paths.import_(old.tenant, old.run_id, old.id), fields=fields, version=stored.version)])
    return Stored(replace(old, **fields), written[0].version)


def _import(work: _Work) -> None:
    batch = _Batch(work.held.value.after)
    try:
        if _gone_through(work, batch):
            _end(work, batch, ImportStatus.COMPLETED)
    except (NotFound, AccessDenied, InvalidInput) as error:
        _fail(work, batch, error.message)


def _gone_through(work: _Work, batch: _Batch) -> bool:
    """Deal with file after file, as long as there is time; whether that was all of them."""
    for folder, file in _found(work):
        if work.over:
            return _left(work, batch)
        if batch.full:
            _commit(work, batch)
            batch.clear()
        if work.held.value.wants(file.name):
            if work.held.value.imported + len(batch.tasks) >= work.held.value.max_files:
                batch.more = True
                return True
            try:
                _take(work, batch, folder, file)
            except OutOfTime:
                return _left(work, batch)
        batch.after = file.name
    return True


def _left(work: _Work, batch: _Batch) -> bool:
    """Store what was dealt with, and leave the rest to a further call."""
    _commit(work, batch)
    work.kernel.queue.enqueue([messages.import_call(work.run, work.held.value)])
    return False


def _found(work: _Work) -> Iterator[tuple[Folder, FolderFile]]:
    """The one file that the address names, or else those of the folder, behind what was dealt with."""
    url, after = work.held.value.url, work.held.value.after
    parent, _, name = url.rpartition("/")
    if name and not parent.endswith(":/"):
        beside = work.kernel.folders(f"{parent}/")
        try:
            one = beside.file(name)
        except (NotFound, AccessDenied):  # where listing is not allowed, a file that is not there is denied
            pass
        else:
            yield from [] if after else [(beside, one)]
            return
    folder = work.kernel.folders(url)
    yield from ((folder, file) for file in folder.files(after=after))


def _take(work: _Work, batch: _Batch, folder: Folder, file: FolderFile) -> None:
    """Copy one file, unless this version of it is in the run; a file that cannot be taken is named, and the others go on."""
    try:
        task = _copied(work, folder, file)
    except PreconditionFailed:
        batch.refused.append(_refused(file, "It was replaced while it was read."))
    except (InvalidInput, NotFound, AccessDenied) as error:
        batch.refused.append(_refused(file, error.message))
    else:
        if task is None:
            batch.known += 1
        else:
            batch.tasks.append(task)


def _refused(file: FolderFile, reason: str) -> RefusedFile:
    return RefusedFile(name=storable(file.name, _MAX_TEXT), reason=storable(reason, _MAX_TEXT))


def _copied(work: _Work, folder: Folder, file: FolderFile) -> Task | None:
    """The file as a task with its bytes in the object store; None when the run has it. Raises OutOfTime."""
    kernel, run = work.kernel, work.run
    id_ = paths.digest("import", run.id, file.url, file.version)[:24]
    if kernel.store.get(paths.task(run.tenant, run.id, id_)) is not None:
        return None
    new = NewFile(name=file.name, size=file.size, url=storable(file.url, _MAX_TEXT), version=file.version)
    task = files.as_task(kernel, run, new, uploaded=True, id_=id_)
    Copying(kernel, folder, file, task, work.until).copy()
    return replace(task, **files.inspected(kernel, task))


def _commit(work: _Work, batch: _Batch, also: tuple[Write, ...] = (), **fields: Any) -> None:
    """Store the batch and how far the import has come, all or nothing; raises PreconditionFailed when another call took over."""
    kernel, run, held = work.kernel, work.run, work.held
    first = files.reserve(kernel, run, len(batch.tasks)) if batch.tasks else 0
    tasks = [files.placed(task, first + n) for n, task in enumerate(batch.tasks)]
    moved = _moved(held.value, batch, kernel.clock.now()) | fields
    record = Update(path=paths.import_(run.tenant, run.id, held.value.id), fields=dump(moved), version=held.version)
    creates = [Create(path=paths.task(run.tenant, run.id, task.id), data=dump(task)) for task in tasks]
    counted = [Update(path=paths.intake(run.tenant, run.id), fields={"files": Increment(len(tasks))})] if tasks else []
    written = kernel.store.commit([record, *counted, *creates, *also])
    work.held = Stored(replace(held.value, **moved), written[0].version)


def _moved(before: Import, batch: _Batch, now: datetime) -> dict[str, Any]:
    """The fields of an import that a batch changes."""
    return {
        "after": batch.after,
        "imported": before.imported + len(batch.tasks),
        "bytes": before.bytes + sum(task.file_size for task in batch.tasks),
        "known": before.known + batch.known,
        "refused": before.refused + len(batch.refused),
        "refused_files": (*before.refused_files, *batch.refused)[:MAX_NAMED],
        "more": batch.more,
        "idle_calls": 0,
        "last_active_at": now,
    }


def _fail(work: _Work, batch: _Batch, error: str) -> None:
    """End an import that could not be finished; where the run takes no more files, without those of the last batch."""
    try:
        _end(work, batch, ImportStatus.FAILED, error)
    except InvalidInput:
        batch.clear()
        _end(work, batch, ImportStatus.FAILED, error)


def _end(work: _Work, batch: _Batch, status: ImportStatus, error: str | None = None) -> None:
    """Store the last batch and the end of the import, with a line in the run's log."""
    kernel, run, held = work.kernel, work.run, work.held.value
    imported, refused = held.imported + len(batch.tasks), held.refused + len(batch.refused)
    said = f"{imported} files were imported from {held.url}"
    said += (f", {refused} could not be" if refused else "") + (", and there were more" if batch.more else "")
    note = entry(
        kernel,
        run.tenant,
        run.id,
        "imported",
        f"{said}: {error}" if error else f"{said}.",
        level=Level.WARNING if error or refused else Level.INFO,
        key=f"imported-{held.id}",
        import_id=held.id,
    )
    _commit(work, batch, (note,), status=status, error_message=error, completed_at=kernel.clock.now())
