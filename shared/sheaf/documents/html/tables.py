"""HTML tables as grids: spans resolved, header rows counted, layout tables told from tables of data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sheaf.documents import headers
from sheaf.documents.bounds import too_large
from sheaf.documents.limits import Limits

#: What browsers allow; further down a span is cut to the table's rows anyway.
_MAX_COLSPAN = 1000
#: As many as a sheet has.
_MAX_COLUMNS = 16_384
_SECTIONS = frozenset({"thead", "tbody", "tfoot"})


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of the source, where its span begins."""

    element: Any
    path: str
    colspan: int
    rowspan: int


Grid = list[list[Slot | None]]


def grid_of(table: Any, path: str, limits: Limits) -> Grid:
    """The table's own cells (not those of tables inside it) at their grid positions, None where empty or covered by a span.

    Raises:
        FileProblem: ``too_large``.
    """
    rows = list(_rows(table, path))
    #: By column, the row up to which a cell from above covers it.
    covered: dict[int, int] = {}
    grid: Grid = []
    cells = 0
    for index, (row, row_path) in enumerate(rows):
        grid.append(_placed(row, row_path, covered, index, len(rows)))
        cells += len(grid[-1])
        if cells > limits.max_table_cells:
            raise too_large("A table", cells, limits.max_table_cells, "cells")
    return grid


def _placed(row: Any, path: str, covered: dict[int, int], index: int, count: int) -> list[Slot | None]:
    placed: list[Slot | None] = []
    for cell, cell_path in _cells(row, path):
        while covered.get(len(placed), -1) >= index:
            placed.append(None)
        slot = Slot(cell, cell_path, _span(cell, "colspan", _MAX_COLSPAN), _span(cell, "rowspan", count - index))
        if slot.rowspan > 1:
            covered.update(dict.fromkeys(range(len(placed), len(placed) + slot.colspan), index + slot.rowspan - 1))
        placed += [slot, *[None] * (slot.colspan - 1)]
        if len(placed) > _MAX_COLUMNS:
            raise too_large("A table", len(placed), _MAX_COLUMNS, "columns")
    return placed


def _rows(table: Any, path: str) -> Iterator[tuple[Any, str]]:
    counts: Counter[Any] = Counter()
    for child in table:
        counts[child.tag] += 1
        inner = f"{path}/{child.tag}[{counts[child.tag]}]"
        if child.tag == "tr":
            yield child, inner
        elif child.tag in _SECTIONS:
            yield from _rows(child, inner)


def _cells(row: Any, path: str) -> Iterator[tuple[Any, str]]:
    counts: Counter[Any] = Counter()
    for child in row:
        counts[child.tag] += 1
        if child.tag in {"td", "th"}:
            yield child, f"{path}/{child.tag}[{counts[child.tag]}]"


def _span(cell: Any, name: str, most: int) -> int:
    value = cell.get(name, "1").strip()[:6]
    if not (value.isascii() and value.isdigit()):
        return 1
    # A rowspan of 0 reaches to the end of the table.
    return min(int(value), most) or (most if name == "rowspan" else 1)


def leading_headers(grid: Grid) -> int:
    """How many leading rows name the columns: those of ``thead`` or of ``th`` alone, else one if its texts look like names."""
    marked = 0
    for row in grid:
        if not _is_marked(row):
            break
        marked += 1
    if marked:
        return marked if marked < len(grid) else 0
    grouped = bool(grid) and any(slot is not None and slot.colspan > 1 for slot in grid[0])
    return headers.header_depth([[_text(slot) for slot in row] for row in grid[: headers.SAMPLE_ROWS]], grouped=grouped)


def _is_marked(row: Sequence[Slot | None]) -> bool:
    slots = [slot for slot in row if slot is not None]
    if not slots:
        return False
    if slots[0].element.getparent().getparent().tag == "thead":
        return True
    return all(slot.element.tag == "th" or not _text(slot) for slot in slots) and any(slot.element.tag == "th" for slot in slots)


def _text(slot: Slot | None) -> str:
    return " ".join(slot.element.text_content().split()) if slot is not None else ""


def is_data_table(table: Any, grid: Grid) -> bool:
    """Does the table hold data, or does it only arrange the page?"""
    if table.get("role") in {"presentation", "none"} or table.find(".//table") is not None:
        return False
    return len(grid) > 1 and max((len(row) for row in grid), default=0) > 1
