"""What rules compute and compare: numbers with their currency, days, texts and yes or no; in decimals, whatever they hold."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any, TypeAlias

from sheaf.domain.record import record
from sheaf.domain.rows import Amount
from sheaf.domain.texts import decimal_text

#: Digits that arithmetic keeps; more than any amount has, and few enough that no number takes long.
EXACT = Context(prec=50, Emax=999_999, Emin=-999_999, traps=[InvalidOperation, DivisionByZero, Overflow])
_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_COMPUTED: Mapping[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


class Silent(Exception):
    """A value is missing or unreadable, or cannot be computed: the rule says nothing."""


class Mixed(Exception):
    """Amounts of two currencies are related as if they were one."""


@record(frozen=True, slots=True)
class Quantity:
    """A number, with its currency where it is an amount that names one."""

    number: Decimal
    currency: str | None = None

    def __str__(self) -> str:
        return f"{decimal_text(self.number)} {self.currency or ''}".strip()


Value: TypeAlias = Quantity | date | str | bool


def plain(value: Any) -> Value:
    """A cell's value, or a table's, as rules take it; raises Silent for a value with parts."""
    if isinstance(value, Amount):
        return Quantity(value.amount, value.currency)
    if isinstance(value, Decimal):
        return Quantity(value)
    if isinstance(value, bool | date | str):
        return value
    raise Silent


def called(name: str, first: Value, *rest: Value) -> Value:
    """What a function of values comes to; raises Silent and Mixed where they do not go together."""
    if name == "abs":
        return Quantity(abs(_quantity(first).number), _quantity(first).currency)
    for value in rest:
        if name == "sum":
            first = computed("+", first, value)
        else:
            sides = _sides(first, value)
            first = first if (sides[0] <= sides[1]) == (name == "min") else value
    return first


def _quantity(value: Value) -> Quantity:
    if not isinstance(value, Quantity):
        raise Silent
    return value


def computed(sign: str, left: Value, right: Value) -> Value:
    """What two sides of ``+ - * /`` come to; raises Silent, Mixed and whatever arithmetic does."""
    if isinstance(left, date) or isinstance(right, date):
        return _of_days(sign, left, right)
    one, other = _quantity(left), _quantity(right)
    number = _COMPUTED[sign](one.number, other.number)
    if sign == "/" and one.currency == other.currency:
        return Quantity(number)
    return Quantity(number, _currency(one, other))


def _of_days(sign: str, left: Value, right: Value) -> Value:
    if isinstance(left, date) and isinstance(right, date):
        return Quantity(Decimal((left - right).days))
    day, days = (left, right) if isinstance(left, date) else (right, left)
    if not isinstance(day, date):
        raise Silent
    span = timedelta(days=int(_quantity(days).number))
    return day + span if sign == "+" else day - span


def _currency(one: Quantity, other: Quantity) -> str | None:
    if one.currency and other.currency and one.currency != other.currency:
        raise Mixed
    return one.currency or other.currency


def _sides(left: Value, right: Value) -> tuple[Any, Any]:
    """Two values as they are compared; raises Mixed for amounts of two currencies."""
    if isinstance(left, Quantity) and isinstance(right, Quantity):
        _currency(left, right)
        return left.number, right.number
    if isinstance(left, str) and isinstance(right, str):
        return " ".join(left.casefold().split()), " ".join(right.casefold().split())
    if type(left) is not type(right):
        raise Silent
    return left, right


def holds(left: Value, sign: str, right: Value, tolerance: Decimal) -> bool:
    """Whether a comparison does; two numbers are the same within the tolerance. Raises Silent and Mixed."""
    one, other = _sides(left, right)
    if sign in _COMPARED:
        return _COMPARED[sign](one, other)
    same: bool = abs(one - other) <= tolerance if isinstance(one, Decimal) else one == other
    return same == (sign == "=")


def shown(value: Value) -> str:
    """A value in a sentence."""
    return repr(value[:80]) if isinstance(value, str) else value.isoformat() if isinstance(value, date) else str(value)
