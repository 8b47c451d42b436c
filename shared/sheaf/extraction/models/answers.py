"""A model's answer, taken apart without trusting its shape: what is not as it was asked for says nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import CellState

#: Rows and items of one answer; a model that repeats itself ends there.
MAX_ITEMS = 2_000
#: Characters of a value or a quote.
MAX_TEXT = 4_000


@dataclass(frozen=True, slots=True)
class Said:
    """What was answered of one value."""

    state: CellState = CellState.MISSING
    value: str | None = None
    quote: str = ""
    page: int | None = None


#: Of a field: one value, the values of a list, or the rows of a table.
Answer = Said | list[Said] | list[dict[str, Said]]


def rows(answer: Any, fields: Sequence[Field]) -> list[dict[str, Answer]]:
    """The rows of an answer, each with something for every field."""
    return [{of.name: _of_field(of, row.get(of.name)) for of in fields} for row in _items(answer, "rows")]


def _items(answer: Any, name: str) -> list[Mapping[str, Any]]:
    found = answer.get(name) if isinstance(answer, Mapping) else None
    return [item for item in found[:MAX_ITEMS] if isinstance(item, Mapping)] if isinstance(found, list) else []


def _of_field(of: Field, told: Any) -> Answer:
    match of.type:
        case FieldType.LIST:
            return [said for item in _items(told, "items") if (said := _said(item)).value is not None]
        case FieldType.TABLE:
            return [{column.name: _said(row.get(column.name)) for column in of.columns} for row in _items(told, "rows")]
        case _:
            return _said(told)


def _said(told: Any) -> Said:
    if not isinstance(told, Mapping):
        return Said()
    value, quote, page = told.get("value"), told.get("quote"), told.get("page")
    if not isinstance(value, str) or not value.strip():
        return Said(state=_without_value(told.get("state")))
    quoted = quote if isinstance(quote, str) else ""
    whole = page if isinstance(page, int) and not isinstance(page, bool) else None
    return Said(CellState.FOUND, value[:MAX_TEXT], quoted[:MAX_TEXT], whole)


def _without_value(state: Any) -> CellState:
    known = {CellState.BLANK.value, CellState.UNREADABLE.value}
    return CellState(state) if isinstance(state, str) and state in known else CellState.MISSING
