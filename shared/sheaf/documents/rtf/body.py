"""RTF's texts and marks laid out: paragraphs, pages, tables in aligned columns; what stands aside put at the edge or the foot.

See the Rich Text Format Specification 1.9.1, "Table Definitions". A row's cells come first and its definition, which says how wide they
are, before or after them; a table is nothing but rows that follow each other.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from sheaf.documents import headers
from sheaf.documents.bounds import too_large
from sheaf.documents.grid import CELL_WIDTH, TEXT_WIDTH, Block, GridCell, is_grouped, stacked, tabulated, text_block
from sheaf.documents.limits import Limits
from sheaf.documents.model import Place
from sheaf.documents.rtf.reader import Piece, whole

_TAB = 8
#: Edges of columns nearer than this, in twentieths of a point, are one.
_SAME_EDGE = 30
_MAX_COLUMNS = 1_000
#: What ends a paragraph.
_ENDS = frozenset({"par", "cell", "row", "sect", "page"})


@dataclass(slots=True)
class _Defined:
    """What a row's definition says of one cell."""

    #: Where it ends, in twentieths of a point.
    right: int
    merges_left: bool = False
    #: ``restart`` or ``continue`` in a vertical merge, else "".
    down: str = ""


@dataclass(slots=True)
class _Row:
    cells: list[Block] = field(default_factory=list)
    defined: list[_Defined] = field(default_factory=list)
    is_header: bool = False


class Body:
    """Lays out one stream of pieces; its paths begin with the name of what stands aside, "" for the main text."""

    def __init__(self, limits: Limits, part: str = "") -> None:
        self._limits = limits
        self._prefix = f"{part}/" if part else ""
        self._pages: list[list[Block]] = [[]]
        self._texts: list[tuple[str, bool]] = []
        self._paragraphs = self._tables = 0
        self._cell: list[Block] = []
        self._row = _Row()
        self._rows: list[_Row] = []
        self._next = _Defined(0)
        self._in_table = False

    def add(self, piece: Piece) -> None:
        """Take the next piece."""
        if piece.text:
            self._texts.append((piece.text, piece.bold))
        elif piece.mark:
            self._mark(piece.mark, piece.number)

    def pages(self) -> list[Block]:
        """Everything so far; the body is empty afterwards."""
        self._paragraph()
        self._end_row(only_if_filled=True)
        self._end_table()
        return [stacked(blocks) for blocks in self._pages if any(block.tokens for block in blocks)]

    def _mark(self, mark: str, number: int | None) -> None:
        if mark in _ENDS:
            self._ended(mark)
        elif mark in {"nestcell", "nestrow"}:
            self._texts.append(("\t" if mark == "nestcell" else "\n", False))
        elif mark == "intbl":
            self._in_table = True
        elif mark == "pard":
            self._in_table = False
        else:
            self._define(mark, number)

    def _ended(self, mark: str) -> None:
        if mark == "row":
            self._end_row(only_if_filled=False)
            return
        self._paragraph(in_cell=mark == "cell")
        if mark == "cell":
            self._row.cells.append(stacked(self._cell))
            self._cell = []
        elif mark in {"page", "sect"} and not self._in_table:
            self._end_table()
            self._pages.append([])

    def _define(self, mark: str, number: int | None) -> None:
        match mark:
            case "trowd":
                self._row.defined, self._row.is_header, self._next = [], False, _Defined(0)
            case "trhdr":
                self._row.is_header = True
            case "clmrg":
                self._next.merges_left = True
            case "clvmgf" | "clvmrg":
                self._next.down = "restart" if mark == "clvmgf" else "continue"
            case "cellx" if len(self._row.defined) < _MAX_COLUMNS:
                self._next.right = number or 0
                self._row.defined.append(self._next)
                self._next = _Defined(0)
            case _:
                pass

    def _paragraph(self, *, in_cell: bool = False) -> None:
        """End the paragraph: in the cell at hand, or on the page."""
        text = whole("".join(text for text, _bold in self._texts)).expandtabs(_TAB).rstrip()
        bold = bool(text.strip()) and all(bold for text, bold in self._texts if text.strip())
        inside = in_cell or self._in_table
        if self._texts or not inside:
            width = CELL_WIDTH if inside else TEXT_WIDTH
            block = text_block(text, self._place(inside=inside), width=width, bold=bold) if text.strip() else Block(height=1)
            if inside:
                self._cell.append(block)
            else:
                self._end_table()
                self._pages[-1].append(block)
        self._texts = []

    def _place(self, *, inside: bool) -> Place:
        if inside:
            row, cell = len(self._rows) + 1, len(self._row.cells) + 1
            return Place(path=f"{self._prefix}tbl[{self._tables + 1}]/tr[{row}]/tc[{cell}]")
        self._paragraphs += 1
        return Place(path=f"{self._prefix}p[{self._paragraphs}]")

    def _end_row(self, *, only_if_filled: bool) -> None:
        if self._texts or self._cell:
            self._paragraph(in_cell=True)
            self._row.cells.append(stacked(self._cell))
            self._cell = []
        if self._row.cells or not only_if_filled:
            self._rows.append(self._row)
            # A definition holds until the next one.
            self._row = _Row(defined=self._row.defined, is_header=self._row.is_header)

    def _end_table(self) -> None:
        rows, self._rows = [row for row in self._rows if row.cells], []
        if rows:
            self._tables += 1
            self._pages[-1].append(_table(rows, f"{self._prefix}tbl[{self._tables}]", self._limits))


