"""Edits: saying of a value that it is right, another, or wrong; and laying what was said over what was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sheaf.domain import paths
from sheaf.domain.edits import (
    ROWS_TOGETHER,
    Edit,
    EditedRows,
    Verdict,
    added,
    carries,
    cell_key,
    checked_value,
    content_key,
    fits,
    fitted,
    shown,
    standing,
    was_read,
)
from sheaf.domain.errors import Conflict, InvalidInput, NotFound, PreconditionFailed, Unavailable
from sheaf.domain.fields import Field
from sheaf.domain.rows import Cell, Row
from sheaf.domain.runs import Run
from sheaf.domain.states import TaskStatus
from sheaf.domain.tasks import Task
from sheaf.ports.store import Create, Document, Order, Query, Update, Where
from sheaf.services import rows, runs
from sheaf.services.kernel import Kernel
from sheaf.services.records import MAX_RACES, dump, load, pages

#: Edits of one call.
MAX_CHANGES = 200
#: Documents of edits read at once.
_AT_ONCE = 100
#: Neighbourhoods of rows whose edits are read at once.
_BLOCKS_AT_ONCE = 20

#: The edits of a content, by row and field.
Cells = Mapping[str, tuple[Edit, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What is said of one cell."""

    file_id: str
    row: int
    field: str
    verdict: Verdict
    #: The right value as JSON, for a correction; None where there is none.
    value: Any = None
    #: The id of the edit that the caller saw standing, "" when it saw none; None when it does not mind.
    seen: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """A row that something was said of."""

    task: Task
    row: Row
    edits: Mapping[str, Edit]


def make(kernel: Kernel, run: Run, changes: Sequence[Change], *, by: str) -> list[Changed]:
    """Say something of cells of a run; answers their rows, in the order they were first named.

    Each row's edits are made whole or not at all; those of rows named before one that is refused stay.

    Raises:
        InvalidInput: for a value that the field cannot hold, a field that the run does not have, too many changes; code ``too_much_said``
            where neighbouring rows have more long values corrected than are kept together.
        NotFound: for a file or row without cells.
        Conflict: when another edit stands than the caller has seen; code ``edited_since``.
    """
    if not 0 < len(changes) <= MAX_CHANGES:
        raise InvalidInput(f"Say something of at least one cell and at most {MAX_CHANGES}.", field="edits")
    by_place: dict[tuple[str, int], list[Change]] = {}
    for change in changes:
        by_place.setdefault((change.file_id, change.row), []).append(_checked(run, change))
    tasks = {file_id: _task(kernel, run, file_id) for file_id, _ in by_place}
    submitted = runs.last_submitted(kernel, run.tenant, run.job_id)
    read = {place: _row(kernel, run, tasks[place[0]], place[1]) for place in by_place}
    return [_say(_Saying(kernel, run, submitted, tasks[place[0]], read[place], said, by)) for place, said in by_place.items()]


@dataclass(frozen=True, slots=True)
class _Saying:
    """What is said of one row."""

    kernel: Kernel
    run: Run
    #: When any run of the job last was.
    submitted: datetime | None
    task: Task
    row: Row
    said: Sequence[Change]
    by: str

    @property
    def key(self) -> str:
        return content_key(self.task, self.run.options.row_mode)

    @property
    def block(self) -> int:
        return self.row.index // ROWS_TOGETHER

    def record(self, cells: Cells) -> EditedRows:
        return EditedRows(
            job_id=self.run.job_id,
            content=self.key,
            block=self.block,
            filename=self.task.filename,
            run_id=self.run.id,
            task_id=self.task.id,
            row_mode=self.run.options.row_mode,
            updated_at=self.kernel.clock.now(),
            cells=cells,
        )

    def edit(self, change: Change) -> Edit:
        return Edit(
            id=self.kernel.ids.new(),
            verdict=change.verdict,
            value=change.value,
            was={} if change.verdict is Verdict.WITHDRAWN else was_read(self.row.cells[change.field]),
            by=self.by,
            at=self.kernel.clock.now(),
            run_id=self.run.id,
            task_id=self.task.id,
        )


