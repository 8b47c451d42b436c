"""Cells as flat columns, shared by the exports that are grids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain, count

from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import MISSING, Amount, Cell, Scalar, Value
from sheaf.domain.values import decimal_text, to_json
from sheaf.exports.encode import encode
from sheaf.exports.table import ExportOptions, ExportRow, chosen, where

#: What a column of a grid can hold: text, or a typed value that a spreadsheet keeps as one; an amount's currency has a column of its own.
Flat = str | Decimal | Amount | date | bool | None

#: Values that hold several.
_WITHIN = (Amount, tuple)
_SOURCE_COLUMNS = ("state", "confidence", "where", "text")


def header(fields: Sequence[Field], options: ExportOptions) -> list[str]:
    """The column names: file and row, the fields (an amount has a second column for its currency), sources on demand, the error.

    No two are alike: a field that is named like a column before it gets a number, such as ``file_2``.
    """
    names = ["file", "row"]
    for field in chosen(fields, options):
        names.append(field.name)
        if field.type is FieldType.AMOUNT:
            names.append(f"{field.name}_currency")
        if options.sources:
            names += [f"{field.name}_{column}" for column in _SOURCE_COLUMNS]
    return distinct([*names, "error"])


def line(row: ExportRow, fields: Sequence[Field], options: ExportOptions) -> list[Flat]:
    """A row as the values under :func:`header`; ``fields`` are those chosen."""
    values: list[Flat] = [row.file, Decimal(row.row)]
    cells, amount = row.cells, FieldType.AMOUNT
    for field in fields:
        cell = cells.get(field.name, MISSING)
        value = cell.value
        if field.type is amount:
            values += _amount_columns(value)
        else:
            values.append(_flat(value) if isinstance(value, _WITHIN) else value)
        if options.sources:
            values += _source_columns(cell)
    values.append(row.error_text or None)
    return values


def distinct(names: Sequence[str]) -> list[str]:
    """The names, those that were there before with a number behind them."""
    taken: list[str] = []
    for name in names:
        candidates = chain([name], (f"{name}_{number}" for number in count(2)))
        taken.append(next(each for each in candidates if each not in taken))
    return taken


def _amount_columns(value: Value | None) -> tuple[Flat, Flat]:
    return (value, value.currency) if isinstance(value, Amount) else (None, None)


def _flat(value: Amount | tuple[str, ...] | tuple[Mapping[str, Scalar | None], ...]) -> str:
    if isinstance(value, Amount):
        return f"{decimal_text(value.amount)} {value.currency or ''}".strip()
    return _joined(value)


def _joined(value: tuple[str, ...] | tuple[Mapping[str, Scalar | None], ...]) -> str:
    if all(isinstance(item, str) for item in value):
        return "; ".join(str(item) for item in value)
    return encode(to_json(value)).decode()


def _source_columns(cell: Cell) -> list[Flat]:
    text = cell.evidence.text if cell.evidence else None
    return [cell.state.value, Decimal(f"{cell.confidence:.3f}"), where(cell.evidence) or None, text]