def _table(rows: list[_Row], path: str, limits: Limits) -> Block:
    edges = _edges(rows)
    columns = max(len(edges), *(len(row.cells) for row in rows))
    if len(rows) * columns > limits.max_table_cells:
        raise too_large("A table", len(rows) * columns, limits.max_table_cells, "cells")
    grid = [_placed(row, edges, columns, f"{path}/tr[{number}]") for number, row in enumerate(rows, start=1)]
    _merge_down(rows, grid)
    cells = [[cell for cell, _defined in row] for row in grid]
    marked = next((index for index, row in enumerate(rows) if not row.is_header), len(rows))
    texts = [[cell.text if cell else "" for cell in row] for row in cells[: headers.SAMPLE_ROWS]]
    count = marked if 0 < marked < len(rows) else headers.header_depth(texts, grouped=is_grouped(cells))
    return tabulated(cells, header_rows=count, keep=len(rows) > 1 and columns > 1)


def _edges(rows: list[_Row]) -> list[int]:
    """Where columns end, over all rows that define their cells; [] where they are too many to be one table's."""
    edges: list[int] = []
    for right in sorted({cell.right for row in rows for cell in row.defined if len(row.defined) == len(row.cells)}):
        if not edges or right - edges[-1] > _SAME_EDGE:
            edges.append(right)
    return edges if len(edges) <= _MAX_COLUMNS else []


def _placed(row: _Row, edges: list[int], columns: int, path: str) -> list[tuple[GridCell | None, _Defined | None]]:
    """The row's cells at their grid positions, each with what is defined of it."""
    placed: list[tuple[GridCell | None, _Defined | None]] = []
    fits = bool(edges) and len(row.defined) == len(row.cells)
    for number, block in enumerate(row.cells, start=1):
        defined = row.defined[number - 1] if fits else None
        across = max(bisect_left(edges, defined.right - _SAME_EDGE) + 1 - len(placed), 1) if defined else 1
        across = min(across, max(columns - len(placed), 1))
        if defined and defined.merges_left and not block.tokens:
            placed += [(None, defined)] * across
            continue
        cell = GridCell(block, block.text, Place(path=f"{path}/tc[{number}]"), across) if block.tokens or across > 1 else None
        placed += [(cell, defined), *[(None, defined)] * (across - 1)]
    return placed


def _merge_down(rows: list[_Row], grid: list[list[tuple[GridCell | None, _Defined | None]]]) -> None:
    """Give each cell that opens a vertical merge the number of rows it covers."""
    if not any(cell.down for row in rows for cell in row.defined):
        return
    opened: dict[int, GridCell] = {}
    for row in grid:
        for column, (cell, defined) in enumerate(row):
            if defined is not None and defined.down == "continue" and cell is None and column in opened:
                opened[column].rowspan += 1
            elif defined is not None and defined.down == "restart" and cell is not None:
                opened[column] = cell
            else:
                opened.pop(column, None)
