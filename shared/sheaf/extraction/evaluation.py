"""Scoring what was read against what is true: exact, and normalised per type.

Dates compare by day, amounts by value, numbers by value, booleans and choices as such, text folded without spaces and punctuation,
ranges by both days, spans by their units, addresses by their text and parties by their name, or by the parts that the truth names, lists as
F1 of their items, tables as F1 of their cells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import Amount, Value
from sheaf.domain.types.base import Structured
from sheaf.domain.types.party import Party
from sheaf.extraction.candidates import Customs
from sheaf.extraction.parse import parse_as
from sheaf.extraction.parsing.amounts import find_amounts
from sheaf.extraction.parsing.dates import Order, find_dates
from sheaf.extraction.parsing.found import squash
from sheaf.extraction.parsing.numbers import infer_decimal


@dataclass(frozen=True, slots=True)
class Agreement:
    """How one value compares: ``exact`` as printed, ``score`` normalised (0 or 1; in between for lists and tables)."""

    exact: bool
    score: float


def agreement(field: Field, value: Value | None, truth: object, *, order: Order = "dmy", text: str = "") -> Agreement:
    """Compare a value that was read with the truth as a benchmark gives it.

    The truth is text, a list of texts or of objects, or an object with ``amount`` and ``currency``.

    ``order`` is how the truth writes its dates; ``text`` is the value as printed, which counts as exact when the truth is as printed.
    """
    if field.type in (FieldType.LIST, FieldType.TABLE):
        score = list_f1(_items(value), _items(truth))
        return Agreement(score == 1.0, score)
    if value is None:
        return Agreement(exact=False, score=0.0)
    if isinstance(truth, Mapping):
        right = _same_money(value, truth) if isinstance(value, Amount) else isinstance(value, Structured) and _has_parts(value, truth)
        return Agreement(right, float(right))
    truths = [str(one) for one in truth] if isinstance(truth, list | tuple) else [str(truth)]
    exact = printed(value) in truths or (text != "" and text in truths)
    return Agreement(exact, float(any(same(field, value, one, order) for one in truths)))


def _same_money(value: Amount, truth: Mapping[str, object]) -> bool:
    """An amount with its currency: both must be right."""
    return value.amount == Decimal(str(truth["amount"])) and value.currency == truth.get("currency")


def _has_parts(value: Structured, truth: Mapping[str, object]) -> bool:
    """Whether the value has every part that the truth names, texts without regard to spaces and punctuation."""
    parts = value.json()
    return isinstance(parts, Mapping) and all(_bare(parts.get(name)) == _bare(part) for name, part in truth.items())


def _bare(part: object) -> object:
    return squash(part) if isinstance(part, str) else part


def same(field: Field, value: Value, truth: str, order: Order = "dmy") -> bool:
    """Whether ``value`` is what ``truth`` says, by the rule of the field's type."""
    match value:
        case date():
            return any(found.value == value for found in find_dates(truth, order)[:1])
        case Amount() | Decimal():
            number = value.amount if isinstance(value, Amount) else value
            return any(found.value.amount == number for found in find_amounts(truth)[:1])
        case bool():
            return squash(truth) in (("true", "yes", "1") if value else ("false", "no", "0"))
        case str():
            return squash(value) == squash(truth) or _same_day(field, value, truth, order)
        case Structured():
            read = parse_as(field, truth, Customs(order, infer_decimal(truth), None))
            return read == value or squash(_named(value)) == squash(truth)
        case _:
            return False


def _named(value: Structured) -> str:
    """What a truth on one line says of a value with parts."""
    return value.name if isinstance(value, Party) else str(value)


def _same_day(field: Field, value: str, truth: str, order: Order) -> bool:
    """Text that is a date on both sides compares by day."""
    if "date" not in field.name:
        return False
    ours, theirs = find_dates(value, order), find_dates(truth, order)
    return bool(ours and theirs) and ours[0].value == theirs[0].value


def printed(value: Value) -> str:
    """A value as a person would write it into a truth file."""
    match value:
        case date():
            return value.isoformat()
        case Amount():
            return str(value.amount)
        case tuple():
            return "; ".join(str(item) for item in value)
        case _:
            return str(value)


def _items(value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [part for item in value for part in (_cells(item) if isinstance(item, Mapping) else [squash(str(item))])]
    return [squash(str(value))]


def _cells(row: Mapping[str, object]) -> list[str]:
    return [f"{name}={squash(printed(value))}" for name, value in row.items() if value is not None]  # type: ignore[arg-type]


def list_f1(ours: Sequence[str], theirs: Sequence[str]) -> float:
    """Harmonic mean of precision and recall over items, repeats counted; 1 when both are empty."""
    if not ours and not theirs:
        return 1.0
    hits = sum((Counter(ours) & Counter(theirs)).values())
    return 2 * hits / (len(ours) + len(theirs))
