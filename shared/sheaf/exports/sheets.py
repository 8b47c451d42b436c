"""Sheets of a workbook, filled line by line in flat memory: typed cells, never a formula or a link."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sheaf.domain.formats import NumberForm, excel_date
from sheaf.domain.rows import Amount
from sheaf.domain.texts import decimal_text
from sheaf.exports.cells import Flat, Formed

#: Excel's limits: rows of a sheet with the header, characters of a cell (in UTF-16), digits of a number, characters of a sheet's name.
MAX_ROWS = 1_048_576
MAX_TEXT = 32_767
MAX_DIGITS = 15
MAX_SHEET_NAME = 31
#: Excel counts days from 1900; an earlier date stays text.
FIRST_YEAR = 1900

#: Names that Excel keeps for itself.
_RESERVED = ("history",)
_CUT = " … (cut)"
#: What XML 1.0 cannot hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NARROWEST, _WIDEST = 8, 48
#: Lines that decide how wide a sheet's columns are.
_MEASURED_LINES = 100
#: What a double can hold; far from where it overflows.
_MAX_MAGNITUDE = 300


class Sheets:
    """The sheets of one workbook: formats are made once, names are kept apart."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._formats = _Formats(book)
        self._names = set(_RESERVED)

    def fill(self, name: str, names: Sequence[str], lines: Iterable[Sequence[Flat]]) -> int:
        """Write a header and lines, going on to a further sheet of that name when one is full; how many lines there were."""
        written = 0
        sheet = self._begin(name, names)
        for values in lines:
            if sheet.lines == MAX_ROWS - 1:
                sheet.finish()
                sheet = self._begin(name, names)
            sheet.add(values)
            written += 1
        sheet.finish()
        return written

    def _begin(self, name: str, names: Sequence[str]) -> _Sheet:
        return _Sheet(self._book.add_worksheet(self._free(name)), names, self._formats)

    def _free(self, name: str) -> str:
        number, base = 1, name[: MAX_SHEET_NAME - 4]
        found = base
        while found.casefold() in self._names:
            number += 1
            found = f"{base} {number}"
        self._names.add(found.casefold())
        return found


class _Sheet:
    """One sheet: its header at once, then line after line, its widths and filter at the end."""

    def __init__(self, sheet: Any, names: Sequence[str], formats: _Formats) -> None:
        self.lines = 0
        self._sheet = sheet
        self._formats = formats
        self._widths = [max(_NARROWEST, len(name) + 4) for name in names]
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(names):
            sheet.write_string(0, column, name, formats["bold"])

    def add(self, values: Sequence[Flat]) -> None:
        """Write the next line."""
        self.lines += 1
        for column, value in enumerate(values):
            self._put(column, value)
        if self.lines <= _MEASURED_LINES:
            self._widths = [max(width, _width(value)) for width, value in zip(self._widths, values, strict=True)]

    def finish(self) -> None:
        """Set what had to wait for the lines."""
        self._sheet.autofilter(0, 0, self.lines, len(self._widths) - 1)
        for column, width in enumerate(self._widths):
            self._sheet.set_column(column, column, min(width, _WIDEST))

    def _put(self, column: int, value: Flat) -> None:
        match value:
            case None:
                return
            case bool():
                self._sheet.write_boolean(self.lines, column, value)
            case Decimal() if _exact(value):
                self._sheet.write_number(self.lines, column, float(value))
            case Amount() if _exact(value.amount):
                self._sheet.write_number(self.lines, column, float(value.amount), self._formats["amount"])
            case Formed():
                self._put_formed(column, value)
            case date() if value.year >= FIRST_YEAR:
                self._sheet.write_datetime(self.lines, column, value, self._formats["date"])
            case _:
                self._sheet.write_string(self.lines, column, _cell_text(_shown(value)))

    def _put_formed(self, column: int, formed: Formed) -> None:
        """A number or a day as the typed value it is, shown in its form; as text where Excel cannot hold it."""
        value, form = formed
        number = value.amount if isinstance(value, Amount) else value
        if isinstance(number, Decimal) and _exact(number):
            self._sheet.write_number(self.lines, column, float(number), self._formats[NumberForm.of(form).excel])
        elif isinstance(number, date) and number.year >= FIRST_YEAR:
            self._sheet.write_datetime(self.lines, column, number, self._formats[excel_date(form)])
        else:
            self._sheet.write_string(self.lines, column, formed.text)


class _Formats(dict[str, Any]):
    """A workbook's formats: those with a name, and one for every form that is asked for."""

    def __init__(self, book: Any) -> None:
        super().__init__(
            bold=book.add_format({"bold": True}),
            date=book.add_format({"num_format": "yyyy-mm-dd"}),
            amount=book.add_format({"num_format": "#,##0.00######"}),
        )
        self._book = book

    def __missing__(self, form: str) -> Any:
        self[form] = self._book.add_format({"num_format": form})
        return self[form]


def _exact(number: Decimal) -> bool:
    """Whether Excel, which computes with doubles, keeps every digit."""
    return number.is_finite() and len(number.as_tuple().digits) <= MAX_DIGITS and abs(number.adjusted()) <= _MAX_MAGNITUDE


def _shown(value: Flat) -> str:
    match value:
        case Amount():
            return decimal_text(value.amount)
        case Decimal():
            return decimal_text(value)
        case Formed():
            return value.text
        case _:
            return str(value)


def _cell_text(text: str) -> str:
    text = _FORBIDDEN.sub("", text)
    if len(text) <= MAX_TEXT // 2:
        return text
    units = text.encode("utf-16-le")
    return text if len(units) <= 2 * MAX_TEXT else units[: 2 * (MAX_TEXT - len(_CUT))].decode("utf-16-le", "ignore") + _CUT


def _width(value: Flat) -> int:
    """Characters that a value takes up, with room for the separators of an amount."""
    return 0 if value is None else len(_shown(value)) + 3
