"""Where a grid of text starts being a table, and which of its rows name the columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

#: Rows that decide.
SAMPLE_ROWS = 60

#: A figure, a sum of money, a percentage or a date in figures, with whatever signs stand around it: not a column's name.
_VALUE = re.compile(r"[^\w]*(?:[A-Z]{3}\s*)?[-+(]?\d[\d.,:/'\u00a0\u202f \-]*\d?\)?\s*(?:[A-Za-z]{0,3}|[%€$£¥])?[^\w]*")
_LONGEST_VALUE = 40
_YEAR = re.compile(r"(?:19|20)\d\d")
_ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:.*")

Texts = Sequence[Sequence[str]]


def preamble(rows: Texts, widest: int) -> int:
    """How many leading rows stand above the table's header: titles and notes of up to ``widest`` texts, at most half of the columns.

    ``rows`` are the texts of the first rows, "" where empty. A row that could as well be data is none: 0 unless a header follows, with
    values under it wherever more than single texts stand above.
    """
    filled = [sum(1 for text in row if text) for row in rows[:SAMPLE_ROWS]]
    counts = Counter(count for count in filled if count > 1)
    if not counts:
        return 0
    usual = max(counts, key=lambda count: (counts[count], count))
    start = next(i for i, count in enumerate(filled) if count >= usual)
    if start and _is_short_header(rows[start - 1], usual):
        start -= 1
    above = max(filled[:start], default=0)
    if above > widest or above * 2 > usual or not is_header(rows[start]):
        return 0
    return start if above <= 1 or _has_values(rows[start + 1 : SAMPLE_ROWS]) else 0


def _has_values(rows: Texts) -> bool:
    return any(is_value(text) for row in rows for text in row if text)


def _is_short_header(row: Sequence[str], usual: int) -> bool:
    """A header whose first column has no name."""
    filled = sum(1 for text in row if text)
    return not row[0] and filled > 1 and filled * 5 >= usual * 3 and is_header(row)


def header_rows(rows: Texts) -> int:
    """1 when the first row names columns, else 0."""
    return int(bool(rows) and is_header(rows[0], below=rows[1:SAMPLE_ROWS]))


def header_depth(rows: Texts, *, grouped: bool) -> int:
    """How many leading rows name the columns, at most 2; ``grouped``: a cell of the first row spans several columns.

    A name over several columns groups them, so the row below it names each, as long as it holds names and there is a row left.
    """
    count = header_rows(rows)
    return count + int(bool(count) and grouped and len(rows) > 2 and is_header(rows[1], below=rows[2:SAMPLE_ROWS]))


def is_header(row: Sequence[str], below: Texts = ()) -> bool:
    """Is this a row of names: texts, not values, in most of its columns; or years above figures?"""
    texts = [text for text in row if text]
    most = max((sum(1 for text in other if text) for other in below), default=0)
    if not texts or len(texts) * 2 < most or (len(texts) == 1 < most):
        return False
    values = [text for text in texts if is_value(text)]
    return not values or (len(values) < len(texts) and all(_YEAR.fullmatch(text) for text in values) and _no_years_below(row, below))


def _no_years_below(row: Sequence[str], below: Texts) -> bool:
    """Do the columns headed by a year hold anything else?"""
    columns = [j for j, text in enumerate(row) if _YEAR.fullmatch(text)]
    return any(j < len(other) and other[j] and not _YEAR.fullmatch(other[j]) for other in below for j in columns)


def is_value(text: str) -> bool:
    """Is this text a figure, an amount, a percentage or a date in figures?"""
    return len(text) <= _LONGEST_VALUE and bool(_VALUE.fullmatch(text) or _ISO_MOMENT.fullmatch(text))
