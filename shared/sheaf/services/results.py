"""Results of a run: its rows in the files' order, paged, filtered, and streamed for export."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from itertools import repeat

from sheaf.domain import paths
from sheaf.domain.edits import Edit, shown
from sheaf.domain.errors import FailureCategory, InvalidInput
from sheaf.domain.retries import Failure
from sheaf.domain.review import ReviewState, doubts
from sheaf.domain.rows import Cell, CellState, Row
from sheaf.domain.rules import Judgement, Match, Violation
from sheaf.domain.runs import Run
from sheaf.domain.states import TaskStatus
from sheaf.domain.tasks import Task
from sheaf.ports.store import Order, Query, Where
from sheaf.services import edits, rows
from sheaf.services.kernel import Kernel
from sheaf.services.records import load, pages

#: Tells what a run's rules say of a row of a task that people left with these cells.
Judging = Callable[[Task, Row, Mapping[str, Cell]], Judgement]

#: Rows, and files without any, looked at for one filtered page; a page may come out short, its cursor goes on.
MAX_SCAN = 1_000
_TASKS_AT_ONCE = 100
_STOPPED = Failure(category=FailureCategory.CANCELLED, message="The run was cancelled before the file was read.")


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultRow:
    """One row of a run: the file it is of, and either cells or why there are none."""

    task: Task
    #: As it was read.
    row: Row
    error: Failure | None = None
    #: What people said of its cells, by field.
    edits: Mapping[str, Edit] = dataclass_field(default_factory=dict)
    #: Its cells with what people said of them.
    cells: Mapping[str, Cell] = dataclass_field(default_factory=dict)
    #: The run's rules that do not hold of them.
    violations: tuple[Violation, ...] = ()
    #: Where those that look values up found its own.
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """Which rows to show; a row passes when every condition that is set holds."""

    file_id: str | None = None
    #: Part of the file's name, whatever the case.
    file: str = ""
    #: Rows with at least one cell in this state; with ``field``, that cell.
    state: CellState | None = None
    #: Rows with a found cell less sure than this; with ``field``, that cell.
    below: float | None = None
    #: Rows with this text in a cell's verbatim evidence or value, whatever the case; with ``field``, in that cell.
    text: str = ""
    field: str | None = None
    #: True: only rows of failed files; False: none of them.
    failed: bool | None = None
    #: Rows that stand so with their review; with ``field``, that cell.
    review: ReviewState | None = None
    #: Rows of which this rule does not hold.
    rule: str | None = None

    @property
    def statuses(self) -> list[TaskStatus]:
        """Where a task stands that can have rows to show."""
        read = [] if self.failed else [TaskStatus.COMPLETED]
        unread = [] if self.failed is False or self._asks_for_cells else [TaskStatus.FAILED, TaskStatus.CANCELLED]
        return read + unread

    @property
    def _asks_for_cells(self) -> bool:
        return self.state is not None or self.below is not None or bool(self.text) or self.review is not None or self.rule is not None

    def passes(self, run: Run, result: ResultRow) -> bool:
        """Whether the row is to be shown."""
        return self._of_file(result) and self._of_cells(result) and self._of_review(run, result) and self._of_rule(result)

    def _of_rule(self, result: ResultRow) -> bool:
        return self.rule is None or any(violation.rule == self.rule for violation in result.violations)

    def _of_review(self, run: Run, result: ResultRow) -> bool:
        if self.review is None:
            return True
        named = result.edits if self.review is ReviewState.EDITED else doubts(run, result.cells, result.edits, result.violations)
        return bool(named) if self.field is None else self.field in named

    def _of_file(self, result: ResultRow) -> bool:
        return (
            (self.file_id is None or result.task.id == self.file_id)
            and self.file.casefold() in result.task.filename.casefold()
            and (self.failed is None or self.failed == (result.error is not None))
        )

    def _of_cells(self, result: ResultRow) -> bool:
        if not self._asks_for_cells:
            return True
        cells = [cell for name, cell in result.cells.items() if self.field in {None, name}]
        return any(self._of_cell(cell) for cell in cells)

    def _of_cell(self, cell: Cell) -> bool:
        return (
            (self.state is None or cell.state is self.state)
            and (self.below is None or (cell.state is CellState.FOUND and cell.confidence < self.below))
            and self.text.casefold() in f"{cell.value} {cell.evidence.text if cell.evidence else ''}".casefold()
        )


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Rows in the files' order; ``cursor`` continues."""

    rows: list[ResultRow]
    cursor: str | None


def page(kernel: Kernel, run: Run, *, where: Filter | None = None, after: str | None = None, limit: int = 50) -> ResultPage:
    """A page of a run's rows. Raises InvalidInput for a field that the run does not have, and for a broken cursor."""
    where = _checked(run, where)
    shown: list[ResultRow] = []
    # Most files have one row: where all rows of the files that are looked at are shown, no more are read than are.
    at_once = min(limit, _TASKS_AT_ONCE) if replace(where, failed=None) == Filter() else _TASKS_AT_ONCE
    for scanned, (cursor, result) in enumerate(_positions(kernel, run, where, _decode(run, after), at_once), 1):
        if result is not None and where.passes(run, result):
            shown.append(result)
        if len(shown) == limit or scanned == MAX_SCAN:
            return ResultPage(shown, cursor)
    return ResultPage(shown, None)


def stream(kernel: Kernel, run: Run, *, where: Filter | None = None) -> Iterator[ResultRow]:
    """Every row of a run that passes the filter, in the files' order, lazily. Raises InvalidInput as :func:`page` does, at once."""
    chosen = _checked(run, where)
    return (
        result
        for _, result in _positions(kernel, run, chosen, ("", 0), _TASKS_AT_ONCE)
        if result is not None and chosen.passes(run, result)
    )


