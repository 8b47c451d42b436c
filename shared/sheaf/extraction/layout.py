"""Words to rows, rows to segments: the geometry that labels and values are found by.

A segment is a run of words of one row with no wide gap inside: a label, a value, a cell, a line of prose. Everything is measured in
heights of the page's own text, so that points, pixels and character grids need no conversion.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

from sheaf.documents.model import Document, Page, Word
from sheaf.domain.rows import Box

#: Gap, in text heights, that parts two segments.
GAP = 0.85


def union(words: Iterable[Word]) -> Box:
    """The smallest box around ``words``."""
    lefts, tops, rights, bottoms = zip(*(word.box for word in words), strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


@dataclass(frozen=True, eq=False)
class Segment:
    """Words of one row that belong together; ``starts[i]`` is where word i begins in ``text``."""

    index: int
    row: int
    page: int
    words: tuple[Word, ...]
    text: str
    starts: tuple[int, ...]
    box: Box

    def between(self, start: int, end: int) -> tuple[Word, ...]:
        """The words that ``text[start:end]`` touches."""
        first = max(bisect_right(self.starts, start) - 1, 0)
        last = bisect_right(self.starts, max(end - 1, start))
        return self.words[first:last]


@dataclass(frozen=True)
class Layout:
    """All segments of a document in reading order, and where their rows begin."""

    segments: tuple[Segment, ...]
    #: ``rows[i]`` holds the indices of row i's segments, left to right.
    rows: tuple[tuple[int, ...], ...]
    #: Text height of each page, by page number.
    heights: dict[int, float]
    pages: dict[int, Page]

    @cached_property
    def text(self) -> str:
        """The whole text, a line per row."""
        return "\n".join(self.row_text(row) for row in range(len(self.rows)))

    def row_text(self, row: int) -> str:
        """One row, its segments two spaces apart."""
        return "  ".join(self.segments[index].text for index in self.rows[row])

    def height(self, segment: Segment) -> float:
        """Text height of the segment's page."""
        return self.heights[segment.page]


def lay_out(document: Document) -> Layout:
    """Rows and segments of every page of ``document``."""
    segments: list[Segment] = []
    rows: list[tuple[int, ...]] = []
    heights: dict[int, float] = {}
    for page in document.pages:
        words = [word for word in page.words if word.text.strip()]
        heights[page.number] = height = median(max(word.box.y1 - word.box.y0, 0.1) for word in words) if words else 1.0
        for row in rows_of(words):
            first = len(segments)
            segments.extend(_segment(run, first + offset, len(rows), page.number) for offset, run in enumerate(_runs(row, height)))
            rows.append(tuple(range(first, len(segments))))
    return Layout(tuple(segments), tuple(rows), heights, {page.number: page for page in document.pages})


def rows_of(words: Sequence[Word]) -> list[list[Word]]:
    """Words grouped by line of sight: a word joins a row when its middle lies within half a height of the row's."""
    rows: list[list[Word]] = []
    centre = 0.0
    for word in sorted(words, key=lambda word: word.box.y0 + word.box.y1):
        middle = (word.box.y0 + word.box.y1) / 2
        if rows and abs(middle - centre) <= 0.5 * _line_height(rows[-1][-1], word):
            rows[-1].append(word)
            centre += (middle - centre) / len(rows[-1])
        else:
            rows.append([word])
            centre = middle
    return [sorted(row, key=lambda word: word.box.x0) for row in rows]


def _line_height(one: Word, other: Word) -> float:
    return min(one.box.y1 - one.box.y0, other.box.y1 - other.box.y0)


def _runs(row: list[Word], height: float) -> list[list[Word]]:
    runs = [[row[0]]]
    for before, word in pairwise(row):
        tall = max(min(before.box.y1 - before.box.y0, 2 * height), 0.5 * height)
        if word.box.x0 - before.box.x1 > GAP * tall:
            runs.append([])
        runs[-1].append(word)
    return runs


def _segment(words: list[Word], index: int, row: int, page: int) -> Segment:
    starts, position = [], 0
    for word in words:
        starts.append(position)
        position += len(word.text) + 1
    return Segment(index, row, page, tuple(words), " ".join(word.text for word in words), tuple(starts), union(words))