def _checked(run: Run, change: Change) -> Change:
    of = _field(run, change.field)
    if change.verdict is not Verdict.CORRECTED:
        return replace(change, value=None)
    return replace(change, value=checked_value(change.value, of))


def _field(run: Run, name: str) -> Field:
    for field in run.fields:
        if field.name == name:
            return field
    raise InvalidInput(f"The run has no field {name!r}.", field="field")


def _task(kernel: Kernel, run: Run, file_id: str) -> Task:
    document = kernel.store.get(paths.task(run.tenant, run.id, file_id))
    task = load(document, Task).value if document else None
    if task is None or task.status is not TaskStatus.COMPLETED:
        raise NotFound(f"No values were read from the file {file_id!r} in this run.", what="file", id=file_id)
    return task


def _row(kernel: Kernel, run: Run, task: Task, number: int) -> Row:
    found = next(rows.read(kernel, task, run.fields, start=number), None)
    if found is None:
        raise NotFound(f"{task.filename} has no row {number} in this run.", what="row", id=str(number))
    return found


def _say(saying: _Saying) -> Changed:
    """Add to the edits of the row's block; asked again when another writer was first."""
    run, store = saying.run, saying.kernel.store
    path = paths.edited_rows(run.tenant, run.job_id, saying.key, saying.block)
    for _ in range(MAX_RACES):
        document = store.get(path)
        cells = _with(saying, load(document, EditedRows).value.cells if document else {})
        try:
            store.commit([_written(path, saying.record(cells), document)])
        except PreconditionFailed:
            continue
        return Changed(task=saying.task, row=saying.row, edits=of_row(run, cells, saying.row))
    raise Unavailable("The row is being edited by many callers at once. Try again.")


def _written(path: str, record: EditedRows, document: Document | None) -> Create | Update:
    data = dump(record)
    return Update(path=path, fields=data, version=document.version) if document else Create(path=path, data=data)


def _with(saying: _Saying, before: Cells) -> Cells:
    cells = dict(before)
    for change in saying.said:
        key = cell_key(saying.row.index, change.field)
        _check_seen(change, _shown(cells, saying.run, saying.row, _field(saying.run, change.field)))
        cells[key] = added(cells.get(key, ()), saying.edit(change), saying.submitted)
    return fitted(cells)


def _check_seen(change: Change, stands: Edit | None) -> None:
    if change.seen is not None and change.seen != (stands.id if stands else ""):
        raise Conflict(f"{change.field} was edited since you read it.", code="edited_since", field=change.field)


def of_row(run: Run, cells: Cells, row: Row) -> dict[str, Edit]:
    """The edits that a run shows of one row as it was read, by field."""
    found = {field.name: _shown(cells, run, row, field) for field in run.fields} if cells else {}
    return {name: edit for name, edit in found.items() if edit is not None}


def left(run: Run, cells: Cells, row: Row, fields: Sequence[Field]) -> Mapping[str, Cell]:
    """The row's cells of these fields as people left them in a run; its own where nothing was said of them."""
    said = {of.name: edit for of in fields if (edit := _shown(cells, run, row, of)) is not None} if cells else {}
    return {of.name: shown(row.cells[of.name], said.get(of.name), of) for of in fields} if said else row.cells


def _shown(cells: Cells, run: Run, row: Row, of: Field) -> Edit | None:
    edit = standing(cells.get(cell_key(row.index, of.name), ()), run)
    return edit if edit is not None and fits(edit, of) and carries(edit, row.cells[of.name], run) else None


