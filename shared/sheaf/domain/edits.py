"""Edits: what people said of values that were read. They are kept apart from what was read, and survive later runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum
from json import dumps
from typing import Any

from sheaf.domain import paths
from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field, RowMode
from sheaf.domain.record import record
from sheaf.domain.rows import Cell, CellState
from sheaf.domain.runs import Run
from sheaf.domain.tasks import Task
from sheaf.domain.values import cell_to_json, from_json, to_json

#: Rows whose edits lie in one document: it stays small, and a table's page needs few of them.
ROWS_TOGETHER = 10
#: Edits kept of one cell: what stands, and what earlier runs still show; runs before the oldest of them show the cell as it was read.
MAX_KEPT = 10
#: Bytes of an edited value; of a longer one that was read, a digest is kept beside what was said of it.
MAX_VALUE_BYTES = 20_000
#: Bytes of the edits of neighbouring rows together, as JSON: their document is read whenever one of the rows is shown.
MAX_BYTES = 180_000
#: Bytes that an edit takes beside its values and who made it.
_FRAME = 210
_DIGEST = "digest"


class Verdict(StrEnum):
    """What was said of a value."""

    #: It is right as it was read.
    ACCEPTED = "accepted"
    #: It is another: the edit's value, or nothing at all.
    CORRECTED = "corrected"
    #: It is wrong, and what is right is not known.
    REJECTED = "rejected"
    #: What was said before does not count any more.
    WITHDRAWN = "withdrawn"


@record(frozen=True, kw_only=True, slots=True)
class Edit:
    """What one person said of one cell at one time."""

    id: str
    verdict: Verdict
    #: The corrected value as JSON (:mod:`sheaf.domain.values`); None where there is none.
    value: Any = None
    #: The cell as it was read when this was said, as JSON.
    was: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""
    at: datetime
    #: The run it was said in, and the file there; "" for edits made before there was one.
    run_id: str
    task_id: str = ""

    @property
    def whole(self) -> bool:
        """Whether it holds the value that it speaks of: one that was read and is long is known by its digest alone."""
        return self.verdict is Verdict.CORRECTED or _DIGEST not in self.was

    @property
    def said(self) -> Any:
        """The value that it speaks of, as JSON: the right one of a correction, else the one that was read."""
        return self.value if self.verdict is Verdict.CORRECTED else self.was.get("value")

    def of_value(self, cell: Cell) -> bool:
        """Whether the value of a cell is the one that was read when this was said."""
        value = to_json(cell.value)
        return _digest(value) == self.was[_DIGEST] if _DIGEST in self.was else bool(value == self.was.get("value"))

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return _FRAME + _bytes([self.value, self.was, self.by])


@record(frozen=True, kw_only=True, slots=True)
class EditedRows:
    """The edits of some neighbouring rows of one content, whichever runs of the job read it."""

    job_id: str
    #: What names the content within its job: see :func:`content_key`.
    content: str
    block: int
    filename: str
    #: Where the content was edited last.
    run_id: str
    task_id: str
    row_mode: RowMode
    updated_at: datetime
    #: By row and field (``3/total``), oldest first.
    cells: Mapping[str, tuple[Edit, ...]] = field(default_factory=dict)

    def by_cell(self) -> Iterator[tuple[int, str, tuple[Edit, ...]]]:
        """Every cell's row, field and edits."""
        for key, made in self.cells.items():
            row, _, name = key.partition("/")
            yield int(row), name, made


def content_key(task: Task, mode: RowMode) -> str:
    """What names a file's rows in every run of its job: its bytes and what becomes a row; the task, where its bytes were not digested."""
    content = task.result.content if task.result else ""
    return paths.digest("content", content or task.id, mode)


def cell_key(row: int, name: str) -> str:
    """What names a cell among the edits of its content."""
    return f"{row}/{name}"


def standing(edits: Sequence[Edit], run: Run) -> Edit | None:
    """The edit that a run shows: the last one made in it or before it was submitted, so that later runs never change earlier ones."""
    for edit in reversed(edits):
        if edit.run_id == run.id or run.submitted_at is None or edit.at <= run.submitted_at:
            return None if edit.verdict is Verdict.WITHDRAWN else edit
    return None


