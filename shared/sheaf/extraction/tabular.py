"""Inputs that are tables by nature: columns go to fields by name, every data row comes out, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice

from sheaf.documents.model import Document
from sheaf.domain.fields import FieldType
from sheaf.domain.rows import MISSING, Amount, Cell, CellState, Row
from sheaf.extraction.besides import is_form
from sheaf.extraction.candidates import Customs, customs_of
from sheaf.extraction.concepts import Reading
from sheaf.extraction.engine import Extraction
from sheaf.extraction.grids import Column, Grid, GridCell, from_table, match_columns, read_cell
from sheaf.extraction.parsing.found import fold, squash
from sheaf.extraction.tables import table_value

SAMPLE_ROWS = 200
#: Values a list field or a file-level table takes from a sheet.
MAX_VALUES = 10_000
MANY_ROWS = (
    "This file is a table of {rows} rows; fields that differ from row to row are missing here. Use one row per table row to get them all."
)
_TOTAL_WORDS = frozenset("total totals totale totales totaux totaal gesamt summe sum suma somme grand".split())


def grids_of(document: Document) -> list[Grid]:
    """Every table with at least one data row."""
    return [grid for table in document.tables if len((grid := from_table(table)).rows)]


def customs_of_grids(grids: Iterable[Grid]) -> Customs:
    """How the tables write dates and numbers, from their first rows."""
    rows = [row for grid in grids for row in islice(grid.rows, SAMPLE_ROWS)]
    return customs_of("\n".join("  ".join(cell.text for cell in row if cell) for row in rows))


def rows_of_tables(document: Document, readings: Sequence[Reading]) -> Extraction | None:
    """One row per data row of every table whose headers name a field; None where no table's do."""
    grids = grids_of(document)
    matched = [(grid, columns) for grid in grids if (columns := match_columns(grid.headers, readings))]
    if not matched:
        return None
    left_out = [grid for grid in grids if not match_columns(grid.headers, readings)]
    notes = [f"Table {grid.name or grid.page} was left out: no header names a field." for grid in left_out]
    customs = customs_of_grids(grid for grid, _ in matched)
    return Extraction(rows=_stream(document, matched, readings, customs), rows_in=sum(len(grid.rows) for grid, _ in matched), notes=notes)


def _stream(
    document: Document, matched: Sequence[tuple[Grid, dict[int, int]]], readings: Sequence[Reading], customs: Customs
) -> Iterator[Row]:
    pages = {page.number: page for page in document.pages}
    missing = {reading.field.name: MISSING for reading in readings}
    index = 0
    for grid, columns in matched:
        read = [
            (reading.field.name, column, Column(reading.field, customs, pages.get(grid.page), grid.headers[column]))
            for reading in readings
            if (column := columns.get(reading.index)) is not None
        ]
        for number, row in enumerate(grid.rows):
            cells = missing | {name: one.cell(_at(row, column)) for name, column, one in read}
            yield Row(cells=cells, index=index, source=_source(grid, row, number))
            index += 1


def _at(row: Sequence[GridCell | None], column: int) -> GridCell | None:
    return row[column] if column < len(row) else None


def _source(grid: Grid, row: Sequence[GridCell | None], number: int) -> str:
    place = next((cell.place for cell in row if cell is not None and cell.place is not None), None)
    if place is not None and place.line is not None:
        return f"line {place.line}"
    return (place.cell or place.path or "" if place is not None else "") or f"{grid.name or f'table on page {grid.page}'}, row {number + 1}"


def file_row(document: Document, readings: Sequence[Reading]) -> tuple[dict[str, Cell], list[str]] | None:
    """One row for a whole table: what all its rows agree on, totals, columns as lists. None where it is no table but labels and values."""
    grids = [grid for grid in grids_of(document) if not is_form(grid, readings)]
    matched = [(grid, match_columns(grid.headers, readings, spelt=True)) for grid in grids]
    grid, columns = max(matched, key=lambda pair: (len(pair[1]), len(pair[0].rows)), default=(None, {}))
    if grid is None or not _is_columns(grid, columns, readings):
        return None
    customs = customs_of_grids([grid])
    cells = {reading.field.name: _summary(document, grid, columns.get(reading.index), reading, customs) for reading in readings}
    many = len(grid.rows) > 1 and any(
        cells[reading.field.name].state is CellState.MISSING for reading in readings if reading.index in columns
    )
    return cells, [MANY_ROWS.format(rows=len(grid.rows))] if many else []