def of_tasks(kernel: Kernel, run: Run, tasks: Sequence[Task]) -> list[Cells]:
    """The edits of each task's content; one question for all tasks of few rows, and for one of many as its rows come."""
    keys = {task.id: content_key(task, run.options.row_mode) for task in tasks}
    short = [paths.edited_rows(run.tenant, run.job_id, keys[task.id], 0) for task in tasks if not _is_long(task)]
    heads = iter(kernel.store.get_many(short) if short else [])
    return [_Long(kernel, run, keys[task.id]) if _is_long(task) else _cells(next(heads)) for task in tasks]


def _is_long(task: Task) -> bool:
    return task.result is not None and task.result.rows > ROWS_TOGETHER


def _cells(head: Document | None) -> Cells:
    return load(head, EditedRows).value.cells if head else {}


class _Long(Mapping[str, tuple[Edit, ...]]):
    """The edits of a content of many rows, read as its rows are gone through: those of the rows asked for, and a few behind them."""

    def __init__(self, kernel: Kernel, run: Run, key: str) -> None:
        self._kernel, self._run, self._content = kernel, run, key
        self._records: Iterator[EditedRows] = iter(())
        self._ahead: EditedRows | None = None
        self._block, self._cells = -1, cast("Cells", {})

    def __getitem__(self, key: str) -> tuple[Edit, ...]:
        self._go_to(int(key.partition("/")[0]) // ROWS_TOGETHER)
        return self._cells[key]

    def __iter__(self) -> Iterator[str]:
        return (key for record in self._from(0) for key in record.cells)

    def __len__(self) -> int:
        return sum(len(record.cells) for record in self._from(0))

    def __bool__(self) -> bool:
        """That there may be some, which costs nothing to say."""
        return True

    def _go_to(self, block: int) -> None:
        if block == self._block:
            return
        if self._block < 0 or block < self._block:
            self._records = self._from(block)
            self._ahead = next(self._records, None)
        while self._ahead is not None and self._ahead.block < block:
            self._ahead = next(self._records, None)
        self._block, self._cells = block, self._ahead.cells if self._ahead is not None and self._ahead.block == block else {}

    def _from(self, block: int) -> Iterator[EditedRows]:
        where = [Where("content", "==", self._content), Where("block", ">=", block)]
        collection = paths.edits(self._run.tenant, self._run.job_id)
        for page in pages(self._kernel.store, Query(collection=collection, where=where, order=[Order("block")], limit=_BLOCKS_AT_ONCE)):
            yield from (load(document, EditedRows).value for document in page.documents)


def any_of(kernel: Kernel, run: Run) -> bool:
    """Whether anything was ever said of the job's values: most runs need not look for edits."""
    return kernel.store.count(Query(collection=paths.edits(run.tenant, run.job_id)), up_to=1) > 0


def of_job(kernel: Kernel, tenant: str, job_id: str, *, since: datetime | None = None) -> Iterator[EditedRows]:
    """Everything that was said of the job's values, by when it was last spoken of: of all rows, or of those spoken of ``since`` then."""
    query = _of_job(tenant, job_id, _AT_ONCE)
    where = [Where("updated_at", ">=", since)] if since else []
    for page in pages(kernel.store, replace(query, where=where)):
        yield from (load(document, EditedRows).value for document in page.documents)


@dataclass(frozen=True, slots=True)
class EditPage:
    """Edited rows by when they were last spoken of; ``cursor`` continues."""

    records: list[EditedRows]
    cursor: str | None


def history(kernel: Kernel, tenant: str, job_id: str, *, after: str | None = None, limit: int = 50) -> EditPage:
    """A page of :func:`of_job`."""
    page = kernel.store.query(replace(_of_job(tenant, job_id, limit), after=after))
    return EditPage([load(document, EditedRows).value for document in page.documents], page.cursor)


def _of_job(tenant: str, job_id: str, limit: int) -> Query:
    return Query(collection=paths.edits(tenant, job_id), order=[Order("updated_at")], limit=limit)
