"""Sheets as they lie in the file: rows of values with their formats, merged ranges, and what has to be said about them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from openpyxl.utils.cell import coordinate_to_tuple

from sheaf.documents.bounds import too_large
from sheaf.documents.limits import Limits
from sheaf.documents.sheets.display import Value, typed
from sheaf.documents.sheets.rows import FormattedRow

_MAX_ROWS = 2**20
#: What Excel allows.
_LONGEST_FORMAT = 255
#: Empty cells are passed over quickly, but not for ever: a row may claim 16,384 of them.
_PASSED_PER_CELL = 10
_CHUNK = 2**20
#: No element looked for is longer.
_OVERLAP = 512
_MERGED = rb'<(?:\w+:)?mergeCell\s[^>]{0,200}?ref="([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})"'
_NO_VALUE = rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
_UNCACHED = rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^>]{0,300})?/>)\s*" + _NO_VALUE
_FACTS = re.compile(_MERGED + rb"|(" + _UNCACHED + rb")")
#: Without any of these there is nothing to find, and the search for them is much faster.
_MARKS = (b"mergeCell", b"<f", b"f>", b":f")
_MAX_MERGED = 200_000


class Facts(NamedTuple):
    """What a sheet's part says besides its cells."""

    #: Rows and columns that a merged range covers, by its top left cell (row, column), both from 1.
    merged: dict[tuple[int, int], tuple[int, int]]
    #: Formulas whose result the file does not hold.
    uncached: int


def rows_of(sheet: Any, limits: Limits) -> list[FormattedRow]:
    """The rows of a sheet opened read-only that hold something.

    Raises:
        FileProblem: ``too_large``.
    """
    sheet.reset_dimensions()
    rows: list[FormattedRow] = []
    filled = passed = 0
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        passed += len(cells)
        row = _row(number, cells)
        if row is not None:
            rows.append(row)
            filled += len(row.values)
        if number > _MAX_ROWS:
            raise too_large("A sheet", number, _MAX_ROWS, "rows")
        if filled > limits.max_table_cells or passed > limits.max_table_cells * _PASSED_PER_CELL:
            raise too_large("A sheet", max(filled, passed), limits.max_table_cells, "cells")
    return rows


def _row(number: int, cells: Sequence[Any]) -> FormattedRow | None:
    last = next((i for i in range(len(cells), 0, -1) if cells[i - 1].value not in {None, ""}), 0)
    if not last:
        return None
    values, formats = zip(*map(_value_and_format, cells[:last]), strict=True)
    return FormattedRow(number, values, formats)


def _value_and_format(cell: Any) -> tuple[Value, str]:
    value: Value = cell.value
    if value is None or isinstance(value, str):
        return value, ""
    number_format: str = cell.number_format[:_LONGEST_FORMAT]
    return typed(value, number_format), number_format


def facts_of(archive: zipfile.ZipFile, part: str) -> Facts:
    """Merged ranges and formulas without result, found by streaming over the part's bytes: the reader does not tell them."""
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    uncached = 0
    for found in _matches(archive, part):
        if found[3]:
            uncached += 1
        elif len(merged) < _MAX_MERGED:
            top, left = coordinate_to_tuple(found[1].decode())
            bottom, right = coordinate_to_tuple(found[2].decode())
            merged[top, left] = (bottom - top + 1, right - left + 1)
    return Facts(merged, uncached)


def _matches(archive: zipfile.ZipFile, part: str) -> Iterator[re.Match[bytes]]:
    with archive.open(part) as stream:
        kept = b""
        while chunk := stream.read(_CHUNK):
            window = kept + chunk
            end = 0
            for found in _FACTS.finditer(window) if any(mark in window for mark in _MARKS) else ():
                yield found
                end = found.end()
            kept = window[max(end, len(window) - _OVERLAP) :]
