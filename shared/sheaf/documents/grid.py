"""Laying out text that has no layout of its own: blocks of words on a character grid, stacked and set side by side.

A block's words and tables stand at columns and lines relative to its own corner until it becomes a page. Combining blocks moves
the inner ones' contents, so each block is used once.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sheaf.documents.model import GRID_HEIGHT, GRID_WIDTH, Page, Place, Table, TableCell, Word
from sheaf.domain.errors import FailureCategory, FileProblem
from sheaf.domain.rows import Box

#: Columns at which running text is wrapped.
TEXT_WIDTH = 100
#: Columns at which a table cell's text is wrapped.
CELL_WIDTH = 48
#: Rows of a long table that are laid out as words; the table itself has them all.
LAID_OUT_ROWS = 2_000
#: Empty columns between two columns of a table.
GUTTER = 3

_TOKEN = re.compile(r"\S+")


@dataclass(slots=True)
class Token:
    """A word at a column and line of its block."""

    text: str
    column: int
    line: int
    place: Place | None
    bold: bool = False

    def word(self) -> Word:
        """The word on its page."""
        return Word(self.text, _box(self.column, self.line, len(self.text), 1), self.place, bold=self.bold)


@dataclass(slots=True)
class GridCell:
    """A table's cell: its content as a block, what to cite for it, and the span it covers."""

    block: Block
    text: str
    place: Place | None = None
    colspan: int = 1
    rowspan: int = 1
    value: object = None

    def finished(self, column: int, line: int) -> TableCell:
        """The cell as it stands, its table's corner being at that column and line."""
        box = _box(self.block.column + column, self.block.line + line, max(self.block.width, 1), max(self.block.height, 1))
        return TableCell(self.text, box, self.place, self.colspan, self.rowspan, self.value)


@dataclass(slots=True)
class GridTable:
    """A table at a column and line of its block; the cells' blocks are relative to the table's corner."""

    rows: list[list[GridCell | None]]
    header_rows: int = 0
    name: str = ""
    column: int = 0
    line: int = 0

    def finished(self, page: int) -> Table:
        """The table on its page."""
        rows = [[cell.finished(self.column, self.line) if cell else None for cell in row] for row in self.rows]
        return Table(rows, page=page, header_rows=self.header_rows, name=self.name)


@dataclass(slots=True)
class Block:
    """Words and tables with their extent in columns and lines; ``column`` and ``line`` are where a table put it."""

    tokens: list[Token] = field(default_factory=list)
    tables: list[GridTable] = field(default_factory=list)
    width: int = 0
    height: int = 0
    column: int = 0
    line: int = 0

    @property
    def text(self) -> str:
        """Its words, line by line."""
        lines: dict[int, list[str]] = {}
        for token in sorted(self.tokens, key=_by_place):
            lines.setdefault(token.line, []).append(token.text)
        return "\n".join(" ".join(words) for words in lines.values())

    def moved(self, columns: int, lines: int) -> Block:
        """This block with its contents shifted by so much."""
        for token in self.tokens:
            token.column += columns
            token.line += lines
        for table in self.tables:
            table.column += columns
            table.line += lines
        return self

    def page(self, number: int, limit: int) -> Page:
        """The finished page.

        Raises:
            FileProblem: ``too_large`` when it has more than ``limit`` words.
        """
        check_words(len(self.tokens), limit)
        tokens = sorted(self.tokens, key=_by_place)
        tables = [table.finished(number) for table in self.tables]
        size = (max(self.width, 1) * GRID_WIDTH, max(self.height, 1) * GRID_HEIGHT)
        return Page(number, *size, words=[token.word() for token in tokens], tables=tables, grid=True)


def _by_place(token: Token) -> tuple[int, int]:
    return token.line, token.column


def check_words(count: int, limit: int) -> None:
    """Refuse more words than allowed.

    Raises:
        FileProblem: ``too_large``.
    """
    if count > limit:
        raise FileProblem(FailureCategory.TOO_LARGE, f"The file has more than {limit} words. Split it and try again.", limit=limit)


