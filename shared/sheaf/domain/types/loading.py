"""JSON to the simple values that all types are made of; what cannot be one is refused in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from sheaf.domain.errors import InvalidInput

#: Zeros that scientific notation may stand for: enough for any figure, and no attack on memory.
MAX_ZEROS = 10_000
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def text(json: object) -> str:
    """A string."""
    if not isinstance(json, str):
        raise InvalidInput(f"A text cannot be {shown(json)}: give a string.")
    return json


def number(json: object) -> Decimal:
    """A finite number, from a JSON number or a string of its digits."""
    try:
        if isinstance(json, str | int | float) and not isinstance(json, bool):
            digits = str(json)
            value = Decimal(digits)
            if value.is_finite() and abs(value.adjusted()) <= max(MAX_ZEROS, len(digits)):
                return value
    except (InvalidOperation, ValueError):
        pass
    raise InvalidInput(f"A number cannot be {shown(json)}: give a JSON number, or a string such as 1234.5.")


def day(json: object) -> date:
    """A day in ISO order."""
    try:
        if isinstance(json, str) and _DATE.fullmatch(json):
            return date.fromisoformat(json)
    except ValueError:
        pass
    raise InvalidInput(f"A date cannot be {shown(json)}: give year-month-day, such as 2026-03-01.")


def array(json: object) -> Sequence[object]:
    """A JSON array."""
    if not isinstance(json, list | tuple):
        raise InvalidInput(f"A list or table cannot be {shown(json)}: give an array.")
    return json


def members(json: object, known: Sequence[str], what: str, such_as: str) -> Mapping[str, object]:
    """A JSON object with at least one of the ``known`` members, and no others."""
    if not isinstance(json, Mapping) or not json or not set(json) <= set(known):
        raise InvalidInput(f"{what} cannot be {shown(json)}: give an object such as {such_as}.")
    return json


def shown(json: object) -> str:
    """The JSON for a sentence: long enough to recognise, short enough to read."""
    described = repr(json)
    return described if len(described) <= 40 else f"{described[:37]}…"  # noqa: PLR2004 - the length of the sentence's part
