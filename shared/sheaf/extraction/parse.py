"""One text to one typed value: for cells of tables and machine-readable data, where the text is the value and nothing else."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from decimal import Decimal

from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import Amount, Scalar
from sheaf.extraction.candidates import Customs
from sheaf.extraction.parsing.amounts import find_amounts
from sheaf.extraction.parsing.booleans import parse_boolean
from sheaf.extraction.parsing.currencies import currency_of
from sheaf.extraction.parsing.dates import find_dates
from sheaf.extraction.parsing.found import fold, tidy
from sheaf.extraction.parsing.numbers import find_numbers

_NUMERIC = re.compile(r"[\d\s.,'\u2019+\-\u2212()%\u00a0\u202f]*\d[\d\s.,'\u2019+\-\u2212()%\u00a0\u202f]*")
_UNIT = re.compile(r"\s*[^\W\d_%]{0,8}\.?$")


_MAILBOX = re.compile(r"\s*<[^<>\s]+@[^<>\s]+>|^\"|\"(?=\s*<)")


def bare_name(text: str) -> str:
    """A name without the mailbox behind it: ``Ann Lee <ann@example.org>``."""
    return tidy(_MAILBOX.sub("", text)) or text


def parse_as(field: Field, text: str, customs: Customs, value: object = None, qualifier: str = "") -> Scalar | None:
    """The value of ``text`` as the field's type, or None where it is none.

    ``value`` is what the format itself says the cell is; ``qualifier`` a currency or unit that belongs to it.
    """
    match field.type:
        case FieldType.DATE:
            return _date(text, customs, value)
        case FieldType.AMOUNT:
            number = _number(text, customs, value)
            return None if number is None else Amount(amount=number, currency=_currency(text, qualifier, customs))
        case FieldType.NUMBER:
            return _number(text, customs, value)
        case FieldType.BOOLEAN:
            return value if isinstance(value, bool) else parse_boolean(text)
        case FieldType.CHOICE:
            return next((option for option in field.choices if fold(option) == fold(tidy(text))), None)
        case _:
            return tidy(text) or None


def _date(text: str, customs: Customs, value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = find_dates(text, customs.order, compact=True)
    return found[0].value if found and len(text) - (found[0].end - found[0].start) <= 24 else None


def _number(text: str, customs: Customs, value: object) -> Decimal | None:
    if isinstance(value, bool | date):
        return None
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) else None
    return _printed_number(text, customs)


def _printed_number(text: str, customs: Customs) -> Decimal | None:
    """A number with perhaps a currency, unit or percent sign, and nothing else; the last one where a unit's number follows it."""
    amounts = find_amounts(text.replace("%", ""), customs.decimal)
    if len(amounts) == 1:
        around = text.replace("%", "")[: amounts[0].start] + text.replace("%", "")[amounts[0].end :]
        if _UNIT.fullmatch(around.strip()) or not around.strip(" *()"):
            return amounts[0].value.amount
    numbers = find_numbers(text, customs.decimal) if _NUMERIC.fullmatch(text) else []
    return numbers[0].value if len(numbers) == 1 else None


def _currency(text: str, qualifier: str, customs: Customs) -> str | None:
    return currency_of(text, customs.currency) or (currency_of(qualifier, customs.currency) if qualifier else None) or customs.currency