def _is_columns(grid: Grid, columns: dict[int, int], readings: Sequence[Reading]) -> bool:
    """Whether fields are columns here, rather than labels down the first column."""
    down = sum(_labels_down(grid, reading) for reading in readings)
    tables = any(reading.field.type is FieldType.TABLE for reading in readings)
    wide = len(grid.headers) > 2
    return (
        len(columns) > down
        or (wide and len(columns) == down > 0)
        or (tables and down == 0)
        or (not columns and down == 0 and len(grid.rows) > 30)
    )


def _labels_down(grid: Grid, reading: Reading) -> bool:
    heads = [[cell.text] for row in islice(grid.rows, 60) if (cell := _at(row, 0)) is not None]
    return len(grid.headers) <= 4 and any(match_columns(head, [reading], spelt=True) for head in heads)


def _summary(document: Document, grid: Grid, column: int | None, reading: Reading, customs: Customs) -> Cell:
    field = reading.field
    if field.type is FieldType.TABLE:
        return table_value(field, [grid], customs, {page.number: page for page in document.pages})
    if column is None:
        return MISSING
    page = next((page for page in document.pages if page.number == grid.page), None)
    header = grid.headers[column]
    if field.type is FieldType.LIST:
        return _column_list(grid, column, header)
    cells = (read_cell(field, _at(row, column), customs, page, header) for row in grid.rows)
    agreed, seen = _agreed(cells)
    if agreed is not None or len(grid.rows) > MAX_VALUES:
        return agreed or MISSING
    return _total(grid, [*seen, *cells], field.type) or MISSING


def _column_list(grid: Grid, column: int, header: str) -> Cell:
    cells = [cell for row in islice(grid.rows, MAX_VALUES) if (cell := _at(row, column)) is not None]
    values = tuple(dict.fromkeys(cell.text for cell in cells))
    if not values:
        return Cell(state=CellState.BLANK)
    return Cell(state=CellState.FOUND, value=values, confidence=0.95, evidence=cells[0].evidence(None, header))


def _agreed(cells: Iterator[Cell]) -> tuple[Cell | None, list[Cell]]:
    """The one cell that all rows have, and the cells read until they differed."""
    seen: list[Cell] = []
    for cell in cells:
        if seen and (cell.state, _key(cell.value)) != (seen[0].state, _key(seen[0].value)):
            return None, [*seen, cell]
        if len(seen) <= MAX_VALUES:
            seen.append(cell)
    return (seen[0] if seen else None), seen


def _key(value: object) -> object:
    return squash(value) if isinstance(value, str) else (value.amount, value.currency) if isinstance(value, Amount) else value


def _total(grid: Grid, cells: Sequence[Cell], kind: FieldType) -> Cell | None:
    """The value of a last row that calls itself the total and is the sum of the rows above it."""
    if kind not in (FieldType.AMOUNT, FieldType.NUMBER) or len(cells) < 2 or len(cells) != len(grid.rows):
        return None
    last = grid.rows[len(grid.rows) - 1]
    named = any(cell is not None and _TOTAL_WORDS & set(fold(cell.text).strip(" :").split()) for cell in last)
    numbers = [_number(cell.value) for cell in cells[:-1]]
    wanted = _number(cells[-1].value)
    if not named or wanted is None:
        return None
    agrees = sum(number for number in numbers if number is not None) == wanted
    return cells[-1] if agrees or any(number is None for number in numbers) else None


def _number(value: object) -> Decimal | None:
    return value.amount if isinstance(value, Amount) else value if isinstance(value, Decimal) else None
