"""Results: rows, and where each value was read."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, JsonValue, StringConstraints
from pydantic import Field as Bound

from sheaf.domain.edits import Edit as EditRecord
from sheaf.domain.edits import Verdict
from sheaf.domain.review import Doubt, ReviewState, doubts
from sheaf.domain.rows import Cell as CellRecord
from sheaf.domain.rows import CellNote, CellState
from sheaf.domain.runs import Run
from sheaf.domain.values import cell_to_json, to_json
from sheaf.http.schemas import examples
from sheaf.http.schemas.base import FieldName, Id, Listed, OfRun, QueryBool, RunPageQuery, RunQuery, Schema
from sheaf.http.schemas.rules import Match, RuleName, Violation
from sheaf.services.results import Filter, ResultRow

Part = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Evidence(Schema):
    """Where a value stands in its file; only what its format knows."""

    text: str
    """As it stands there."""
    page: int | None = None
    """1-based."""
    box: tuple[float, float, float, float] | None = None
    """Left, top, right, bottom on the page, in points."""
    cell: str | None = None
    """Of a sheet, such as `Sheet1!B4`."""
    line: int | None = None
    path: str | None = None
    """XPath, JSON pointer or paragraph."""
    label: str | None = None
    """What led to the value, as printed."""


class Cell(Schema):
    """One field of one row, as read."""

    value: JsonValue
    """By the field's type; null unless found, or the field's default."""
    state: CellState
    confidence: float
    """0 to 1: the share of values with this confidence that are right."""
    evidence: Evidence | None
    notes: list[CellNote] = []
    """`default`: nothing was found, the value is the field's default; `check_digits`: they do not hold; `pattern`: it does not match."""

    @classmethod
    def of(cls, cell: CellRecord) -> Cell:
        """The cell as it is answered."""
        return cls.model_validate({"notes": [], **cell_to_json(cell)})


class Edit(Schema):
    """What a person said of a value."""

    id: str
    """Give it as `seen` to say something else, unless somebody was faster."""
    verdict: Verdict
    value: JsonValue
    """The right value, of a correction; null where there is none."""
    by: str
    at: AwareDatetime
    run_id: Id
    """The run that it was said in; later runs of the job show it for the same content."""

    @classmethod
    def of(cls, edit: EditRecord) -> Edit:
        """The edit as it is answered."""
        return cls(id=edit.id, verdict=edit.verdict, value=edit.value, by=edit.by, at=edit.at, run_id=edit.run_id)


class RowError(Schema):
    """Why a file has no rows."""

    category: str
    message: str


class Row(Schema):
    """One row: the file it is of, and either cells or why there are none."""

    file_id: Id
    file: str
    row: int
    """0-based within its file."""
    source: str
    """Where in the file the row itself comes from."""
    values: dict[str, JsonValue]
    """As people left them; without edits, as they were read."""
    cells: dict[str, Cell]
    """As they were read."""
    edits: dict[str, Edit]
    """What people said, by field."""
    doubts: dict[str, Doubt]
    """Fields that a person should look at, and why: less sure than the run's `review_below`, unreadable, required and not found, or
    named by a rule that does not hold."""
    violations: list[Violation]
    """The run's rules that do not hold of the row as people left it."""
    matches: list[Match]
    """Where its lookups found the row's values."""
    notes: list[str]
    error: RowError | None

    @classmethod
    def of(cls, run: Run, result: ResultRow) -> Row:
        """The row as it is answered."""
        error = RowError(category=result.error.category.value, message=result.error.message) if result.error else None
        return cls(
            file_id=result.task.id,
            file=result.task.filename,
            row=result.row.index,
            source=result.row.source,
            values={name: to_json(cell.value) for name, cell in result.cells.items()},
            cells={name: Cell.of(cell) for name, cell in result.row.cells.items()},
            edits={name: Edit.of(edit) for name, edit in result.edits.items()},
            doubts={} if result.error else doubts(run, result.cells, result.edits, result.violations),
            violations=[Violation.of(violation) for violation in result.violations],
            matches=[Match.of(match) for match in result.matches],
            notes=list(result.row.notes),
            error=error,
        )


class RowFilter(RunQuery):
    """Which rows to answer; a row passes when every condition that is given holds."""

    file_id: Id | None = None
    file: Part | None = None
    """Part of the file's name, whatever the case."""
    state: CellState | None = None
    """Rows with a cell in this state; with `field`, that cell."""
    below: Annotated[float, Bound(ge=0, le=1)] | None = None
    """Rows with a found cell less sure than this; with `field`, that cell."""
    text: Part | None = None
    """Rows with this text in a value or where it was read; with `field`, in that cell."""
    field: FieldName | None = None
    failed: QueryBool | None = None
    """True: only rows of failed files; false: none of them."""
    review: ReviewState | None = None
    """`open`: rows with a value that a person should look at; `edited`: rows that one spoke of. With `field`, that value."""
    rule: RuleName | None = None
    """Rows of which the run's rule of that name does not hold."""

    def record(self) -> Filter:
        """The filter as the service takes it."""
        return Filter(
            file_id=self.file_id,
            file=self.file or "",
            state=self.state,
            below=self.below,
            text=self.text or "",
            field=self.field,
            failed=self.failed,
            review=self.review,
            rule=self.rule,
        )


class ResultQuery(RowFilter, RunPageQuery):
    """Which rows of which run to answer."""


class ResultList(OfRun, Listed):
    """Rows in the files' order. A filtered page may come out short while `next_cursor` goes on."""

    model_config = examples.shown(examples.RESULTS)

    rows: list[Row]


class ExportQuery(RowFilter):
    """What to export, and how."""

    sources: QueryBool = False
    """Columns with where each value was read, and how sure that is."""
    columns: Annotated[str, StringConstraints(min_length=1, max_length=20_000)] | None = None
    """Fields to export, in that order, separated by commas; all of them when left out."""
