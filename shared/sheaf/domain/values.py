"""Typed values as JSON and back, written once for exports, the HTTP answers and the stored results.

text, choice → string · number → number · amount → ``{"amount": "12.50", "currency": "EUR"}`` · date → ``"2026-03-01"`` ·
boolean → true or false · list → array of strings · table → array of objects, one a row, with a key for every column.
A number of more digits than a double keeps goes out as a string of its digits: rounded in silence it would be wrong (RFC 8259, 6).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import Amount, Box, Cell, CellState, Evidence, Scalar, Value

#: Whatever a JSON encoder takes.
Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]

_EXACT_INTEGER = 2**53
#: Zeros that scientific notation may stand for: enough for any figure, and no attack on memory.
_MAX_ZEROS = 10_000
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
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
    if json is None:
        return None
    if kind is FieldType.LIST:
        return tuple(_text(item) for item in _array(json))
    if kind is FieldType.TABLE:
        return tuple(_row_from_json(row, columns) for row in _array(json))
    return _scalar_from_json(kind, json)


def cell_to_json(cell: Cell) -> dict[str, Json]:
    """Return a cell as ``{value, state, confidence, evidence}``; evidence is null or holds only the keys that are known."""
    return {
        "value": to_json(cell.value),
        "state": cell.state.value,
        "confidence": cell.confidence,
        "evidence": None if cell.evidence is None else _evidence_to_json(cell.evidence),
    }


def cell_from_json(kind: FieldType, json: Mapping[str, Any], *, columns: Sequence[Field] = ()) -> Cell:
    """Return the cell that :func:`cell_to_json` was given; raises :class:`InvalidInput` when ``json`` is none."""
    try:
        evidence = json.get("evidence")
        return Cell(
            state=CellState(json["state"]),
            value=from_json(kind, json.get("value"), columns=columns),
            confidence=float(json.get("confidence", 0.0)),
            evidence=None if evidence is None else _evidence_from_json(evidence),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InvalidInput("This is not a cell: it needs a state, and a value, confidence and evidence that fit it.") from error


def decimal_text(number: Decimal) -> str:
    """Return the digits of ``number`` in full; in scientific notation only where they would be thousands of zeros."""
    text = str(number)
    return format(number, "f") if "E" in text and abs(number.adjusted()) <= _MAX_ZEROS else text


def _item_to_json(item: str | Mapping[str, Scalar | None]) -> Json:
    if isinstance(item, str):
        return item
    return {name: None if value is None else _scalar_to_json(value) for name, value in item.items()}


def _scalar_to_json(value: Scalar) -> Json:
    match value:
        case str() | bool():
            return value
        case Decimal():
            return _number_to_json(value)
        case Amount():
            return {"amount": decimal_text(value.amount), "currency": value.currency}
        case date():
            return date.isoformat(value)


def _number_to_json(number: Decimal) -> int | float | str:
    if number == number.to_integral_value():
        return int(number) if abs(number) <= _EXACT_INTEGER else decimal_text(number)
    nearest = float(number)
    return nearest if Decimal(repr(nearest)) == number else decimal_text(number)


def _evidence_to_json(evidence: Evidence) -> dict[str, Json]:
    json: dict[str, Json] = {"text": evidence.text}
    json |= {key: value for key in _EVIDENCE_KEYS if (value := getattr(evidence, key)) is not None}
    return json if evidence.box is None else json | {"box": list(evidence.box)}


def _scalar_from_json(kind: FieldType, json: object) -> Scalar:
    match kind:
        case FieldType.NUMBER:
            return _number(json)
        case FieldType.AMOUNT:
            return _amount(json)
        case FieldType.DATE:
            return _date(json)
        case FieldType.BOOLEAN if isinstance(json, bool):
            return json
        case FieldType.TEXT | FieldType.CHOICE:
            return _text(json)
        case _:
            raise InvalidInput(f"A value of type {kind.value} cannot be {_shown(json)}.")


def _text(json: object) -> str:
    if not isinstance(json, str):
        raise InvalidInput(f"A text cannot be {_shown(json)}: give a string.")
    return json


def _number(json: object) -> Decimal:
    try:
        if isinstance(json, str | int | float) and not isinstance(json, bool):
            digits = str(json)
            number = Decimal(digits)
            if number.is_finite() and abs(number.adjusted()) <= max(_MAX_ZEROS, len(digits)):
                return number
    except (InvalidOperation, ValueError):
        pass
    raise InvalidInput(f"A number cannot be {_shown(json)}: give a JSON number, or a string such as 1234.5.")


def _amount(json: object) -> Amount:
    if not isinstance(json, Mapping) or "amount" not in json:
        raise InvalidInput(f'An amount cannot be {_shown(json)}: give an object such as {{"amount": "12.50", "currency": "EUR"}}.')
    currency = json.get("currency")
    if currency is not None and not (isinstance(currency, str) and _CURRENCY.fullmatch(currency)):
        raise InvalidInput(f"A currency cannot be {_shown(currency)}: give a code of ISO 4217 such as EUR, or null.")
    return Amount(amount=_number(json["amount"]), currency=currency)


def _date(json: object) -> date:
    try:
        if isinstance(json, str) and _DATE.fullmatch(json):
            return date.fromisoformat(json)
    except ValueError:
        pass
    raise InvalidInput(f"A date cannot be {_shown(json)}: give year-month-day, such as 2026-03-01.")


def _array(json: object) -> Sequence[object]:
    if not isinstance(json, list | tuple):
        raise InvalidInput(f"A list or table cannot be {_shown(json)}: give an array.")
    return json


def _row_from_json(row: object, columns: Sequence[Field]) -> Mapping[str, Scalar | None]:
    if not isinstance(row, Mapping):
        raise InvalidInput(f"A row of a table cannot be {_shown(row)}: give an object with a key for every column.")
    if not columns:
        return {str(name): None if value is None else _text(value) for name, value in row.items()}
    known = {column.name: column.type for column in columns}
    if unknown := [name for name in row if name not in known]:
        raise InvalidInput(f"The table has no column {_shown(unknown[0])}.")
    return {name: None if row.get(name) is None else _scalar_from_json(kind, row[name]) for name, kind in known.items()}


def _evidence_from_json(json: Mapping[str, Any]) -> Evidence:
    box = json.get("box")
    known = {key: json[key] for key in _EVIDENCE_KEYS if key in json}
    return Evidence(text=json.get("text", ""), box=None if box is None else Box(*map(float, box)), **known)


def _shown(json: object) -> str:
    text = repr(json)
    return text if len(text) <= 40 else f"{text[:37]}…"  # noqa: PLR2004 — long enough to recognise, short enough for a sentence
