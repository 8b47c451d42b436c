"""Excel workbooks: typed cells, never a formula or a link, in flat memory.

Dates are dates, amounts and numbers are numbers. A table field has a sheet of its own, one line per line of the table, so that nothing is
squeezed into one cell; its rows are spooled to disk while the main sheet is written, since the writer takes one sheet after the other.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from typing import IO, Any, BinaryIO, ClassVar

import orjson

from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import Cell, CellState
from sheaf.domain.values import from_json, to_json
from sheaf.exports.cells import Flat, distinct, header, line
from sheaf.exports.encode import encode
from sheaf.exports.sheets import Sheets
from sheaf.exports.table import ExportOptions, ExportRow, chosen


class ExcelExporter:
    """One workbook: ``Results``, further sheets when the rows are too many, and a sheet for every table field."""

    media_type: ClassVar[str] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    suffix: ClassVar[str] = "xlsx"

    def write(self, rows: Iterable[ExportRow], fields: Sequence[Field], out: BinaryIO, *, options: ExportOptions) -> int:
        """See :class:`sheaf.exports.table.Exporter`."""
        columns = chosen(fields, options)
        tables = [field for field in columns if field.type is FieldType.TABLE]
        flat = [field for field in columns if field.type is not FieldType.TABLE]
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sheaf-export-"))
            sheets = Sheets(stack.enter_context(_workbook(out, folder)))
            spools = {field.name: stack.enter_context(tempfile.TemporaryFile(dir=folder)) for field in tables}
            names = header(flat, ExportOptions(sources=options.sources))
            written = sheets.fill("Results", names, (line(row, flat, options) for row in _spooling(rows, spools)))
            for field in tables:
                spool = spools[field.name]
                spelt = field if field.columns else replace(field, columns=_own_columns(spool))
                sheets.fill(field.name, _table_header(spelt), _table_lines(spool, spelt))
        return written


def _workbook(out: BinaryIO, folder: str) -> Any:
    """A workbook that keeps one line in memory and the rest in ``folder``; it is closed when its context is left."""
    import xlsxwriter

    return xlsxwriter.Workbook(out, {"constant_memory": True, "tmpdir": folder, "use_zip64": True})


def _spooling(rows: Iterable[ExportRow], spools: Mapping[str, IO[bytes]]) -> Iterator[ExportRow]:
    """The rows, their tables put aside in passing."""
    for row in rows:
        for name, spool in spools.items():
            table = to_json(row.cell(name).value)
            for number, each in enumerate(table if isinstance(table, list) else []):
                spool.write(encode([row.file, row.row, number, each]) + b"\n")
        yield row


def _table_header(field: Field) -> list[str]:
    return distinct(["file", "row", "line", *header(field.columns, ExportOptions())[2:-1]])


def _own_columns(spool: IO[bytes]) -> tuple[Field, ...]:
    """The columns that the tables of a field without columns turned out to have, in the order they were met; all are texts."""
    spool.seek(0)
    names = dict.fromkeys(name for raw in spool for name in orjson.loads(raw)[3])
    return tuple(Field(name=name) for name in names)


def _table_lines(spool: IO[bytes], field: Field) -> Iterator[list[Flat]]:
    spool.seek(0)
    for raw in spool:
        file, row, number, values = orjson.loads(raw)
        cells = line(_as_row(values, field), field.columns, ExportOptions())[2:-1]
        yield [file, Decimal(row), Decimal(number), *cells]


def _as_row(values: Mapping[str, Any], field: Field) -> ExportRow:
    typed = {column.name: from_json(column.type, values.get(column.name)) for column in field.columns}
    return ExportRow(file="", row=0, cells={name: Cell(state=CellState.FOUND, value=value) for name, value in typed.items()})
