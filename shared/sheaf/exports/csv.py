"""CSV as RFC 4180 has it, in UTF-8, safe to open in a spreadsheet."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import NoneType
from typing import Any, BinaryIO, ClassVar

from sheaf.domain.fields import Field
from sheaf.domain.rows import Amount
from sheaf.domain.texts import decimal_text
from sheaf.exports.cells import Flat, Formed, header, line
from sheaf.exports.table import ExportOptions, ExportRow, chosen

#: A spreadsheet takes text that starts so for a formula, or steps over it to one (OWASP, CSV injection); some read full-width signs alike.
_FORMULA_STARTS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


class CsvExporter:
    """Comma-separated, quoted where needed, lines ending in CR LF."""

    media_type: ClassVar[str] = "text/csv; charset=utf-8"
    suffix: ClassVar[str] = "csv"

    def write(self, rows: Iterable[ExportRow], fields: Sequence[Field], out: BinaryIO, *, options: ExportOptions) -> int:
        """See :class:`sheaf.exports.table.Exporter`; text that a spreadsheet would run as a formula is prefixed with ``'``."""
        columns = chosen(fields, options)
        if options.byte_order_mark:
            out.write(codecs.BOM_UTF8)
        text = io.TextIOWrapper(out, "utf-8", errors="replace", newline="")
        try:
            writer = csv.writer(text)
            writer.writerow(header(fields, options))
            written = 0
            for row in rows:
                writer.writerow([_TEXT[type(value)](value) for value in line(row, columns, options)])
                written += 1
            return written
        finally:
            # Left attached, the wrapper would close the caller's file with itself.
            text.detach()


def as_text(value: Flat) -> str:
    """A value as CSV has it: numbers in full, dates in ISO order, text that cannot start a formula."""
    return _TEXT[type(value)](value)


def harmless(text: str) -> str:
    """The text, behind a ``'`` when a spreadsheet would take it for a formula."""
    return f"'{text}" if text[:1] in _FORMULA_STARTS else text


#: By the values' own types, since this is done for every cell.
_TEXT: Mapping[type, Callable[[Any], str]] = {
    str: harmless,
    NoneType: lambda _: "",
    Decimal: decimal_text,
    Amount: lambda amount: decimal_text(amount.amount),
    date: date.isoformat,
    bool: lambda yes: "true" if yes else "false",
    Formed: lambda formed: formed.text,
}