def line_block(text: str, place: Place | None, *, bold: bool = False) -> Block:
    """One line as it stands, every word at its own column."""
    tokens = [Token(found[0], found.start(), 0, place, bold) for found in _TOKEN.finditer(text)]
    return Block(tokens, width=len(text), height=1)


def text_block(text: str, place: Place | None, *, width: int = TEXT_WIDTH, bold: bool = False) -> Block:
    """Running text wrapped at ``width`` columns; its own line breaks are kept."""
    lines = [piece for line in text.splitlines() for piece in wrapped(line, width)]
    return stacked([line_block(line, place, bold=bold) for line in lines])


def wrapped(line: str, width: int) -> list[str]:
    """The line in pieces of at most ``width`` columns, words longer than that left whole."""
    if len(line) <= width:
        return [line]
    return textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) or [""]


def stacked(blocks: Iterable[Block]) -> Block:
    """The blocks one below the other, as one."""
    whole = Block()
    for block in blocks:
        block.moved(0, whole.height)
        whole.tokens += block.tokens
        whole.tables += block.tables
        whole.width = max(whole.width, block.width)
        whole.height += block.height
    return whole


def tabulated(rows: Sequence[Sequence[GridCell | None]], *, header_rows: int = 0, name: str = "", keep: bool = True) -> Block:
    """The cells in aligned columns, as one block; ``keep`` false lays out only, and makes no table of it."""
    table = GridTable([list(row) for row in rows], header_rows, name)
    columns, lines = _starts(_widths(table.rows), GUTTER), _starts(_heights(table.rows), 0)
    whole = Block(width=max(columns[-1] - GUTTER, 0), height=lines[-1])
    for i, row in enumerate(table.rows):
        for j, cell in enumerate(row):
            if cell is not None:
                cell.block.column, cell.block.line = columns[j], lines[i]
                cell.block.moved(columns[j], lines[i])
                whole.tokens += cell.block.tokens
                whole.tables += cell.block.tables
    if keep:
        whole.tables.insert(0, table)
    return whole


def is_grouped(rows: Sequence[Sequence[GridCell | None]]) -> bool:
    """Does a cell of the first row span several columns, as one that groups them does?"""
    return bool(rows) and any(cell is not None and cell.colspan > 1 for cell in rows[0])


def _widths(rows: list[list[GridCell | None]]) -> list[int]:
    """Columns each table column takes: what its own cells need, the last one of a span widened where the span needs more."""
    widths = [0] * max((len(row) for row in rows), default=0)
    spanning: list[tuple[int, GridCell]] = []
    for row in rows:
        for j, cell in enumerate(row):
            if cell is not None and cell.colspan == 1:
                widths[j] = max(widths[j], cell.block.width)
            elif cell is not None:
                spanning.append((j, cell))
    for j, cell in spanning:
        inside = widths[j : j + cell.colspan]
        widths[j + len(inside) - 1] += max(cell.block.width - sum(inside) - GUTTER * (len(inside) - 1), 0)
    return widths


def _heights(rows: list[list[GridCell | None]]) -> list[int]:
    """Lines each table row takes, at least one; the last one of a span heightened where the span needs more."""
    heights = [max((cell.block.height for cell in row if cell and cell.rowspan == 1), default=1) or 1 for row in rows]
    for i, row in enumerate(rows):
        for cell in row:
            if cell is not None and cell.rowspan > 1:
                inside = heights[i : i + cell.rowspan]
                heights[i + len(inside) - 1] += max(cell.block.height - sum(inside), 0)
    return heights


def _starts(sizes: Iterable[int], gap: int) -> list[int]:
    """Where each begins, and after them where a next one would."""
    starts = [0]
    for size in sizes:
        starts.append(starts[-1] + size + gap)
    return starts


def _box(column: int, line: int, width: int, height: int) -> Box:
    return Box(column * GRID_WIDTH, line * GRID_HEIGHT, (column + width) * GRID_WIDTH, (line + height) * GRID_HEIGHT)
