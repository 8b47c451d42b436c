"""Rows of tables printed on a page: cells by the columns they stand under, lines that continue a row merged into it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from sheaf.documents.model import Word
from sheaf.extraction import lexicon
from sheaf.extraction.grids import GridCell
from sheaf.extraction.labels import Labels
from sheaf.extraction.layout import Layout, Segment
from sheaf.extraction.tableheads import HEADER_GAP, Column, header_at

_END_CONCEPTS = frozenset("total net_total tax_amount shipping paid rounding closing_balance".split())
_NUMERIC = re.compile(r"[^\w]*\d[\d.,' ]*\D{0,4}")
#: Widest gap between two rows of a table, in text heights.
ROW_GAP = 4.5
#: A line goes with the next one where it stands nearer to it by so much.
NEARER = 0.6
MAX_ROWS = 2_000

Cells = list[GridCell | None]


class Body(NamedTuple):
    """The data rows of a table on one page, the row after them, and whether they end without an end of the table's own."""

    rows: list[Cells]
    end: int
    goes_on: bool
    #: Columns that hold figures in its rows.
    anchors: frozenset[int]


class BodyReader:
    """The data rows of one table on one page, line by line; lines that continue a row are merged into it."""

    def __init__(self, layout: Layout, labels: Labels, columns: Sequence[Column], phrases: frozenset[str]) -> None:
        self._layout, self._labels, self._columns, self._phrases = layout, labels, columns, phrases
        self._rows: list[Cells] = []
        self._anchors: frozenset[int] = frozenset()
        #: Lines of a row that stand above its figures, which some set at the foot or the middle of their row.
        self._above: Cells | None = None
        self._page, self._bottom = 0, 0.0
        self._begun = False
        self._goes_on = True

    def read(self, row: int) -> Body:
        """The rows from the line ``row`` on."""
        while row < len(self._layout.rows) and len(self._rows) < MAX_ROWS and self._takes(row):
            row += 1
        if self._above is not None and self._rows:
            self._rows[-1] = _together(self._rows[-1], self._above)
        return Body(self._rows if self._anchors else [], row, self._goes_on, self._anchors)

    def _takes(self, row: int) -> bool:
        """Take a line, or pass over one that stands beside the table; False when the table has ended before it."""
        segments = [self._layout.segments[index] for index in self._layout.rows[row]]
        height, top = self._layout.height(segments[0]), min(segment.box.y0 for segment in segments)
        if self._begun and (segments[0].page != self._page or top - self._bottom > ROW_GAP * height):
            return False
        inside = [segment for segment in segments if segment.box.x1 > self._columns[0].header_x0 - 0.5 * height]
        if not inside:
            return True
        if _ends(self._labels, inside) or len(header_at(self._layout, self._labels, row, self._phrases)[0]) > 1:
            self._goes_on = False
            return False
        gap = top - self._bottom if self._begun and self._rows else height
        self._begun, self._page, self._bottom = True, inside[0].page, max(segment.box.y1 for segment in inside)
        self._add(row, cells_of(inside, self._columns), gap)
        return True

    def _add(self, row: int, cells: Cells, gap: float) -> None:
        figures = figure_columns(cells)
        self._anchors = self._anchors or figures
        if self._anchors & figures:
            self._rows.append(_together(self._above, cells))
            self._above = None
        elif _belongs_below(self._layout, row, self._page, self._bottom, gap):
            self._above = _together(self._above, cells)
        elif self._rows and self._anchors:
            self._rows[-1] = _together(self._rows[-1], cells)
        else:
            self._rows.append(cells)


def _belongs_below(layout: Layout, row: int, page: int, bottom: float, gap: float) -> bool:
    """Does a line without figures stand nearer to the next line than to the one before, ``gap`` above it?"""
    if row + 1 >= len(layout.rows) or page_of(layout, row + 1) != page:
        return False
    following = layout.segments[layout.rows[row + 1][0]]
    return following.box.y0 - bottom < NEARER * gap and following.box.y0 - bottom <= HEADER_GAP * layout.height(following)


def _together(one: Cells | None, other: Cells) -> Cells:
    return other if one is None else [_merged(above, below) for above, below in zip(one, other, strict=True)]


def page_of(layout: Layout, row: int) -> int:
    """The number of the page that a row stands on."""
    return layout.segments[layout.rows[row][0]].page


def _ends(labels: Labels, segments: Sequence[Segment]) -> bool:
    """Whether the row is a total rather than an item."""
    first = segments[0]
    for one in labels.by_segment.get(first.index, ()):
        concepts = set(lexicon.labels().get(one.phrase, ()))
        if one.first == 0 and one.purity >= 0.7 and concepts & _END_CONCEPTS and (one.closed or len(segments) <= 3):
            return True
    return False


def cells_of(segments: Sequence[Segment], columns: Sequence[Column]) -> list[GridCell | None]:
    """A line's words by the column that they stand in, one cell each; None where none do."""
    words: list[list[Word]] = [[] for _ in columns]
    for segment in segments:
        for run in _runs(segment, columns):
            middle = (run[0].box.x0 + run[-1].box.x1) / 2
            index = next((at for at, column in enumerate(columns) if column.x0 <= middle < column.x1), len(columns) - 1)
            words[index].extend(run)
    page = segments[0].page
    return [GridCell(" ".join(word.text for word in run), page, words=tuple(run)) if run else None for run in words]


def _runs(segment: Segment, columns: Sequence[Column]) -> list[list[Word]]:
    """The segment whole when it lies in one column, else cut where a number stands next to a word under another column's header."""
    runs: list[list[Word]] = [[segment.words[0]]]
    for before, word in pairwise(segment.words):
        changes = bool(_NUMERIC.fullmatch(before.text)) or bool(_NUMERIC.fullmatch(word.text))
        if changes and any(_parts_at(before, word, column, following) for column, following in pairwise(columns)):
            runs.append([])
        runs[-1].append(word)
    return runs


def _parts_at(before: Word, word: Word, column: Column, following: Column) -> bool:
    """Whether two columns meet between two words: each stands at its own header."""
    return (
        before.box.x0 < column.x1 and word.box.x1 > following.x0 and word.box.x0 < following.header_x1 and word.box.x1 > following.header_x0
        and before.box.x1 <= following.header_x0
    ) or (before.box.x1 <= column.header_x1 and before.box.x1 > column.header_x0 and word.box.x0 >= column.header_x1)  # fmt: skip


def figure_columns(cells: Sequence[GridCell | None]) -> frozenset[int]:
    """Columns that hold a number in a first row, after the first text column: an item's row has one, its further lines do not."""
    return frozenset(index for index, cell in enumerate(cells) if index > 0 and cell is not None and _NUMERIC.fullmatch(cell.text))


def _merged(one: GridCell | None, other: GridCell | None) -> GridCell | None:
    if one is None or other is None:
        return one or other
    return GridCell(f"{one.text} {other.text}", one.page, words=(*one.words, *other.words))