def files(kernel: Kernel, run: Run, *, behind: str = "") -> Iterator[tuple[Task, edits.Cells]]:
    """The files behind a position that rows were read from, lazily, each with everything that was ever said of its content's cells."""
    return _edited(kernel, run, _tasks(kernel, run, Filter(failed=False), behind, _TASKS_AT_ONCE))


def _checked(run: Run, where: Filter | None) -> Filter:
    where = where or Filter()
    if where.field is not None and where.field not in {field.name for field in run.fields}:
        raise InvalidInput(f"The run has no field {where.field!r}.", field="field")
    if where.rule is not None and where.rule not in {rule.name for rule in run.rules}:
        raise InvalidInput(f"The run has no rule {where.rule!r}.", code="unknown_rule", field="rule")
    return where


def _positions(kernel: Kernel, run: Run, where: Filter, place: tuple[str, int], at_once: int) -> Iterator[tuple[str, ResultRow | None]]:
    """Rows behind a place, each with the cursor that continues behind it: the task before its own, and the rows to skip.

    A task without rows is there once, without a row, for it costs as much.
    """
    with judging(kernel, run) as judged:
        behind, start = place
        for task, cells in _edited(kernel, run, _tasks(kernel, run, where, behind, at_once)):
            number = start
            for number, result in enumerate(_of_task(kernel, _Reading(run, task, cells, judged), start), start + 1):
                yield _encode(run, behind, number), result
            if number == start:
                yield _encode(run, task.position, 0), None
            behind, start = task.position, 0


def _edited(kernel: Kernel, run: Run, found: Iterator[list[Task]]) -> Iterator[tuple[Task, edits.Cells]]:
    """Tasks, each with what people said of its content's cells."""
    some = edits.any_of(kernel, run)
    for tasks in found:
        yield from zip(tasks, edits.of_tasks(kernel, run, tasks) if some else repeat({}), strict=False)


def _tasks(kernel: Kernel, run: Run, where: Filter, behind: str, at_once: int) -> Iterator[list[Task]]:
    """The tasks behind a position that can have rows which pass, page by page; the others are not even read."""
    if not where.statuses:
        return
    if where.file_id is not None:
        yield _one(kernel, run, where.file_id, behind)
        return
    among = Where("status", "in", [status.value for status in where.statuses])
    conditions = (among, Where("position", ">", behind))
    query = Query(collection=paths.tasks(run.tenant, run.id), where=conditions, order=(Order("position"),), limit=at_once)
    for found in pages(kernel.store, query):
        yield [load(document, Task).value for document in found.documents]


def _one(kernel: Kernel, run: Run, file_id: str, behind: str) -> list[Task]:
    document = kernel.store.get(paths.task(run.tenant, run.id, file_id))
    task = load(document, Task).value if document else None
    return [task] if task and task.position > behind else []


@dataclass(frozen=True, slots=True)
class _Reading:
    """A task whose rows are read, what people said of its content's cells, and what judges them."""

    run: Run
    task: Task
    edits: edits.Cells
    judged: Judging | None


def _of_task(kernel: Kernel, reading: _Reading, start: int) -> Iterator[ResultRow]:
    run, task = reading.run, reading.task
    if task.status is TaskStatus.COMPLETED:
        for row in rows.read(kernel, task, run.fields, start=start):
            yield with_edits(run, task, row, edits.of_row(run, reading.edits, row), reading.judged)
    elif task.status is TaskStatus.FAILED and start == 0:
        last = task.attempts[-1].failure
        yield ResultRow(task=task, row=Row(cells={}), error=last)
    elif task.status is TaskStatus.CANCELLED and start == 0:
        yield ResultRow(task=task, row=Row(cells={}), error=_STOPPED)


@contextmanager
def judging(kernel: Kernel, run: Run) -> Iterator[Judging | None]:
    """What judges the run's rows by its rules while the context lasts; None where it has none."""
    if not run.rules:
        yield None
        return
    from sheaf.domain.judging import Judge
    from sheaf.services import between

    judge = Judge.of(run.rules, run.fields)
    with between.finding(kernel, run) as finder:
        yield lambda task, row, cells: _judgement(judge.violations(cells), finder.judge(task, row, cells) if finder else ())


def _judgement(violations: tuple[Violation, ...], found: Iterable[Match | Violation]) -> Judgement:
    told = list(found)
    between = tuple(one for one in told if isinstance(one, Violation))
    return Judgement(violations=violations + between, matches=tuple(one for one in told if isinstance(one, Match)))


def with_edits(run: Run, task: Task, row: Row, said: Mapping[str, Edit], judged: Judging | None) -> ResultRow:
    """A row as it was read, with what people said of it, and the rules that do not hold of it then."""
    cells = {of.name: shown(row.cells[of.name], said.get(of.name), of) for of in run.fields} if said else row.cells
    judgement = judged(task, row, cells) if judged else Judgement()
    return ResultRow(task=task, row=row, edits=said, cells=cells, violations=judgement.violations, matches=judgement.matches)


def _encode(run: Run, behind: str, row: int) -> str:
    return base64.urlsafe_b64encode(f"{run.id}:{behind}:{row}".encode()).decode().rstrip("=")


def _decode(run: Run, cursor: str | None) -> tuple[str, int]:
    """The place that a cursor of this run's results continues behind."""
    if cursor is None:
        return "", 0
    try:
        run_id, behind, row = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode().split(":")
        if run_id == run.id and row.isdecimal() and len(row) < 12:  # noqa: PLR2004 - no run has so many rows, and int() of a long text is slow
            return behind, int(row)
    except ValueError:
        pass
    raise InvalidInput("This is no cursor of these results.", code="bad_cursor", field="cursor")
