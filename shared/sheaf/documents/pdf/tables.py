"""Ruled tables of PDF pages: words put into the cells of a lattice, lines of a cell kept, tables followed over page breaks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from sheaf.documents import headers
from sheaf.documents.model import Page, Table, TableCell, Word
from sheaf.documents.pdf.lattice import Lattice, lattices_of
from sheaf.documents.pdf.rules import Rules
from sheaf.documents.reading_order import lines_of

#: Two tables are one when their columns part at the same places, so many points more or less.
_SAME_COLUMN = 4.0
#: Rows of a ruled table that may hold several rows of text: those of a table with a line under its header and one at its end.
_FEW_BANDS = 3
_FEWEST_FILLED = 2

Rows = list[list[TableCell | None]]
#: Where a word's middle is, across and down, and the word.
Middle = tuple[float, float, Word]


def ruled_tables(words: Sequence[Word], rules: Rules, number: int) -> list[Table]:
    """The tables that lines on page ``number`` make of its words."""
    lattices = lattices_of(rules)
    middles = [((word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2, word) for word in words] if lattices else []
    tables = (_table(lattice, middles, number) for lattice in lattices)
    return [table for table in tables if table is not None]


def _table(lattice: Lattice, middles: Sequence[Middle], number: int) -> Table | None:
    inside = _by_cell(lattice, middles)
    if len(lattice.ys) - 1 <= _FEW_BANDS:
        rows = [row for band in range(len(lattice.ys) - 1) for row in _band(lattice, inside, band)]
    else:
        rows = [_row(lattice, inside, band) for band in range(len(lattice.ys) - 1)]
    rows = _trimmed(rows)
    if sum(1 for row in rows if sum(cell is not None for cell in row) >= _FEWEST_FILLED) < _FEWEST_FILLED:
        return None
    return Table(rows, page=number, header_rows=_header_rows(rows))


def _by_cell(lattice: Lattice, middles: Sequence[Middle]) -> dict[tuple[int, int, int, int], list[Word]]:
    """The words whose middles lie in each cell."""
    at: dict[tuple[int, int], tuple[int, int, int, int]] = {}
    for cell in lattice.cells:
        row, column, down, across = cell
        at |= {(i, j): cell for i in range(row, row + down) for j in range(column, column + across)}
    inside: dict[tuple[int, int, int, int], list[Word]] = {}
    left, top, right, bottom = lattice.box
    for x, y, word in middles:
        if left <= x < right and top <= y < bottom:
            inside.setdefault(at[bisect_right(lattice.ys, y) - 1, bisect_right(lattice.xs, x) - 1], []).append(word)
    return inside


def _row(lattice: Lattice, inside: dict[tuple[int, int, int, int], list[Word]], band: int) -> list[TableCell | None]:
    row: list[TableCell | None] = [None] * (len(lattice.xs) - 1)
    for cell in (cell for cell in lattice.cells if cell[0] == band):
        words = inside.get(cell, [])
        if words:
            row[cell[1]] = TableCell(_text(words), lattice.cell_box(cell), None, cell[3], cell[2])
    return row


def _band(lattice: Lattice, inside: dict[tuple[int, int, int, int], list[Word]], band: int) -> Rows:
    """The rows of text between two lines: several where more than one line of it has figures in the same columns."""
    cells = [cell for cell in lattice.cells if cell[0] == band and cell[2] == 1]
    lines = lines_of([word for cell in cells for word in inside.get(cell, [])])
    starts = _starts([[_column(lattice, word) for word in line] for line in lines], lines)
    if len(starts) < 2:
        return [_row(lattice, inside, band)]
    rows: Rows = []
    for first, last in pairwise([0, *starts[1:], len(lines)]):
        own = {id(word) for line in lines[first:last] for word in line}
        within = {cell: [word for word in inside.get(cell, []) if id(word) in own] for cell in cells}
        rows.append([None if cell is None else _shrunk(cell, within, lattice, band) for cell in _row(lattice, within, band)])
    return rows


def _shrunk(cell: TableCell, within: dict[tuple[int, int, int, int], list[Word]], lattice: Lattice, band: int) -> TableCell:
    """A cell of a row of text, no taller than its words."""
    words = next(words for place, words in within.items() if words and lattice.cell_box(place) == cell.box and place[0] == band)
    top, bottom = min(word.box.y0 for word in words), max(word.box.y1 for word in words)
    return replace(cell, box=cell.box._replace(y0=top, y1=bottom) if cell.box is not None else None)


def _starts(columns: Sequence[Sequence[int]], lines: Sequence[Sequence[Word]]) -> list[int]:
    """The lines that begin a row: those with figures, in columns that have them on other lines too."""
    figures = [
        {column for column, word in zip(places, line, strict=True) if column > 0 and headers.is_value(word.text)}
        for places, line in zip(columns, lines, strict=True)
    ]
    usual = {column for column in set().union(*figures) if sum(column in line for line in figures) > 1} if figures else set()
    most = max((len(line & usual) for line in figures), default=0)
    return [index for index, line in enumerate(figures) if len(line & usual) * 2 > most > 0]


def _column(lattice: Lattice, word: Word) -> int:
    return bisect_right(lattice.xs, (word.box.x0 + word.box.x1) / 2) - 1


def _text(words: Sequence[Word]) -> str:
    return "\n".join(" ".join(word.text for word in line) for line in lines_of(words))


def _trimmed(rows: Rows) -> Rows:
    """The rows without empty ones, and without columns that nothing begins in, such as margins between double lines."""
    rows = [row for row in rows if any(cell is not None for cell in row)]
    kept = [j for j in range(len(rows[0]) if rows else 0) if any(row[j] is not None for row in rows)]
    return [[_within(row[j], j, kept) for j in kept] for row in rows]


def _within(cell: TableCell | None, column: int, kept: Sequence[int]) -> TableCell | None:
    if cell is None or cell.colspan == 1:
        return cell
    return replace(cell, colspan=sum(1 for j in kept if column <= j < column + cell.colspan))


def _header_rows(rows: Rows) -> int:
    texts = [[cell.text if cell else "" for cell in row] for row in rows[: headers.SAMPLE_ROWS]]
    grouped = any(cell is not None and cell.colspan > 1 for cell in rows[0])
    return headers.header_depth(texts, grouped=grouped)


def followed(pages: Sequence[Page]) -> list[Page]:
    """The pages with each table marked that goes on with the last one of the page before: their columns part at the same places."""
    found: list[Page] = []
    last: Table | None = None
    for page in pages:
        tables = list(page.tables)
        if last is not None and tables and _goes_on(last, tables[0]):
            tables[0] = _continued(last, tables[0])
        last = tables[-1] if tables else None
        found.append(page if tables == list(page.tables) else replace(page, tables=tables))
    return found


def _goes_on(above: Table, table: Table) -> bool:
    one, other = _lefts(above), _lefts(table)
    near = all(abs(one[column] - other[column]) <= _SAME_COLUMN for column in one.keys() & other.keys())
    return near and len(one.keys() & other.keys()) >= 2 and len(above.rows[0]) == len(table.rows[0])


def _lefts(table: Table) -> dict[int, float]:
    """Where each column begins."""
    return {j: cell.box.x0 for row in table.rows for j, cell in enumerate(row) if cell is not None and cell.box is not None}


def _continued(above: Table, table: Table) -> Table:
    """The table, its leading rows taken for a header only where they repeat the one above."""
    count = above.header_rows
    repeated = 0 < count < len(table.rows) and _texts(above, count) == _texts(table, count)
    return replace(table, header_rows=count if repeated else 0, continues=True)


def _texts(table: Table, count: int) -> list[list[str]]:
    return [[" ".join(cell.text.split()) if cell else "" for cell in row] for row in list(table.rows)[:count]]
