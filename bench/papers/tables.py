"""Tables on paper: with rules and without, headers of one line or two, wrapped descriptions, subtotals at the break of a page."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bench.papers.paper import Paper
from bench.papers.sheet import HEIGHT, MARGIN, WIDTH, Sheets

SIZE, LEADING = 9.0, 12.0
#: Where a header goes on in its second line.
_LINES = re.compile(r"(?<! )/(?! )")
BOTTOM = HEIGHT - MARGIN - 40


def draw_table(paper: Paper, sheets: Sheets, dice: random.Random) -> None:
    """Print the table of ``paper``, its header again on every page it runs to."""
    drawer = _Drawer(paper, sheets, grid=dice.random() < 0.3, header_rule=dice.random() < 0.6, gap=dice.choice((3.0, 6.0, 10.0)))
    if sheets.y > BOTTOM - 120:
        sheets.turn()
    drawer.header()
    for index, row in enumerate(paper.rows):
        drawer.row(row, first=index == 0)


@dataclass(frozen=True, slots=True)
class _Drawer:
    """How one document's table is drawn."""

    paper: Paper
    sheets: Sheets
    grid: bool
    header_rule: bool
    gap: float

    @property
    def edges(self) -> list[float]:
        whole = sum(column.share for column in self.paper.columns)
        edges = [MARGIN]
        for column in self.paper.columns:
            edges.append(edges[-1] + (WIDTH - 2 * MARGIN) * column.share / whole)
        return edges

    def header(self) -> None:
        top, edges = self.sheets.y, self.edges
        heads = [_LINES.split(column.header) for column in self.paper.columns]
        for index, lines in enumerate(heads):
            for row, text in enumerate(lines):
                self._cell(text, index, top + row * 11, bold=True)
        self.sheets.y += max(map(len, heads)) * 11 + 6
        if self.header_rule or self.grid:
            self.sheets.line(edges[0], self.sheets.y - 10, edges[-1], self.sheets.y - 10)
        if self.grid:
            self._frame(top - 11, self.sheets.y - 10)

    def row(self, row: Sequence[str], *, first: bool) -> None:
        edges = self.edges
        lines = [self.sheets.wrapped(text, edges[at + 1] - edges[at] - 8, SIZE) for at, text in enumerate(row)]
        tall = max(map(len, lines)) * LEADING + self.gap
        if self.sheets.y + tall > BOTTOM:
            self._break(subtotal=not first)
        for index, parts in enumerate(lines):
            for offset, text in enumerate(parts):
                self._cell(text, index, self.sheets.y + offset * LEADING)
        if self.grid:
            self._frame(self.sheets.y - 10, self.sheets.y + tall - 10)
        self.sheets.y += tall

    def _break(self, *, subtotal: bool) -> None:
        """Go on with the header on the next page; a line before it may carry the sum forward."""
        if self.paper.subtotal and subtotal:
            self.sheets.text(self.edges[1], self.sheets.y + 4, self.paper.subtotal, SIZE, bold=True)
        self.sheets.turn()
        self.header()

    def _frame(self, top: float, bottom: float) -> None:
        edges = self.edges
        for y in (top, bottom):
            self.sheets.line(edges[0], y, edges[-1], y)
        for x in edges:
            self.sheets.line(x, top, x, bottom)

    def _cell(self, text: str, index: int, y: float, *, bold: bool = False) -> None:
        if self.paper.columns[index].right:
            self.sheets.text(self.edges[index + 1] - 4, y, text, SIZE, bold=bold, align="right")
        else:
            self.sheets.text(self.edges[index] + 4, y, text, SIZE, bold=bold)
