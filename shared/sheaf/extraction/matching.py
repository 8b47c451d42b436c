"""What a field asks of its values beside their type: which candidates it admits, and whether a value matches its pattern."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from sheaf.domain.fields import Field
from sheaf.domain.patterns import matches
from sheaf.domain.rows import Amount, Value
from sheaf.domain.schemes import SCHEMES
from sheaf.domain.texts import decimal_text
from sheaf.extraction.candidates import Candidate, make
from sheaf.extraction.parsing.found import tidy
from sheaf.extraction.parsing.identifiers import find_shaped
from sheaf.extraction.reach import Target
from sheaf.extraction.types import reads

#: Schemes whose numbers begin with the letters of a country.
_LETTERED = frozenset({"iban", "isin", "vat"})


def fitting(field: Field, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates that are values of the field's type, and those that match its pattern where any does."""
    chosen = reads(field.type)
    if chosen.sifted:
        candidates = [one for one in candidates if chosen.chosen(field, one) is not None]
    if not field.pattern:
        return candidates
    return [one for one in candidates if matches_field(field, chosen.chosen(field, one), one.text)] or candidates


def misprinted(kind: str, places: Iterable[Target]) -> Iterator[Candidate]:
    """What stands where the labels of a scheme point and is as long as its numbers, in groups: a digit of it may be wrong."""
    scheme = "vat" if kind == "vat_id" else kind
    for place in places if scheme in SCHEMES else ():
        text = place.segment.text[place.start : place.end]
        found = find_shaped(scheme, text)
        if found is not None and not text[: found.start].strip(" :.#-") and (scheme not in _LETTERED or found.value[:2].isalpha()):
            yield make(place.segment, place.start + found.start, place.start + found.end, found.value, found.quality)


def matches_field(field: Field, value: Value | None, printed: str) -> bool:
    """Whether a value matches the field's pattern, as printed or as normalised."""
    return any(text and matches(field.pattern, text) for text in (tidy(printed), _text(value)))


def _text(value: Value | None) -> str:
    match value:
        case Amount():
            return decimal_text(value.amount)
        case Decimal():
            return decimal_text(value)
        case date():
            return date.isoformat(value)
        case None | tuple():
            return ""
        case _:
            return str(value)
