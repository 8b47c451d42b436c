"""CSV, TSV and other delimited text: encoding and delimiter told from the content, no row ever lost.

The text is kept whole and each row's place in it; cells are made when a row is asked for, so a million rows cost little more than
the file itself.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

from sheaf.documents import headers
from sheaf.documents.bounds import read_bytes, too_large
from sheaf.documents.delimiters import Index, delimiter_of, indexed, split, unified
from sheaf.documents.encoding import decoded
from sheaf.documents.grid import LAID_OUT_ROWS, GridCell, line_block, stacked, tabulated, text_block
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document, Page, Place, Table, TableCell
from sheaf.domain.errors import FailureCategory, FileProblem

_CELL_WIDTH = 60
#: What stands above a table is a title, or a label and its value.
_WIDEST_TITLE = 2


def read(path: Path, limits: Limits) -> Document:
    """Read the file as one table.

    Raises:
        FileProblem: ``empty``, ``corrupt`` or ``too_large``.
    """
    text = unified(decoded(read_bytes(path, limits)))
    try:
        index = indexed(text, delimiter_of(text))
    except csv.Error as error:
        raise FileProblem(FailureCategory.CORRUPT, f"The file cannot be read as delimited text: {error}.") from error
    if index.cells > limits.max_table_cells:
        raise too_large("The table", index.cells, limits.max_table_cells, "cells")
    rows = _without_empty_end(Rows(text, index, 0, len(index.lines)))
    if not len(rows):
        raise FileProblem(FailureCategory.EMPTY, "The file holds no rows.")
    return _document(rows, _notes(index, rows))


def _without_empty_end(rows: Rows) -> Rows:
    """The rows up to the last one with anything in it: sheets are often exported with delimiters alone at the end."""
    count = len(rows)
    while count and not any(rows.text(count - 1)):
        count -= 1
    return rows[:count]


def _notes(index: Index, rows: Rows) -> list[str]:
    notes = []
    if len(rows) < len(index.lines):
        notes.append(f"{len(index.lines) - len(rows)} rows at the end hold nothing and were left out.")
    if index.strays:
        notes.append(f"{index.strays} lines have a quotation mark that is never closed; it was taken as it stands.")
    return notes


def _document(rows: Rows, notes: list[str]) -> Document:
    texts = rows.texts(headers.SAMPLE_ROWS)
    skipped = headers.preamble(texts, _WIDEST_TITLE)
    table = Table(rows[skipped:], header_rows=headers.header_rows(texts[skipped:]))
    if skipped:
        notes.append(f"{skipped} lines above the header were read as text, not as rows.")
    if len(rows) > LAID_OUT_ROWS:
        notes.append(f"The page shows the first {LAID_OUT_ROWS} rows; the table has all {len(rows)}.")
    return Document(format="csv", pages=[_page(rows, skipped, table)], tabular=True, notes=notes)


def _page(rows: Rows, skipped: int, table: Table) -> Page:
    above = [line_block("   ".join(filter(None, rows.text(i))), rows.place(i)) for i in range(skipped)]
    shown = tabulated([_laid_out(rows, i) for i in range(skipped, min(len(rows), LAID_OUT_ROWS))], keep=False)
    page = stacked([*above, shown]).page(1, limit=len(shown.tokens) + sum(len(block.tokens) for block in above))
    return Page(1, page.width, page.height, page.words, [table], grid=True)


def _laid_out(rows: Rows, index: int) -> list[GridCell | None]:
    place = rows.place(index)
    return [GridCell(text_block(text, place, width=_CELL_WIDTH), text, place) if text else None for text in rows.text(index)]


@dataclass(frozen=True, slots=True)
class Rows(Sequence[Sequence[TableCell | None]]):
    """The rows of a delimited text, made when asked for; their cells cite the line the row begins on."""

    source: str
    where: Index
    first: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.first

    @overload
    def __getitem__(self, index: int) -> Sequence[TableCell | None]: ...

    @overload
    def __getitem__(self, index: slice) -> Rows: ...

    def __getitem__(self, index: int | slice) -> Sequence[TableCell | None] | Rows:
        if isinstance(index, slice):
            return self._slice(index)
        place = self.place(index)
        return [TableCell(text, None, place) if text else None for text in self.text(index)]

    def _slice(self, index: slice) -> Rows:
        first, stop, step = index.indices(len(self))
        if step != 1:
            raise ValueError("Rows are sliced in steps of one.")
        return Rows(self.source, self.where, self.first + first, self.first + max(first, stop))

    def text(self, index: int) -> list[str]:
        """The texts of one row, stripped, "" where empty."""
        at = self._position(index)
        return split(self.source[self.where.starts[at] : self.where.starts[at + 1]], self.where.delimiter)

    def texts(self, count: int) -> list[list[str]]:
        """The texts of the first rows."""
        return [self.text(i) for i in range(min(count, len(self)))]

    def place(self, index: int) -> Place:
        """The line to cite for one row."""
        return Place(line=self.where.lines[self._position(index)])

    def _position(self, index: int) -> int:
        at = index + (self.stop if index < 0 else self.first)
        if not self.first <= at < self.stop:
            raise IndexError(index)
        return at
