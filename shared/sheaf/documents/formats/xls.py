"""XLS: the sheets of Excel 97 to 2003 and before, with typed values and the text a person sees, each cut into titles and tables."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import xlrd

from sheaf.documents import compound
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document
from sheaf.documents.sheets.display import Value, typed
from sheaf.documents.sheets.pages import workbook
from sheaf.documents.sheets.rows import FormattedRow, Sheet
from sheaf.domain.errors import FailureCategory, FileProblem

_LONGEST_FORMAT = 255
_ENCRYPTED = "encrypted"
#: From Excel 97 on, and before.
_STREAMS = ("Workbook", "Book")


def read(path: Path, limits: Limits) -> Document:
    """Read every sheet as a page.

    Raises:
        FileProblem: ``encrypted``, ``corrupt``, ``empty`` or ``too_large``.
    """
    data = _stream(path, limits)
    try:
        # What it has to say of a file it says on standard output, unless it is told another place.
        with xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), formatting_info=True, on_demand=True, ragged_rows=True) as book:
            return workbook("xls", _sheets(book), _metadata(book), limits)
    except FileProblem:
        raise
    except Exception as error:  # a damaged file may lead xlrd to raise anything
        if _ENCRYPTED in str(error):
            raise FileProblem(FailureCategory.ENCRYPTED, "The spreadsheet is protected by a password; save it without one.") from error
        raise _damaged() from error


def _stream(path: Path, limits: Limits) -> bytes:
    """The workbook inside the compound file; xlrd's own reading of these goes round for ever where sectors are chained in a ring."""
    with compound.opened(path, limits) as (file, names):
        name = next((name for name in _STREAMS if [name] in names), None)
        if name is None:
            raise _damaged()
        with file.openstream(name) as stream:
            data: bytes = stream.read()
        return data


def _damaged() -> FileProblem:
    return FileProblem(FailureCategory.CORRUPT, "The spreadsheet is damaged and cannot be read.")


def _sheets(book: Any) -> Iterator[Sheet]:
    for index in range(book.nsheets):
        sheet = book.sheet_by_index(index)
        merged = {(top + 1, left + 1): (bottom - top, right - left) for top, bottom, left, right in sheet.merged_cells}
        rows = [row for number in range(sheet.nrows) if (row := _row(book, sheet, number)) is not None]
        book.unload_sheet(index)
        yield Sheet(sheet.name, rows, merged, sheet.visibility != 0)


def _row(book: Any, sheet: Any, number: int) -> FormattedRow | None:
    cells = sheet.row(number)
    last = next((i for i in range(len(cells), 0, -1) if cells[i - 1].value not in {None, ""}), 0)
    if not last:
        return None
    values, formats = zip(*(_value_and_format(book, cell) for cell in cells[:last]), strict=True)
    return FormattedRow(number + 1, values, formats)


def _value_and_format(book: Any, cell: Any) -> tuple[Value, str]:
    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            return str(cell.value), ""
        case xlrd.XL_CELL_NUMBER:
            return _number(cell.value), _format(book, cell)
        case xlrd.XL_CELL_DATE:
            number_format = _format(book, cell)
            return typed(_moment(book, cell.value), number_format), number_format
        case xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value), ""
        case xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, "#ERROR!")), ""
        case _:
            return None, ""


def _number(value: float) -> Value:
    """Every number is kept as a float; those that are whole are meant so."""
    return int(value) if value.is_integer() and abs(value) < 2**53 else typed(value, "")


def _moment(book: Any, value: float) -> Value:
    """A moment, or the time of no day; a number beyond the calendar stays one."""
    try:
        moment: datetime = xlrd.xldate_as_datetime(value, book.datemode)
    except (ValueError, OverflowError):
        return value
    return moment.time() if 0 <= value < 1 else moment


def _format(book: Any, cell: Any) -> str:
    found = book.format_map.get(book.xf_list[cell.xf_index].format_key)
    return str(found.format_str)[:_LONGEST_FORMAT] if found is not None else ""


def _metadata(book: Any) -> dict[str, str]:
    return {"author": book.user_name.strip()} if book.user_name and book.user_name.strip() else {}
