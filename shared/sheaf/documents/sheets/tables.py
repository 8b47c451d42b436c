"""A sheet's rows cut into titles, tables and notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from sheaf.documents import headers
from sheaf.documents.model import Table
from sheaf.documents.sheets.rows import Sheet, SheetRow, SheetRows, texts_of

#: A block of up to so many rows that fill at most half of the columns of the table above it sums it up or comments on it.
_FOOTNOTE_ROWS = 3
#: What stands above a table: a title, or labels and their values side by side.
_WIDEST_TITLE = 6

Rows = Sequence[SheetRow]


def tables_of(sheet: Sheet, page: int) -> list[Table]:
    """The tables of a sheet: one per block of rows with a header of its own; blocks without one go on with the table above."""
    found: list[list[SheetRow]] = []
    for block in _blocks(sheet.rows):
        texts = _texts(block[: headers.SAMPLE_ROWS])
        body = block[headers.preamble(texts, _WIDEST_TITLE) :]
        if found and not _has_own_header(found[-1], body):
            if _continues(found[-1], body):
                found[-1] += body
                continue
            if _is_footnote(found[-1], body):
                continue
        if not _is_text(body) or _is_text(sheet.rows):
            found.append(list(body))
    return [_table(sheet, block, page) for block in found]


def _blocks(rows: Rows) -> Iterator[Rows]:
    """Runs of rows with no empty row between them."""
    breaks = [i for i, (above, below) in enumerate(pairwise(rows), start=1) if below.number - above.number > 1]
    for start, end in pairwise([0, *breaks, len(rows)]):
        yield rows[start:end]


def _continues(table: Rows, block: Rows) -> bool:
    """Does the block go on with the table: no columns beyond its own, and not just a few cells?"""
    if _is_text(block) or _is_footnote(table, block):
        return False
    return _left(block) >= _left(table) and _right(block) <= _right(table)


def _has_own_header(table: Rows, block: Rows) -> bool:
    """Names above values; where there are no values to tell by, only columns unlike the table's show that a new one begins."""
    texts = _texts(block[: headers.SAMPLE_ROWS])
    if not headers.is_header(texts[0]) or _is_text(block):
        return False
    named = [j for j, text in enumerate(texts[0]) if text]
    if any(j < len(row) and headers.is_value(row[j]) for row in texts[1:] for j in named):
        return True
    return (_left(block), _right(block)) != (_left(table), _right(table))


def _is_footnote(table: Rows, block: Rows) -> bool:
    most = max(map(_filled, table[: headers.SAMPLE_ROWS]))
    return len(block) <= _FOOTNOTE_ROWS and all(_filled(row) * 2 <= most for row in block)


def _is_text(block: Rows) -> bool:
    """Nothing but single cells?"""
    return all(_filled(row) <= 1 for row in block)


def _table(sheet: Sheet, block: Rows, page: int) -> Table:
    rows = SheetRows(sheet.title, block, sheet.merged, _left(block), _right(block))
    return Table(rows, page=page, header_rows=_header_rows(block, sheet), name=sheet.title)


def _header_rows(block: Rows, sheet: Sheet) -> int:
    if len(block) == 1:
        return 0
    first = block[0].number
    grouped = any(row == first and across > 1 for (row, _column), (_down, across) in sheet.merged.items())
    return headers.header_depth(_texts(block[: headers.SAMPLE_ROWS]), grouped=grouped)


def _texts(block: Rows) -> list[list[str]]:
    left = _left(block) - 1
    return [texts_of(row)[left:] for row in block]


def _filled(row: SheetRow) -> int:
    return sum(1 for value in row.values if value not in {None, ""})


def _left(block: Rows) -> int:
    return min(next(i for i, value in enumerate(row.values, start=1) if value not in {None, ""}) for row in block)


def _right(block: Rows) -> int:
    return max(len(row.values) for row in block)
