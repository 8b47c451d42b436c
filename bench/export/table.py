"""The made-up result that is written: twenty columns of mixed types, made row by row."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice

from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import Amount, Box, Cell, CellState, Evidence, Value
from sheaf.exports.table import ExportRow

#: One field in five each: text, text, number, amount, date.
_TYPES = (FieldType.TEXT, FieldType.TEXT, FieldType.NUMBER, FieldType.AMOUNT, FieldType.DATE)
_FIRST_DAY = date(2020, 1, 1)


class Making:
    """The rows, made a thousand at a time; ``seconds`` is the processor time that took."""

    def __init__(self, rows: Iterator[ExportRow]) -> None:
        self.seconds = 0.0
        self._rows = rows

    def __iter__(self) -> Iterator[ExportRow]:
        while batch := self._made():
            yield from batch

    def _made(self) -> list[ExportRow]:
        began = time.process_time()
        batch = list(islice(self._rows, 1_000))
        self.seconds += time.process_time() - began
        return batch


def fields(columns: int) -> list[Field]:
    """As many fields, their types in turn."""
    return [Field(name=f"field_{number}", type=_TYPES[number % len(_TYPES)]) for number in range(columns)]


def rows(count: int, columns: list[Field]) -> Iterator[ExportRow]:
    """As many rows, none kept."""
    for number in range(count):
        cells = {field.name: _cell(field, number, place) for place, field in enumerate(columns)}
        yield ExportRow(file=f"archive.zip/2026/invoice-{number:06}.pdf", row=0, cells=cells)


def _cell(field: Field, row: int, place: int) -> Cell:
    evidence = Evidence(text="as printed", page=1, box=Box(72.0, 100.0, 160.0, 112.0))
    return Cell(state=CellState.FOUND, value=_value(field.type, row, place), confidence=0.97, evidence=evidence)


def _value(kind: FieldType, row: int, place: int) -> Value:
    match kind:
        case FieldType.NUMBER:
            return Decimal(row * 7 + place)
        case FieldType.AMOUNT:
            return Amount(amount=Decimal(row * 131 + place) / 100, currency="EUR")
        case FieldType.DATE:
            return _FIRST_DAY + timedelta(days=(row + place) % 2_500)
        case _:
            return f"Müller & Söhne {row % 977}, line {place}"
