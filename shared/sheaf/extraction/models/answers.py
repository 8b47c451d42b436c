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
#: Members of a value with parts.
_MAX_PARTS = 12

#: A value: as the type's JSON has it, or as text.
Json = str | int | float | bool | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """What was answered of one value."""

    state: CellState = CellState.MISSING
    value: Json | None = None
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
    value, quote, page = _value(told.get("value")), told.get("quote"), told.get("page")
    if value is None:
        return Said(state=_without_value(told.get("state")))
    quoted = quote if isinstance(quote, str) else ""
    whole = page if isinstance(page, int) and not isinstance(page, bool) else None
    return Said(CellState.FOUND, value, quoted[:MAX_TEXT], whole)


def _value(told: Any) -> Json | None:
    """A value that says something, cut to bounds; None for any other."""
    match told:
        case str():
            return told[:MAX_TEXT] if told.strip() else None
        case bool() | int() | float():
            return told
        case Mapping() if 0 < len(told) <= _MAX_PARTS:
            parts = {str(name): _value(part) for name, part in told.items() if not isinstance(part, Mapping)}
            return parts if any(part is not None for part in parts.values()) else None
        case _:
            return None


def says_anything(rows: Sequence[Mapping[str, Answer]]) -> bool:
    """Whether rows say of any field that it is there, or that nothing stands beside its label."""
    return any(_speaks(answer) for row in rows for answer in row.values())


def _speaks(answer: Answer) -> bool:
    if isinstance(answer, Said):
        return answer.state is not CellState.MISSING
    return any(_speaks(said) for one in answer for said in (one.values() if isinstance(one, dict) else (one,)))


def _without_value(state: Any) -> CellState:
    known = {CellState.BLANK.value, CellState.UNREADABLE.value}
    return CellState(state) if isinstance(state, str) and state in known else CellState.MISSING
