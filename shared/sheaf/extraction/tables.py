"""Table fields: the grid whose headers name most columns becomes a list of rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from sheaf.documents.model import Page
from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import MISSING, Box, Cell, CellState, Evidence, Scalar
from sheaf.extraction.candidates import Customs
from sheaf.extraction.concepts import Reading, understand
from sheaf.extraction.grids import Grid, GridCell, match_columns, read_cell
from sheaf.extraction.layout import union
from sheaf.extraction.parsing.found import fold

MAX_ROWS = 10_000
_NAME = re.compile(r"[^a-z0-9]+")


def table_value(field: Field, grids: Sequence[Grid], customs: Customs, pages: Mapping[int, Page]) -> Cell:
    """The cell of a table field from the best of ``grids``, and those that continue it; missing where none fits."""
    best = _best(field, grids)
    if best is None:
        return MISSING
    columns = field.columns or _own_columns(best)
    readings = understand(columns)
    chosen = [grid for grid in grids if grid is best or grid.headers == best.headers]
    matched = match_columns(best.headers, readings, best.rows) if field.columns else {index: index for index in range(len(columns))}
    if not matched:
        return MISSING
    rows = [_row(readings, matched, row, customs) for grid in chosen for row in islice(grid.rows, MAX_ROWS) if any(row)]
    confidence = round(0.5 + 0.45 * len(matched) / max(len(columns), 1), 3)
    return (
        Cell(state=CellState.FOUND, value=tuple(rows), confidence=confidence, evidence=_evidence(best, pages))
        if rows
        else Cell(state=CellState.BLANK)
    )


def _best(field: Field, grids: Sequence[Grid]) -> Grid | None:
    """The grid with most of the field's columns named, then most rows; by its look where the field names none."""
    columns = understand(field.columns or USUAL)
    ranked = [(len(match_columns(grid.headers, columns, grid.rows)), len(grid.rows), -index) for index, grid in enumerate(grids)]
    best = max(ranked, default=(0, 0, 0))
    enough = min(2, len(field.columns)) if field.columns else 2
    if best[0] < enough and not (not field.columns and len(grids) == 1):
        return None
    return grids[-best[2]]


#: What most tables of goods and services hold; only used to tell which table is meant.
USUAL = (
    Field(name="description"),
    Field(name="quantity", type=FieldType.NUMBER),
    Field(name="unit_price", type=FieldType.AMOUNT),
    Field(name="line_total", type=FieldType.AMOUNT),
    Field(name="item_code"),
    Field(name="unit"),
    Field(name="line_number", type=FieldType.NUMBER),
)


def _own_columns(grid: Grid) -> tuple[Field, ...]:
    """Columns named as the table's own headers are."""
    names: list[str] = []
    for index, header in enumerate(grid.headers):
        name = _NAME.sub("_", fold(header)).strip("_")[:60] or f"column_{index + 1}"
        name = name if name[0].isalpha() else f"c_{name}"
        names.append(name if name not in names else f"{name}_{index + 1}")
    return tuple(Field(name=name) for name in names)


def _row(
    readings: Iterable[Reading], matched: Mapping[int, int], row: Sequence[GridCell | None], customs: Customs
) -> dict[str, Scalar | None]:
    values: dict[str, Scalar | None] = {}
    for reading in readings:
        column = matched.get(reading.index)
        cell = row[column] if column is not None and column < len(row) else None
        value = read_cell(reading.field, cell, customs, None, None).value if cell is not None else None
        values[reading.field.name] = None if isinstance(value, tuple) else value
    return values


def _around(boxes: Sequence[Box]) -> Box:
    lows, highs = zip(*((box[:2], box[2:]) for box in boxes), strict=True)
    return Box(*map(min, zip(*lows, strict=True)), *map(max, zip(*highs, strict=True)))


def _evidence(grid: Grid, pages: Mapping[int, Page]) -> Evidence:
    """The table's extent and its first row as printed: its box where words have one, else its first cell's place."""
    cells = [cell for row in islice(grid.rows, 200) for cell in row if cell is not None and cell.page == grid.page]
    words = [word for cell in cells for word in cell.words]
    header = "  ".join(grid.headers)
    text = "  ".join(cell.text for cell in next(iter(grid.rows), ()) if cell is not None)
    page = pages.get(grid.page)
    boxes = [cell.box for cell in cells if cell.box is not None]
    if (words or boxes) and page is not None and not page.grid:
        return Evidence(text=text, page=grid.page, box=page.shown(union(words) if words else _around(boxes)), label=header)
    place = next((cell.place for cell in cells if cell.place is not None), None)
    return Evidence(
        text=text,
        page=grid.page,
        cell=place.cell if place else None,
        line=place.line if place else None,
        path=place.path if place else None,
        label=header,
    )
