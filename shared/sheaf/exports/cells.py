"""Cells as flat columns, shared by the exports that are grids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import chain, count
from types import NoneType
from typing import NamedTuple

from sheaf.domain.fields import Field, FieldType
from sheaf.domain.formats import NumberForm, date_text
from sheaf.domain.rows import MISSING, Amount, Cell, Scalar, Value
from sheaf.domain.types import value_type
from sheaf.domain.types.amount import in_words
from sheaf.domain.types.base import Structured
from sheaf.domain.values import to_json
from sheaf.exports.encode import encode
from sheaf.exports.table import ExportOptions, ExportRow, chosen, where


class Formed(NamedTuple):
    """A value that its field wants written in a form of :mod:`sheaf.domain.formats`."""

    value: Decimal | Amount | date
    form: str

    @property
    def text(self) -> str:
        """The value in that form."""
        if isinstance(self.value, date):
            return date_text(self.value, self.form)
        number = self.value.amount if isinstance(self.value, Amount) else self.value
        return NumberForm.of(self.form).text(number)


#: What a column of a grid can hold: text, or a typed value that a spreadsheet keeps as one; an amount's currency has a column of its own.
Flat = str | Decimal | Amount | date | bool | Formed | None

#: Types of values that are flat as they are, told by their own type alone: this is asked for every cell.
_PLAIN = frozenset({str, Decimal, date, bool, NoneType})
_SOURCE_COLUMNS = ("state", "confidence", "where", "text")


def header(fields: Sequence[Field], options: ExportOptions) -> list[str]:
    """The column names: file and row, the fields, sources and the rules that do not hold on demand, the error.

    An amount has a second column for its currency (``total_currency``), a date range one for each day (``flight_start``, ``flight_end``).
    No two are alike: a field that is named like a column before it gets a number, such as ``file_2``.
    """
    names = ["file", "row"]
    for field in chosen(fields, options):
        names += [f"{field.name}{suffix}" for suffix in value_type(field.type).columns]
        if options.sources:
            names += [f"{field.name}_{column}" for column in _SOURCE_COLUMNS]
    return distinct([*names, *(["violations"] if options.sources else []), "error"])


def line(row: ExportRow, fields: Sequence[Field], options: ExportOptions) -> list[Flat]:
    """A row as the values under :func:`header`; ``fields`` are those chosen."""
    values: list[Flat] = [row.file, Decimal(row.row)]
    cells, split = row.cells, _split()
    for field in fields:
        cell = cells.get(field.name, MISSING)
        value = cell.value
        if field.type in split:
            columns = value_type(field.type).flat(value)
            values += [_formed(each, field.format) for each in columns] if field.format else columns
        elif field.format:
            values.append(_formed(_flat(value), field.format))
        else:
            values.append(value if type(value) in _PLAIN else _flat(value))  # type: ignore[arg-type]  # those types are Flat
        if options.sources:
            values += _source_columns(cell)
    if options.sources:
        values.append("; ".join(row.violations) or None)
    values.append(row.error_text or None)
    return values


def distinct(names: Sequence[str]) -> list[str]:
    """The names, those that were there before with a number behind them."""
    taken: list[str] = []
    for name in names:
        candidates = chain([name], (f"{name}_{number}" for number in count(2)))
        taken.append(next(each for each in candidates if each not in taken))
    return taken


@cache
def _split() -> frozenset[FieldType]:
    """The types whose values take several columns."""
    return frozenset(kind for kind in FieldType if len(value_type(kind).columns) > 1)


def _formed(value: Flat, form: str) -> Flat:
    """The value with the form it is to be written in; what is text, or nothing, is so already."""
    return Formed(value, form) if isinstance(value, Decimal | Amount | date) else value


def _flat(value: Value | None) -> Flat:
    if isinstance(value, tuple):
        return _joined(value)
    if isinstance(value, Structured):
        return str(value)
    return in_words(value) if isinstance(value, Amount) else value


def _joined(value: tuple[str, ...] | tuple[Mapping[str, Scalar | None], ...]) -> str:
    if all(isinstance(item, str) for item in value):
        return "; ".join(str(item) for item in value)
    return encode(to_json(value)).decode()


def _source_columns(cell: Cell) -> list[Flat]:
    text = cell.evidence.text if cell.evidence else None
    return [cell.state.value, Decimal(f"{cell.confidence:.3f}"), where(cell.evidence) or None, text]
