"""The type of values by how they are printed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sheaf.domain.fields import FieldType
from sheaf.extraction.candidates import Customs, customs_of
from sheaf.extraction.parsing.currencies import marks_of
from sheaf.extraction.parsing.dates import find_dates
from sheaf.extraction.parsing.found import tidy
from sheaf.extraction.parsing.recognisers import find_kind

#: Share of the values that must be of a type.
MOST = 0.8
_WHOLE = re.compile(r"[+-]?\d{1,9}")
#: Digits that begin with a nought number something: they are no count.
_CODE = re.compile(r"0\d+|\d{7,}")
_FIGURE = re.compile(r"[^\w]{0,3}\d{1,3}(?:[.,' \u00a0\u202f]?\d{3})*(?:[.,]\d+)?\s?(?:%|-)?")
_CENTS = re.compile(r".*\d[.,]\d\d\D{0,5}")
_YES_OR_NO = frozenset("yes no true false ja nein oui non si no sim nao nee".split())


def type_of(texts: Sequence[str]) -> FieldType:
    """The type that nearly all of the texts are of; text where they are of none, or there are none.

    Assumes that a column or a field holds values of one type, and that sums of money are printed with their cents or their currency.
    """
    known = [tidy(text) for text in texts if text.strip()]
    if not known:
        return FieldType.TEXT
    customs = customs_of("\n".join(known))
    for kind, is_one in _TESTS:
        if sum(is_one(text, customs) for text in known) >= MOST * len(known):
            return kind
    return FieldType.TEXT


def _is_date(text: str, customs: Customs) -> bool:
    return any(found.end - found.start >= len(text) - 1 for found in find_dates(text, customs.order))


def _is_boolean(text: str, _: Customs) -> bool:
    return text.casefold() in _YES_OR_NO


def _is_account(text: str, _: Customs) -> bool:
    return bool(find_kind("iban", text))


def _is_integer(text: str, _: Customs) -> bool:
    return _WHOLE.fullmatch(text) is not None and _CODE.fullmatch(text) is None


def _is_amount(text: str, _: Customs) -> bool:
    marks = [(mark.start, mark.end) for mark in marks_of(text)]
    bare = text
    for start, end in reversed(marks):
        bare = f"{bare[:start]}{bare[end:]}"
    figure = _FIGURE.fullmatch(bare.strip()) is not None and not bare.strip().endswith("%")
    return figure and (bool(marks) or _CENTS.fullmatch(bare.strip()) is not None)


def _is_number(text: str, _: Customs) -> bool:
    return _FIGURE.fullmatch(text) is not None and _CODE.fullmatch(text) is None


_TESTS = (
    (FieldType.DATE, _is_date),
    (FieldType.BOOLEAN, _is_boolean),
    (FieldType.IDENTIFIER, _is_account),
    (FieldType.INTEGER, _is_integer),
    (FieldType.AMOUNT, _is_amount),
    (FieldType.NUMBER, _is_number),
)
