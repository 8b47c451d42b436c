"""Slides as pages: shapes and tables stand where the file puts them, and their text is set into them as a usual font would set it.

A slide's file says where a shape is and how large its letters are, not where each line ends, so a word's box is an estimate inside its
shape's own; a table's cells have the boxes that its columns and rows give them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from sheaf.documents.grid import check_words, wrapped
from sheaf.documents.model import Page, Place, Table, TableCell, Word
from sheaf.documents.reading_order import in_reading_order
from sheaf.domain.rows import Box

#: Points of text whose size nobody states.
USUAL_SIZE = 18.0
_NOTES_SIZE = 12.0
_NOTES_MARGIN = 36.0
#: A usual letter's width, and a line's height, by the letter's size.
_WIDE, _TALL = 0.5, 1.2
_LARGEST, _SMALLEST = 400.0, 1.0
#: Sheets of paper are no longer; coordinates beyond it are a mistake or worse. In points, 200 metres.
_FARTHEST = 567_000.0


class TextLine(NamedTuple):
    """A paragraph, or a part of one up to its own line break."""

    text: str
    place: Place
    size: float = USUAL_SIZE
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A box of text."""

    box: Box
    lines: Sequence[TextLine]


@dataclass(frozen=True, slots=True)
class SlideCell:
    """A table's cell and the span it covers."""

    lines: Sequence[TextLine]
    place: Place
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True, slots=True)
class SlideTable:
    """A table: its corner, its columns' widths and rows' heights, its cells at their grid positions."""

    left: float
    top: float
    widths: Sequence[float]
    heights: Sequence[float]
    rows: Sequence[Sequence[SlideCell | None]]
    header_rows: int = 0


@dataclass(slots=True)
class Slide:
    """One slide, in points from its upper left corner."""

    width: float
    height: float
    shapes: list[Shape] = field(default_factory=list)
    tables: list[SlideTable] = field(default_factory=list)
    #: What its speaker has written below it.
    notes: list[TextLine] = field(default_factory=list)

    def page(self, number: int, limit: int) -> Page:
        """The slide as a page, its notes below it as on a print-out.

        Raises:
            FileProblem: ``too_large`` when it has more than ``limit`` words.
        """
        words: list[Word] = []
        for shape in self._all_shapes():
            words += _words(shape)
            check_words(len(words), limit)
        tables = [_table(table, number) for table in self.tables]
        return Page(number, self.width, self.height + self._notes_height(), in_reading_order(words), tables)

    def _all_shapes(self) -> Iterator[Shape]:
        yield from self.shapes
        for table in self.tables:
            for cell, box in _placed(table):
                yield Shape(box, cell.lines)
        if self.notes:
            below = Box(_NOTES_MARGIN, self.height, max(self.width - _NOTES_MARGIN, _NOTES_MARGIN + 1), self.height + self._notes_height())
            yield Shape(below, self.notes)

    def _notes_height(self) -> float:
        columns = int(max(self.width - 2 * _NOTES_MARGIN, 1) / (_WIDE * _NOTES_SIZE))
        return sum(len(wrapped(line.text, max(columns, 1))) for line in self.notes) * _NOTES_SIZE * _TALL


def note(text: str, place: Place) -> TextLine:
    """A line of the speaker's notes."""
    return TextLine(text, place, _NOTES_SIZE)


def box_at(left: float, top: float, width: float, height: float) -> Box:
    """A box of these measures in points, kept within what can be drawn."""
    x0, y0 = _bounded(left), _bounded(top)
    return Box(x0, y0, x0 + max(_bounded(width), 0.0), y0 + max(_bounded(height), 0.0))


def _bounded(length: float) -> float:
    return max(-_FARTHEST, min(length, _FARTHEST)) if length == length else 0.0  # noqa: PLR0124 - only NaN differs from itself


def _words(shape: Shape) -> Iterator[Word]:
    """The shape's words, line below line, letters smaller than stated where they would not fit."""
    fit = _fit(shape)
    top = shape.box.y0
    for line in shape.lines:
        size = _size(line) * fit
        for piece in _pieces(line, shape.box, size):
            yield from _set(piece, line, shape.box, top, size)
            top += size * _TALL


def _fit(shape: Shape) -> float:
    tall = sum(_size(line) * _TALL * len(_pieces(line, shape.box, _size(line))) for line in shape.lines)
    return min(1.0, (shape.box.y1 - shape.box.y0) / tall) if tall else 1.0


def _size(line: TextLine) -> float:
    return max(_SMALLEST, min(line.size, _LARGEST))


def _pieces(line: TextLine, box: Box, size: float) -> list[str]:
    columns = int((box.x1 - box.x0) / (_WIDE * size)) if size else 0
    return wrapped(line.text, max(columns, 1))


def _set(piece: str, line: TextLine, box: Box, top: float, size: float) -> Iterator[Word]:
    """The words of one line from the box's left edge, narrowed where a long word would leave the box."""
    wide = min(_WIDE * size, (box.x1 - box.x0) / max(len(piece), 1))
    at = 0
    for text in piece.split():
        at = piece.index(text, at)
        start = box.x0 + at * wide
        at += len(text)
        yield Word(
            text, Box(*(round(edge, 2) for edge in (start, top, box.x0 + at * wide, top + size * _TALL))), line.place, bold=line.bold
        )


def _placed(table: SlideTable) -> Iterator[tuple[SlideCell, Box]]:
    lefts = list(accumulate(table.widths, initial=table.left))
    tops = list(accumulate(table.heights, initial=table.top))
    for i, row in enumerate(table.rows):
        for j, cell in enumerate(row):
            if cell is not None:
                right, bottom = lefts[min(j + cell.colspan, len(lefts) - 1)], tops[min(i + cell.rowspan, len(tops) - 1)]
                yield cell, box_at(lefts[j], tops[i], right - lefts[j], bottom - tops[i])


def _table(table: SlideTable, page: int) -> Table:
    boxes = {id(cell): box for cell, box in _placed(table)}
    rows = [[_cell(cell, boxes[id(cell)]) if cell else None for cell in row] for row in table.rows]
    return Table(rows, page=page, header_rows=table.header_rows)


def _cell(cell: SlideCell, box: Box) -> TableCell:
    text = "\n".join(line.text for line in cell.lines).strip()
    return TableCell(text, box, cell.place, cell.colspan, cell.rowspan)
