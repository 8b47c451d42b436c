"""Tables in texts and slides as grids: repetitions written out within bounds, spans resolved, header rows counted.

See OpenDocument 1.3 part 3, 9 (tables).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sheaf.documents.bounds import too_large
from sheaf.documents.odf.elements import count, elements

_GROUPS = frozenset({"table-rows", "table-row-group", "table-header-rows"})
_CELLS = frozenset({"table-cell", "covered-table-cell"})
_MAX_SPAN = 1_000
_MAX_COLUMNS = 16_384


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of the source, where its span begins."""

    element: Any
    path: str
    colspan: int
    rowspan: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's cells at their grid positions, None where covered."""

    rows: list[list[Slot | None]]
    header_rows: int


def grid_of(table: Any, path: str, most_cells: int) -> Grid:
    """The table's own rows.

    Raises:
        FileProblem: ``too_large`` when its repetitions come to more than ``most_cells`` cells.
    """
    rows: list[list[Slot | None]] = []
    cells = marked = 0
    for number, (row, in_header) in enumerate(_rows(table), start=1):
        placed = _placed(row, f"{path}/tr[{number}]")
        repeated = count(row, "number-rows-repeated")
        cells += max(len(placed), 1) * repeated
        if cells > most_cells:
            raise too_large("A table", cells, most_cells, "cells")
        marked += repeated if in_header else 0
        rows += [placed] * repeated
    return Grid(rows, marked if marked < len(rows) else 0)


def _rows(table: Any, *, in_header: bool = False) -> Iterator[tuple[Any, bool]]:
    for child, name in elements(table):
        if name == "table-row":
            yield child, in_header
        elif name in _GROUPS:
            yield from _rows(child, in_header=in_header or name == "table-header-rows")


def _placed(row: Any, path: str) -> list[Slot | None]:
    placed: list[Slot | None] = []
    inner = ((child, name) for child, name in elements(row) if name in _CELLS)
    for number, (cell, name) in enumerate(inner, start=1):
        slot = _slot(cell, f"{path}/tc[{number}]") if name == "table-cell" else None
        placed += [slot] * count(cell, "number-columns-repeated")
        if len(placed) > _MAX_COLUMNS:
            raise too_large("A table", len(placed), _MAX_COLUMNS, "columns")
    return placed


def _slot(cell: Any, path: str) -> Slot:
    across, down = (min(count(cell, name), _MAX_SPAN) for name in ("number-columns-spanned", "number-rows-spanned"))
    return Slot(cell, path, across, down)
