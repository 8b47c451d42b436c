"""Typed values as JSON and back, written once for exports, the HTTP answers and the stored results.

What each type's JSON looks like stands in its module below :mod:`sheaf.domain.types`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import Amount, Box, Cell, CellNote, CellState, Evidence, Value
from sheaf.domain.types import amount as amounts
from sheaf.domain.types import number as numbers
from sheaf.domain.types import value_type
from sheaf.domain.types.base import Json, Structured

__all__ = ["Json", "cell_from_json", "cell_to_json", "from_json", "to_json"]

_EVIDENCE_KEYS = ("page", "cell", "line", "path", "label")


def to_json(value: Value | None) -> Json:
    """Return ``value`` as plain JSON; None stays null."""
    if isinstance(value, tuple):
        return [_item_to_json(item) for item in value]
    return None if value is None else _scalar_to_json(value)


def from_json(kind: FieldType, json: object, *, columns: Sequence[Field] = ()) -> Value | None:
    """Return what :func:`to_json` was given; ``columns`` are those of a table field, none when it takes a document's own, as texts.

    Raises :class:`InvalidInput` when ``json`` cannot be a value of this type.
    """
    return None if json is None else value_type(kind).load(json, columns)


def cell_to_json(cell: Cell) -> dict[str, Json]:
    """Return a cell as ``{value, state, confidence, evidence}``; evidence is null or holds only the keys that are known.

    ``notes`` are there where something is to be said.
    """
    json: dict[str, Json] = {
        "value": to_json(cell.value),
        "state": cell.state.value,
        "confidence": cell.confidence,
        "evidence": None if cell.evidence is None else _evidence_to_json(cell.evidence),
    }
    return json | {"notes": [note.value for note in cell.notes]} if cell.notes else json


def cell_from_json(kind: FieldType, json: Mapping[str, Any], *, columns: Sequence[Field] = ()) -> Cell:
    """Return the cell that :func:`cell_to_json` was given; raises :class:`InvalidInput` when ``json`` is none."""
    try:
        evidence = json.get("evidence")
        return Cell(
            state=CellState(json["state"]),
            value=from_json(kind, json.get("value"), columns=columns),
            confidence=float(json.get("confidence", 0.0)),
            evidence=None if evidence is None else _evidence_from_json(evidence),
            notes=tuple(map(CellNote, json.get("notes", ()))),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InvalidInput("This is not a cell: it needs a state, and a value, confidence and evidence that fit it.") from error


#: By the values' own types, since this is done for every cell; values with parts know how themselves.
_SCALARS: Mapping[type, Callable[[Any], Json]] = {
    str: lambda text: text,
    bool: lambda yes: yes,
    Decimal: numbers.to_json,
    Amount: amounts.to_json,
    date: date.isoformat,
}


def _scalar_to_json(value: Any) -> Json:
    if type(value) not in _SCALARS and isinstance(value, Structured):
        return value.json()
    return _SCALARS[type(value)](value)


def _item_to_json(item: str | Mapping[str, Any]) -> Json:
    if isinstance(item, str):
        return item
    return {name: None if value is None else _scalar_to_json(value) for name, value in item.items()}


def _evidence_to_json(evidence: Evidence) -> dict[str, Json]:
    json: dict[str, Json] = {"text": evidence.text}
    json |= {key: value for key in _EVIDENCE_KEYS if (value := getattr(evidence, key)) is not None}
    return json if evidence.box is None else json | {"box": list(evidence.box)}


def _evidence_from_json(json: Mapping[str, Any]) -> Evidence:
    box = json.get("box")
    known = {key: json[key] for key in _EVIDENCE_KEYS if key in json}
    return Evidence(text=json.get("text", ""), box=None if box is None else Box(*map(float, box)), **known)
