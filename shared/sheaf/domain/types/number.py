"""Numbers of any precision.

One of more digits than a double keeps goes out as a string of its digits: rounded in silence it would be wrong (RFC 8259, 6).
"""

from __future__ import annotations

from decimal import Decimal

from sheaf.domain.texts import decimal_text
from sheaf.domain.types import loading
from sheaf.domain.types.base import Json, ValueType

_EXACT_INTEGER = 2**53


def to_json(number: Decimal) -> int | float | str:
    """A JSON number where no digit is lost, else a string of the digits."""
    if number == number.to_integral_value():
        return int(number) if abs(number) <= _EXACT_INTEGER else decimal_text(number)
    nearest = float(number)
    return nearest if Decimal(repr(nearest)) == number else decimal_text(number)


def _schema(_: object) -> dict[str, Json]:
    return {"type": "number"}


TYPE = ValueType(
    label="Number",
    description="A number, however it is grouped.",
    example=1234.5,
    schema=_schema,
    load=lambda json, _: loading.number(json),
    parse=loading.number,
    format="number",
)
