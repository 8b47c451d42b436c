"""Sheets of an OpenDocument spreadsheet, read as a stream: repetitions written out within bounds, covered cells left empty.

See OpenDocument 1.3 part 3, 9 (tables) and 19.385 (value types). A sheet's tail of a million empty rows is one element with a number,
so nothing is written out before something after it holds a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from lxml import etree

from sheaf.documents.bounds import too_large
from sheaf.documents.limits import Limits
from sheaf.documents.odf.elements import attribute, count, elements
from sheaf.documents.odf.styles import Style, Styles, style_of
from sheaf.documents.odf.text import paragraph
from sheaf.documents.sheets.display import Value, typed
from sheaf.documents.sheets.rows import Sheet, ShownRow
from sheaf.documents.xml.parsing import local, problem

#: As many as the programs have.
_MAX_ROWS, _MAX_COLUMNS = 2**20, 16_384
_MAX_SPAN = 2**20
_MAX_MERGED = 200_000
_DURATION = re.compile(r"(-?)P(?:(\d{1,6})D)?T?(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,]\d{1,9})?S)?")
_LONGEST_NUMBER = 40


class _Cell(NamedTuple):
    """A cell and what it shows."""

    value: Value
    shown: str
    across: int
    down: int
    uncached: bool


_NOTHING = _Cell(None, "", 1, 1, uncached=False)


def sheets_of(stream: Any, limits: Limits) -> Iterator[Sheet]:
    """The sheets in the content part, one after the other.

    Raises:
        FileProblem: ``corrupt``, ``too_large`` or ``unsafe``.
    """
    reading = _Reading(limits)
    try:
        options = {"resolve_entities": False, "no_network": True, "load_dtd": False, "remove_comments": True, "remove_pis": True}
        for event, element in etree.iterparse(stream, events=("start", "end"), **options):
            sheet = reading.take(event, element)
            if sheet is not None:
                yield sheet
    except (etree.XMLSyntaxError, ValueError) as error:
        raise problem(str(error)) from error


class _Reading:
    """What has been read of the sheet at hand."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._styles = Styles()
        self._depth = 0
        self._hidden_tables: set[str] = set()
        self._cells = 0
        self._begin("")

    def _begin(self, title: str, *, hidden: bool = False) -> None:
        self._title, self._hidden = title, hidden
        self._rows: list[ShownRow] = []
        self._merged: dict[tuple[int, int], tuple[int, int]] = {}
        self._number = self._uncached = 0

    def take(self, event: str, element: Any) -> Sheet | None:
        """Take one event of the parser; the sheet that it ends, if it ends one."""
        name = local(element) if isinstance(element.tag, str) else ""
        if event == "start":
            self._start(name, element)
            return None
        if name == "style" and not self._depth:
            self._style(element)
        elif name == "table-row" and self._depth == 1:
            self._row(element)
        elif name == "table":
            self._depth -= 1
            if not self._depth:
                element.clear()
                return Sheet(self._title, self._rows, self._merged, self._hidden, self._uncached)
        return None

    def _start(self, name: str, element: Any) -> None:
        if name == "table":
            if not self._depth:
                self._begin(attribute(element, "name") or "Sheet", hidden=style_of(element) in self._hidden_tables)
            self._depth += 1

    def _style(self, element: Any) -> None:
        name = attribute(element, "name")
        for child, kind in elements(element):
            if kind == "table-properties" and attribute(child, "display") == "false":
                self._hidden_tables.add(name)
            if kind == "text-properties" and attribute(child, "display") == "none":
                self._styles.named.setdefault(name, Style(hidden=True))

    def _row(self, element: Any) -> None:
        """Keep a row as often as it is there, and let go of its element."""
        repeated = count(element, "number-rows-repeated")
        cells = self._cells_of(element)
        element.clear()
        while (before := element.getprevious()) is not None:
            element.getparent().remove(before)
        if cells:
            for _ in range(self._checked(repeated, len(cells))):
                self._number += 1
                self._keep(cells)
        else:
            self._number = min(self._number + repeated, _MAX_ROWS + 1)

    def _checked(self, repeated: int, columns: int) -> int:
        self._cells += repeated * columns
        if self._number + repeated > _MAX_ROWS:
            raise too_large("A sheet", self._number + repeated, _MAX_ROWS, "rows")
        if self._cells > self._limits.max_table_cells:
            raise too_large("The workbook", self._cells, self._limits.max_table_cells, "cells")
        return repeated

    def _keep(self, cells: list[_Cell]) -> None:
        for column, cell in enumerate(cells, start=1):
            if (cell.across > 1 or cell.down > 1) and len(self._merged) < _MAX_MERGED:
                self._merged[self._number, column] = (cell.down, cell.across)
        self._uncached += sum(cell.uncached for cell in cells)
        self._rows.append(ShownRow(self._number, tuple(cell.value for cell in cells), tuple(cell.shown for cell in cells)))

    def _cells_of(self, row: Any) -> list[_Cell]:
        """The cells up to the last filled one."""
        cells: list[_Cell] = []
        empty = 0
        for element, name in elements(row):
            if name not in {"table-cell", "covered-table-cell"}:
                continue
            cell = self._cell(element) if name == "table-cell" else _NOTHING
            repeated = count(element, "number-columns-repeated")
            if cell.value is None and not cell.uncached:
                empty += repeated
                continue
            if len(cells) + empty + repeated > _MAX_COLUMNS:
                raise too_large("A sheet", len(cells) + empty + repeated, _MAX_COLUMNS, "columns")
            cells += [_NOTHING] * empty + [cell] * repeated
            empty = 0
        return cells

    def _cell(self, element: Any) -> _Cell:
        texts = [paragraph(child, self._styles).text for child, name in elements(element) if name in {"p", "h"}]
        shown = "\n".join(texts).strip()
        value = _value(element, shown)
        across, down = (min(count(element, name), _MAX_SPAN) for name in ("number-columns-spanned", "number-rows-spanned"))
        uncached = value is None and bool(attribute(element, "formula")) and not attribute(element, "value-type")
        return _Cell(value, shown or _plain(value), across, down, uncached)


def _value(element: Any, shown: str) -> Value:
    """The typed value; the text where it has none."""
    match attribute(element, "value-type"):
        case "float" | "currency" | "percentage":
            return _number(attribute(element, "value"), shown)
        case "date":
            return _moment(attribute(element, "date-value"), shown)
        case "time":
            return _duration(attribute(element, "time-value"), shown)
        case "boolean":
            return attribute(element, "boolean-value") == "true"
        case _:
            return shown or attribute(element, "string-value").strip() or None


def _number(text: str, shown: str) -> Value:
    try:
        number = float(text) if len(text) <= _LONGEST_NUMBER else float("nan")
    except ValueError:
        return shown or None
    if number != number or number in {float("inf"), float("-inf")}:  # noqa: PLR0124 - only NaN differs from itself
        return shown or None
    return int(number) if number.is_integer() and abs(number) < 2**53 else typed(number, "")


def _moment(text: str, shown: str) -> Value:
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        return shown or None


def _duration(text: str, shown: str) -> Value:
    found = _DURATION.fullmatch(text)
    if found is None:
        return shown or None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    length = timedelta(days=days, seconds=hours * 3600 + minutes * 60 + seconds)
    if found[1] or length >= timedelta(days=1):
        return -length if found[1] else length
    return time(length.seconds // 3600, length.seconds // 60 % 60, length.seconds % 60)


def _plain(value: Value) -> str:
    return "" if value is None else str(value).upper() if isinstance(value, bool) else str(value)
