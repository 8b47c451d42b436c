"""What is measured: each export, and beside it the bare library writing the same values with no care taken."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from sheaf import catalog
from sheaf.domain.fields import Field
from sheaf.domain.rows import Amount
from sheaf.exports.table import ExportOptions, ExportRow

Writer = Callable[[Iterable[ExportRow], list[Field], BinaryIO], None]


def _bare_values(row: ExportRow) -> list[Any]:
    values: list[Any] = [row.file, row.row]
    for cell in row.cells.values():
        if isinstance(cell.value, Amount):
            values += [cell.value.amount, cell.value.currency]
        else:
            values.append(cell.value)
    return values


def _bare_csv(rows: Iterable[ExportRow], _fields: list[Field], out: BinaryIO) -> None:
    with io.TextIOWrapper(out, "utf-8", newline="") as text:
        csv.writer(text).writerows(map(_bare_values, rows))


def _bare_xlsx(rows: Iterable[ExportRow], _fields: list[Field], out: BinaryIO) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        for line, row in enumerate(rows):
            for column, value in enumerate(_bare_values(row)):
                _bare_cell(sheet, line, column, value, day)


def _bare_cell(sheet: Any, line: int, column: int, value: object, day: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(line, column, value)
    elif isinstance(value, int | Decimal):
        sheet.write_number(line, column, value)
    elif isinstance(value, date):
        sheet.write_datetime(line, column, value, day)


def _export(kind: str) -> Writer:
    def write(rows: Iterable[ExportRow], fields: list[Field], out: BinaryIO) -> None:
        catalog.find(catalog.EXPORTS, kind, "export")().write(rows, fields, out, options=ExportOptions())

    return write


#: By name.
WRITERS: Mapping[str, Writer] = {
    "bare csv": _bare_csv,
    "csv": _export("csv"),
    "bare xlsx": _bare_xlsx,
    "xlsx": _export("xlsx"),
    "jsonl": _export("jsonl"),
    "json": _export("json"),
}
