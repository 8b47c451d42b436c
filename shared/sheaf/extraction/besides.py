"""What a sheet says beside its tables: labels and values above them, sums and notes below, and blocks of nothing but labels and values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from sheaf.documents.model import Document, Page, Place, Table, Word
from sheaf.extraction import lexicon, senses
from sheaf.extraction.concepts import Reading
from sheaf.extraction.grids import Grid, match_columns
from sheaf.extraction.lexicon import label_key
from sheaf.extraction.rules import rule

#: A block with more rows under its first one is no form but a table.
_MOST_FORM_ROWS = 12
_ROW = re.compile(r"(\d+)$")


@rule("blocks-of-labels", otherwise=lambda *_: False)
def is_form(grid: Grid, readings: Sequence[Reading]) -> bool:
    """Whether a block of a sheet is labels with their values beside them rather than a table.

    Assumes that a form is short, that the value beside its first label is no label itself, and either that pairs of cells stand apart by
    empty ones, or that every row begins with a label, for what stands under the name of a column is no name.
    """
    if len(grid.rows) > _MOST_FORM_ROWS or len(grid.headers) < 2:
        return False
    rows = [[cell.text if cell else "" for cell in row] for row in grid.rows]
    rows = [list(grid.headers), *rows] if any(grid.headers) else rows
    if not rows or len(rows[0]) < 2 or not rows[0][1] or _is_label(rows[0][1], readings):
        return False
    return _in_pairs(rows) or (len(rows) > 1 and all(_is_label(row[0], readings) for row in rows))


def _in_pairs(rows: Sequence[Sequence[str]]) -> bool:
    """Whether cells stand in twos with empty ones between, two such pairs in one row at least."""
    runs = [[len(list(run)) for filled, run in groupby(row, bool) if filled] for row in rows]
    return all(length <= 2 for row in runs for length in row) and any(row.count(2) > 1 for row in runs)


def _is_label(text: str, readings: Sequence[Reading]) -> bool:
    key = label_key(text)
    return key in lexicon.labels() or senses.heads_column(key) or bool(match_columns([text], readings, spelt=True))


@rule("lines-beside-tables", otherwise=lambda *_: None)
def beside_tables(document: Document, readings: Sequence[Reading], grids: Sequence[tuple[Table, Grid]]) -> Document | None:
    """The document with only the words that stand in no row of its tables; None where there are none, or rows cannot be told.

    Assumes that the lines over and under a table speak of the whole sheet, as the head and the foot of a printed one do.
    """
    spans = [(table.page, span) for table, grid in grids if not is_form(grid, readings) and (span := _span(table)) is not None]
    pages = [_without(page, [span for number, span in spans if number == page.number]) for page in document.pages]
    return replace(document, pages=pages, tabular=False) if spans and any(page.words for page in pages) else None


def _without(page: Page, spans: Sequence[tuple[int, int]]) -> Page:
    return replace(page, words=list(_outside(page, spans)), tables=[])


def _span(table: Table) -> tuple[int, int] | None:
    """The numbers of a table's first and last rows."""
    first, last = (_row_number(table.rows[at]) for at in (0, len(table.rows) - 1))
    return None if first is None or last is None else (first, last)


def _row_number(row: Sequence[object]) -> int | None:
    places = (getattr(cell, "place", None) for cell in row if cell is not None)
    return next((number for place in places if (number := _number(place)) is not None), None)


def _number(place: Place | None) -> int | None:
    """The number of the row that a place is in, by its cell or its line."""
    if place is None or place.line is not None:
        return place.line if place is not None else None
    found = _ROW.search(place.cell or "")
    return int(found[1]) if found else None


def _outside(page: Page, spans: Sequence[tuple[int, int]]) -> Iterator[Word]:
    for word in page.words:
        number = _number(word.place)
        if number is not None and not any(first <= number <= last for first, last in spans):
            yield word
