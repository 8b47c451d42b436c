"""Sums of money: a number with its currency, from symbols, ISO 4217 codes and the names people print."""

from __future__ import annotations

from decimal import Decimal

from sheaf.domain.rows import Amount
from sheaf.extraction.parsing.currencies import marks_of
from sheaf.extraction.parsing.found import Found
from sheaf.extraction.parsing.numbers import find_numbers


def find_amounts(text: str, decimal: str = ".", currency: str | None = None) -> list[Found[Amount]]:
    """Every number that may be money, left to right; ``currency`` is the document's own, for numbers that name none."""
    marks = [(mark.start, mark.end, mark.meaning(currency)) for mark in marks_of(text)]
    bare = text
    for start, end, _ in marks:
        bare = bare[:start] + " " * (end - start) + bare[end:]
    found = []
    for number in find_numbers(bare, decimal):
        if text[number.end : number.end + 2].strip().startswith("%"):
            continue
        found.append(_amount(number, marks, bare, currency))
    return found


def _amount(number: Found[Decimal], marks: list[tuple[int, int, str | None]], bare: str, currency: str | None) -> Found[Amount]:
    start, end, named, marked = number.start, number.end, None, False
    for mark_start, mark_end, code in marks:
        before = mark_end <= number.start and not bare[mark_end : number.start].strip(" -(")
        after = mark_start >= number.end and not bare[number.end : mark_start].strip()
        inside = number.start <= mark_start < number.end
        if before or inside or after:
            named, marked, start, end = code, True, min(start, mark_start), max(end, mark_end)
            break
    return Found(Amount(amount=number.value, currency=named or currency), start, end, _quality(number.value, marked=marked))


def _quality(value: Decimal, *, marked: bool) -> float:
    """How much like money it looks: cents and a currency say most."""
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 0
    form = {0: 0.25, 2: 0.8}.get(places, 0.3)
    return min(1.0, form + (0.4 if marked else 0.0))
