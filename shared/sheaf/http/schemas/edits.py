"""Edits: what people say of values."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, JsonValue, StringConstraints
from pydantic import Field as Bound

from sheaf.domain.edits import EditedRows, Verdict
from sheaf.domain.review import Doubt, doubts
from sheaf.domain.runs import Run
from sheaf.domain.values import to_json
from sheaf.http.schemas import examples
from sheaf.http.schemas.base import FieldName, Id, Listed, OfRun, Schema, Whole
from sheaf.http.schemas.results import Edit
from sheaf.http.schemas.rules import Violation
from sheaf.services import results
from sheaf.services.edits import MAX_CHANGES, Changed, EditPage
from sheaf.services.edits import Change as ChangeRecord
from sheaf.services.results import Judging


class Change(Schema):
    """What is said of one value."""

    file_id: Id
    row: Annotated[int, Bound(ge=0), Whole] = 0
    """0-based within its file."""
    field: FieldName
    verdict: Verdict
    value: JsonValue = None
    """The right value, for `corrected`, as the field's type has it; null where the document has none."""
    seen: Annotated[str, StringConstraints(max_length=64)] | None = None
    """The id of the edit that you saw standing, or "" for none: another one there is a conflict. Left out: it does not matter."""

    def record(self) -> ChangeRecord:
        """The change as the service takes it."""
        return ChangeRecord(file_id=self.file_id, row=self.row, field=self.field, verdict=self.verdict, value=self.value, seen=self.seen)


class EditsInput(Schema):
    """What is said of some values; each file's row is taken whole or not at all."""

    model_config = examples.shown(examples.EDITS_INPUT)

    edits: Annotated[list[Change], Bound(min_length=1, max_length=MAX_CHANGES)]


class EditedRow(Schema):
    """A row that something was said of."""

    file_id: Id
    file: str
    row: int
    values: dict[str, JsonValue]
    edits: dict[str, Edit]
    doubts: dict[str, Doubt]
    violations: list[Violation]
    """The run's rules that do not hold of the row now."""

    @classmethod
    def of(cls, run: Run, changed: Changed, judged: Judging | None) -> EditedRow:
        """The row as it is answered, judged by the run's rules."""
        shown = results.with_edits(run, changed.task, changed.row, changed.edits, judged)
        return cls(
            file_id=changed.task.id,
            file=changed.task.filename,
            row=changed.row.index,
            values={name: to_json(cell.value) for name, cell in shown.cells.items()},
            edits={name: Edit.of(edit) for name, edit in changed.edits.items()},
            doubts=doubts(run, shown.cells, changed.edits, shown.violations),
            violations=[Violation.of(violation) for violation in shown.violations],
        )


class EditedRowList(OfRun):
    """The rows that something was said of, as they are now."""

    model_config = examples.shown(examples.EDITED_ROWS)

    rows: list[EditedRow]


class CellHistory(Schema):
    """What was said of one value, oldest first."""

    file: str
    task_id: Id
    row: int
    field: str
    edits: list[Edit]


class EditHistory(Listed):
    """What was said of a job's values, by content; those spoken of last come last."""

    model_config = examples.shown(examples.EDIT_HISTORY)

    cells: list[CellHistory]
    updated_at: AwareDatetime | None
    """Of the last of them."""

    @classmethod
    def of(cls, page: EditPage) -> EditHistory:
        """The history as it is answered."""
        cells = [history for record in page.records for history in _histories(record)]
        return cls(cells=cells, updated_at=page.records[-1].updated_at if page.records else None, next_cursor=page.cursor)


def _histories(record: EditedRows) -> list[CellHistory]:
    return [
        CellHistory(
            file=record.filename,
            task_id=record.task_id,
            row=int(key.partition("/")[0]),
            field=key.partition("/")[2],
            edits=[Edit.of(edit) for edit in made],
        )
        for key, made in sorted(record.cells.items())
    ]
