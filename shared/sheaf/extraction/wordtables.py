"""Tables printed on a page: a header row known by its labels, columns by their place, rows down to the totals."""

from __future__ import annotations

from collections.abc import Sequence

from sheaf.extraction.grids import Grid, GridCell
from sheaf.extraction.labels import Labels
from sheaf.extraction.layout import Layout
from sheaf.extraction.tablebodies import Body, BodyReader, cells_of, figure_columns, page_of
from sheaf.extraction.tableheads import Column, header_at

#: Rows of letterhead and the like that may stand above a table that goes on.
NEAR_TOP = 15


def printed_tables(layout: Layout, labels: Labels, phrases: frozenset[str]) -> list[Grid]:
    """Every table found by a header row; ``phrases`` are the label keys of the columns asked for.

    A table that goes on over a page's end is a grid for each page, all with the same headers.
    """
    found: list[Grid] = []
    row = 0
    while row < len(layout.rows):
        columns, height = header_at(layout, labels, row, phrases)
        row += height or 1
        if len(columns) < 2:
            continue
        body = BodyReader(layout, labels, columns, phrases).read(row)
        row = body.end
        if body.rows:
            found.append(_grid(columns, body.rows))
        while body.rows and body.goes_on and (start := _resumed(layout, labels, body, columns, phrases)):
            body = BodyReader(layout, labels, columns, phrases).read(start)
            row = max(row, body.end)
            if body.rows:
                found.append(_grid(columns, body.rows))
    return found


def _grid(columns: Sequence[Column], rows: Sequence[Sequence[GridCell | None]]) -> Grid:
    return Grid(tuple(column.header for column in columns), rows, next(cell.page for cell in rows[0] if cell is not None))


def _resumed(layout: Layout, labels: Labels, body: Body, columns: Sequence[Column], phrases: frozenset[str]) -> int:
    """The row at which a table goes on near the top of the next page, 0 where it does not.

    Either its header is repeated there, or a row has figures in all the columns that have them, and something in the first one.
    """
    page = next(cell.page for cell in body.rows[-1] if cell is not None) + 1
    first = next((at for at in range(body.end, len(layout.rows)) if page_of(layout, at) >= page), len(layout.rows))
    headers = [column.header for column in columns]
    for at in range(first, min(first + NEAR_TOP, len(layout.rows))):
        if page_of(layout, at) != page:
            return 0
        own, height = header_at(layout, labels, at, phrases)
        if own:
            return at + height if [column.header for column in own] == headers else 0
        cells = cells_of([layout.segments[index] for index in layout.rows[at]], columns)
        if len(body.anchors) > 1 and cells[0] is not None and body.anchors <= figure_columns(cells):
            return at
    return 0
