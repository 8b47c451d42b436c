"""Excel workbooks: typed cells, never a formula or a link, in flat memory.

Dates are dates, amounts and numbers are numbers. A table field has a sheet of its own, one line per line of the table, so that nothing is
squeezed into one cell; its rows are spooled to disk while the main sheet is written, since the writer takes one sheet after the other.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from typing import IO, Any, BinaryIO, ClassVar

import orjson

from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import Cell, CellState
from sheaf.domain.values import from_json, to_json
from sheaf.exports.cells import Flat, header, line
from sheaf.exports.table import ExportOptions, ExportRow, chosen

#: Excel's limits: rows of a sheet with the header, characters of a cell, digits that a number keeps, characters of a sheet's name.
MAX_ROWS = 1_048_576
MAX_TEXT = 32_767
MAX_DIGITS = 15
MAX_SHEET_NAME = 31
#: Excel counts days from 1900; an earlier date stays text.
FIRST_YEAR = 1900

_CUT = " … (cut)"
#: What XML 1.0 cannot hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WIDTH, _WIDE = 16, 36


class ExcelExporter:
    """One workbook: ``Results``, further sheets when the rows are too many, and a sheet for every table field."""

    media_type: ClassVar[str] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    suffix: ClassVar[str] = "xlsx"

    def write(self, rows: Iterable[ExportRow], fields: Sequence[Field], out: BinaryIO, *, options: ExportOptions) -> int:
        """See :class:`sheaf.exports.table.Exporter`."""
        import xlsxwriter

        columns = chosen(fields, options)
        tables = [field for field in columns if field.type is FieldType.TABLE]
        flat = [field for field in columns if field.type is not FieldType.TABLE]
        book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        sheets = _Sheets(book)
        with ExitStack() as stack:
            spools = {field.name: stack.enter_context(tempfile.TemporaryFile()) for field in tables}
            names = header(flat, ExportOptions(sources=options.sources))
            written = sheets.fill("Results", names, (line(row, flat, options) for row in _spooling(rows, spools)))
            for field in tables:
                sheets.fill(field.name, ["file", "row", "line", *_column_names(field)], _table_lines(spools[field.name], field))
            book.close()
        return written


class _Sheets:
    """The workbook's sheets: formats are made once, names are kept apart."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._bold = book.add_format({"bold": True})
        self._date = book.add_format({"num_format": "yyyy-mm-dd"})
        self._decimal = book.add_format({"num_format": "#,##0.00######"})
        self._names: set[str] = set()

    def fill(self, name: str, names: Sequence[str], lines: Iterable[Sequence[Flat]]) -> int:
        """Write a header and lines, going on to a further sheet of that name when one is full; how many lines there were."""
        written, at = 0, 1
        sheet = self._begin(name, names)
        for values in lines:
            if at == MAX_ROWS:
                sheet, at = self._begin(name, names), 1
            for column, value in enumerate(values):
                self._put(sheet, at, column, value)
            at += 1
            written += 1
        return written

    def _begin(self, name: str, names: Sequence[str]) -> Any:
        sheet = self._book.add_worksheet(self._free(name))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(names) - 1, _WIDTH)
        sheet.set_column(0, 0, _WIDE)
        sheet.autofilter(0, 0, 0, len(names) - 1)
        for column, each in enumerate(names):
            sheet.write_string(0, column, each, self._bold)
        return sheet

    def _free(self, name: str) -> str:
        number, base = 1, name[: MAX_SHEET_NAME - 4]
        found = base
        while found.casefold() in self._names:
            number += 1
            found = f"{base} {number}"
        self._names.add(found.casefold())
        return found

    def _put(self, sheet: Any, row: int, column: int, value: Flat) -> None:
        match value:
            case None:
                return
            case bool():
                sheet.write_boolean(row, column, value)
            case Decimal() if _exact(value):
                whole = value == value.to_integral_value() and value.as_tuple().exponent == 0
                sheet.write_number(row, column, float(value), None if whole else self._decimal)
            case date() if value.year >= FIRST_YEAR:
                sheet.write_datetime(row, column, value, self._date)
            case _:
                sheet.write_string(row, column, _text(value))


def _exact(number: Decimal) -> bool:
    """Whether Excel, which computes with doubles, keeps every digit."""
    return number.is_finite() and len(number.as_tuple().digits) <= MAX_DIGITS


def _text(value: object) -> str:
    text = _FORBIDDEN.sub("", str(value))
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - len(_CUT)] + _CUT


def _spooling(rows: Iterable[ExportRow], spools: Mapping[str, IO[bytes]]) -> Iterator[ExportRow]:
    """The rows, their tables put aside in passing."""
    for row in rows:
        for name, spool in spools.items():
            table = to_json(row.cell(name).value)
            for number, each in enumerate(table if isinstance(table, list) else []):
                spool.write(orjson.dumps([row.file, row.row, number, each], option=orjson.OPT_APPEND_NEWLINE))
        yield row


def _column_names(field: Field) -> list[str]:
    return header(field.columns, ExportOptions())[2:-1]


def _table_lines(spool: IO[bytes], field: Field) -> Iterator[list[Flat]]:
    spool.seek(0)
    for raw in spool:
        file, row, number, values = orjson.loads(raw)
        cells = line(_as_row(values, field), field.columns, ExportOptions())[2:-1]
        yield [file, Decimal(row), Decimal(number), *cells]


def _as_row(values: Mapping[str, Any], field: Field) -> ExportRow:
    typed = {column.name: from_json(column.type, values.get(column.name)) for column in field.columns}
    return ExportRow(file="", row=0, cells={name: Cell(state=CellState.FOUND, value=value) for name, value in typed.items()})
