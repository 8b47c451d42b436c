"""What a field asks of its values, whichever engine read them: check digits, letters, a pattern, a default.

Nothing here is a guess, and nothing that was read is lost: what does not match its pattern is unreadable and keeps its verbatim text, a
number whose check digits do not hold is kept and marked down, and a default leaves the state as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sheaf.domain.demands import default_of
from sheaf.domain.fields import Field
from sheaf.domain.formats import CASES, in_case
from sheaf.domain.rows import Cell, CellNote, CellState, Row
from sheaf.extraction.matching import matches_field
from sheaf.extraction.parsing.identifiers import is_valid
from sheaf.extraction.types.schemes import scheme_of

#: Most that a value is trusted whose check digits do not hold, and a table with a cell that does not match its column's pattern.
DOUBTED = 0.3
_ABSENT = frozenset({CellState.BLANK, CellState.MISSING})


def finished(rows: Iterable[Row], fields: Sequence[Field]) -> Iterable[Row]:
    """The rows as their fields ask for them."""
    demanding = [field for field in fields if _asks(field)]
    return (_row(row, demanding) for row in rows) if demanding else rows


def _asks(field: Field) -> bool:
    own = field.default or field.pattern or field.format in CASES or scheme_of(field)
    return bool(own) or any(map(_asks, field.columns))


def _row(row: Row, fields: Sequence[Field]) -> Row:
    changed = {field.name: _cell(field, row.cells[field.name]) for field in fields if field.name in row.cells}
    return replace(row, cells={**row.cells, **changed})


def _cell(field: Field, cell: Cell) -> Cell:
    if cell.state in _ABSENT and field.default:
        return replace(cell, value=default_of(field), notes=(*cell.notes, CellNote.DEFAULT))  # type: ignore[arg-type]
    if cell.state is not CellState.FOUND:
        return cell
    if field.columns and isinstance(cell.value, tuple):
        return _table(field, cell)
    cell = replace(cell, value=_lettered(field, cell.value))
    if field.pattern and not matches_field(field, cell.value, cell.evidence.text if cell.evidence else ""):
        return replace(cell, state=CellState.UNREADABLE, value=None, confidence=0.0, notes=(*cell.notes, CellNote.PATTERN))
    return cell if _holds(field, cell.value) else _doubted(cell, CellNote.CHECK_DIGITS)


def _lettered(field: Field, value: Any) -> Any:
    return in_case(value, field.format) if isinstance(value, str) and field.format in CASES else value


def _holds(field: Field, value: object) -> bool:
    """Whether a number's check digits hold; those of no scheme have none."""
    scheme = scheme_of(field)
    return not scheme or not isinstance(value, str) or is_valid(scheme, value)


def _doubted(cell: Cell, note: CellNote) -> Cell:
    notes = cell.notes if note in cell.notes else (*cell.notes, note)
    return replace(cell, confidence=min(cell.confidence, DOUBTED), notes=notes)


def _table(field: Field, cell: Cell) -> Cell:
    """A table with its columns' defaults and letters; one with a value that a column would not have is doubted, and keeps it."""
    asking = [column for column in field.columns if _asks(column)]
    read: Sequence[Any] = cell.value if isinstance(cell.value, tuple) else ()
    rows = [{**row, **{column.name: _in_column(column, row.get(column.name)) for column in asking}} for row in read]
    cell = replace(cell, value=tuple(rows))
    values = [(column, row[column.name]) for row in rows for column in asking if row[column.name] is not None]
    if any(column.pattern and not matches_field(column, value, "") for column, value in values):
        cell = _doubted(cell, CellNote.PATTERN)
    return cell if all(_holds(column, value) for column, value in values) else _doubted(cell, CellNote.CHECK_DIGITS)


def _in_column(column: Field, value: Any) -> Any:
    return default_of(column) if value is None and column.default else _lettered(column, value)