def fits(edit: Edit, of: Field) -> bool:
    """Whether the edit can be of the field: its type may be another one since, and nothing is said of values of that."""
    try:
        from_json(of.type, edit.said, columns=of.columns)
    except InvalidInput:
        return False
    return True


def carries(edit: Edit, cell: Cell, run: Run) -> bool:
    """Whether an edit of another run speaks of what this one read.

    A file that is one row is known by its content, and what is true of it stays so. The rows of a table are known by their numbers alone,
    which change with what is read: there, and for a value that was rejected, the same value must have been read again.
    """
    if edit.run_id == run.id:
        return True
    if run.options.row_mode is RowMode.FILE and edit.verdict is not Verdict.REJECTED and edit.whole:
        return True
    return edit.of_value(cell)


def added(edits: Sequence[Edit], edit: Edit, submitted: datetime | None) -> tuple[Edit, ...]:
    """The edits with one more, the last few of them.

    One that was made in the same run after any run of the job was last ``submitted`` is replaced: no other run can show it.
    """
    return (*(one for one in edits if one.run_id != edit.run_id or (submitted is not None and one.at <= submitted)), edit)[-MAX_KEPT:]


def was_read(cell: Cell) -> Mapping[str, Any]:
    """A cell as it is kept beside what is said of it: as JSON, a long value and its evidence by a digest."""
    kept = cell_to_json(cell)
    if _bytes(kept) <= MAX_VALUE_BYTES:
        return kept
    return {"state": cell.state.value, "confidence": cell.confidence, _DIGEST: _digest(kept["value"])}


def fitted(cells: Mapping[str, tuple[Edit, ...]]) -> Mapping[str, tuple[Edit, ...]]:
    """The edits of neighbouring rows within :data:`MAX_BYTES`: the oldest that others have replaced are dropped first.

    Raises InvalidInput, code ``too_much_said``, where what stands is too much by itself.
    """
    left = {key: list(made) for key, made in cells.items()}
    over = sum(_bytes(key) + sum(edit.size for edit in made) for key, made in left.items()) - MAX_BYTES
    while over > 0:
        replaced = [made for made in left.values() if len(made) > 1]
        if not replaced:
            message = f"What is said of these {ROWS_TOGETHER} rows takes {over:,} bytes too many. Withdraw some of it."
            raise InvalidInput(message, code="too_much_said", field="edits")
        over -= min(replaced, key=lambda made: made[0].at).pop(0).size
    return {key: tuple(made) for key, made in left.items()}


def _bytes(json: Any) -> int:
    return len(dumps(json, ensure_ascii=False).encode("utf-8", "replace"))


def _digest(json: Any) -> str:
    return paths.digest("value", dumps(json, sort_keys=True))


def shown(cell: Cell, edit: Edit | None, of: Field) -> Cell:
    """The cell with what was said of it, which :func:`fits`: sure where it was accepted or corrected, unreadable where it was rejected."""
    if edit is None:
        return cell
    if edit.verdict is Verdict.ACCEPTED and edit.of_value(cell):
        return replace(cell, confidence=1.0, notes=())
    if edit.verdict is Verdict.REJECTED:
        return Cell(state=CellState.UNREADABLE)
    return _said(edit.said, of) if edit.whole else cell


def _said(json: Any, of: Field) -> Cell:
    value = from_json(of.type, json, columns=of.columns)
    return Cell(state=CellState.BLANK) if value is None else Cell(state=CellState.FOUND, value=value, confidence=1.0)


def checked_value(json: Any, of: Field) -> Any:
    """A corrected value as it is kept; raises InvalidInput for one that the field cannot hold."""
    try:
        value = to_json(from_json(of.type, json, columns=of.columns))
    except InvalidInput as error:
        raise InvalidInput(f"{of.name}: {error}", code="bad_value", field=of.name) from error
    if of.choices and value is not None and value not in of.choices:
        raise InvalidInput(f"{of.name}: {value!r} is none of its choices: {', '.join(of.choices)}.", code="bad_value", field=of.name)
    if len(repr(value)) > MAX_VALUE_BYTES:
        raise InvalidInput(f"{of.name}: a corrected value takes at most {MAX_VALUE_BYTES:,} characters.", code="bad_value", field=of.name)
    return value
