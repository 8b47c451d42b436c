"""Whole numbers: counts, years, quantities of pieces."""

from __future__ import annotations

from decimal import Decimal

from sheaf.domain.errors import InvalidInput
from sheaf.domain.types import loading
from sheaf.domain.types.base import Json, ValueType


def whole(json: object) -> Decimal:
    """A whole number; raises InvalidInput for one with a fraction."""
    number = loading.number(json)
    if number != number.to_integral_value():
        raise InvalidInput(f"A whole number cannot be {loading.shown(json)}: it has a fraction.")
    return number


def _schema(_: object) -> dict[str, Json]:
    return {"type": "integer"}


TYPE = ValueType(
    label="Whole number",
    description="A number without a fraction.",
    example=12,
    schema=_schema,
    load=lambda json, _: whole(json),
    parse=whole,
    format="number",
)
