"""Values a document may hold for a field: everything that parses as its kind, and for text whatever its labels point at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from sheaf.documents.model import Word
from sheaf.domain.rows import Amount, Box
from sheaf.domain.schemes import SCHEMES
from sheaf.extraction.layout import Layout, Segment, union
from sheaf.extraction.parsing.amounts import find_amounts
from sheaf.extraction.parsing.currencies import implied_currency, main_currency, marks_of
from sheaf.extraction.parsing.dates import Order, find_dates
from sheaf.extraction.parsing.found import Found, overlaps, squash
from sheaf.extraction.parsing.identifiers import find_numbers_of
from sheaf.extraction.parsing.numbers import find_numbers, infer_decimal
from sheaf.extraction.parsing.order import infer_order
from sheaf.extraction.parsing.periods import find_ranges
from sheaf.extraction.parsing.recognisers import find_kind
from sheaf.extraction.parsing.spans import find_spans

_CODE = re.compile(r"(?<![\w@.])[#(]?(?=[\w/.-]*\d)([A-Za-z0-9][\w/.\-]*[A-Za-z0-9]|\d)(?![\w@])")
_PERCENT = re.compile(r"(?<![\w.,])(\d{1,3}(?:[.,]\d{1,3})?)\s?(?:%|percent|per cent|Prozent|pour cent)")
#: Segments longer than this are prose, where only the prose rules look for text.
MAX_TEXT_WORDS = 24


@dataclass(frozen=True, eq=False)
class Candidate:
    """A value that may be the field's, and the words it stands on."""

    value: object
    text: str
    segment: Segment
    start: int
    end: int
    words: tuple[Word, ...]
    #: How much its form alone speaks for the kind, 0 to 1.
    quality: float
    #: How many lines it spans.
    lines: int = 1
    #: How plainly a sentence says that it is the value, 0 to 1.
    told: float = 0.0
    box: Box = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "box", union(self.words))

    @property
    def key(self) -> object:
        """What two candidates of the same value share."""
        return squash(self.value) if isinstance(self.value, str) else self.value.amount if isinstance(self.value, Amount) else self.value


@dataclass(frozen=True, slots=True)
class Customs:
    """How this document writes dates and numbers, and the currency it speaks in."""

    order: Order
    decimal: str
    currency: str | None


def customs_of(text: str) -> Customs:
    """Inferred once per document from its whole text."""
    return Customs(infer_order(text), infer_decimal(text), main_currency(text))


def typed(layout: Layout, kind: str, customs: Customs) -> list[Candidate]:
    """Every candidate of a ``kind`` that parses, in reading order; [] for kinds of free text."""
    finder = _finder(kind, customs)
    return [] if finder is None else [one for segment in layout.segments for one in _in_segment(segment, finder)]


def _in_segment(segment: Segment, finder: Callable[[str], Iterable[Found[object]]]) -> Iterable[Candidate]:
    for found in finder(segment.text):
        yield make(segment, found.start, found.end, found.value, found.quality)


def make(segment: Segment, start: int, end: int, value: object, quality: float = 0.5) -> Candidate:
    """A candidate for ``segment.text[start:end]``."""
    return Candidate(value, segment.text[start:end].strip(), segment, start, end, segment.between(start, end), quality)


def _finder(kind: str, customs: Customs) -> Callable[[str], Iterable[Found[object]]] | None:
    finders: dict[str, Callable[[str], Iterable[Found[object]]]] = {
        "date": lambda text: find_dates(text, customs.order),
        "amount": lambda text: amounts_outside_dates(text, customs),
        "number": lambda text: _numbers(text, customs),
        "percent": lambda text: _percents(text, customs),
        "code": _codes,
        "date_range": lambda text: find_ranges(text, customs.order),
        "span": find_spans,
    }
    if kind in ("iban", "bic", "vat_id", "email", "phone", "url"):
        return lambda text: find_kind(kind, text)
    if kind in SCHEMES:
        return lambda text: find_numbers_of(kind, text)
    return finders.get(kind)


def currency_marks(layout: Layout, customs: Customs) -> list[Candidate]:
    """Where the document names its currency, or failing that where the signs of its country stand."""
    if customs.currency is None:
        return []
    for segment in layout.segments:
        for mark in marks_of(segment.text):
            if mark.meaning(customs.currency) == customs.currency:
                return [replace(make(segment, mark.start, mark.end, customs.currency, 0.9), told=0.8)]
    implying = (segment for segment in layout.segments if implied_currency(segment.text) == customs.currency)
    return [replace(make(segment, 0, len(segment.text), customs.currency, 0.5), told=0.5) for segment in list(implying)[:1]]


def amounts_outside_dates(text: str, customs: Customs) -> list[Found[Amount]]:
    """Sums of money, leaving out the numbers that are parts of dates."""
    if not any(character.isdigit() for character in text):
        return []
    dates = [(found.start, found.end) for found in find_dates(text, customs.order)]
    return [found for found in find_amounts(text, customs.decimal, customs.currency) if not overlaps(found.start, found.end, dates)]


def _numbers(text: str, customs: Customs) -> list[Found[Decimal]]:
    dates: list[Found[date]] = find_dates(text, customs.order)
    spans = [(found.start, found.end) for found in dates]
    plain = [found for found in find_amounts(text, customs.decimal) if not overlaps(found.start, found.end, spans)]
    return [Found(found.value.amount, found.start, found.end, 0.5) for found in plain]


def _percents(text: str, customs: Customs) -> list[Found[Decimal]]:
    found: list[Found[Decimal]] = []
    for match in _PERCENT.finditer(text):
        numbers = find_numbers(match[1], "," if "," in match[1] else customs.decimal)
        found.extend(Found(number.value, match.start(), match.end(), 1.0) for number in numbers)
    return found


def _codes(text: str) -> list[Found[str]]:
    """Identifiers: words with a digit that are no date, sum or percentage, and such words joined by a space."""
    dates = [(found.start, found.end) for found in find_dates(text)]
    return [
        Found(match[1], match.start(1), match.end(1), _code_quality(match[1]))
        for match in _CODE.finditer(text)
        if not overlaps(match.start(1), match.end(1), dates) and text[match.end() : match.end() + 1] != "%"
    ]


def _code_quality(code: str) -> float:
    """Long runs of digits, perhaps with letters and dashes, look most like identifiers; cents and short counts least."""
    digits = sum(character.isdigit() for character in code)
    if re.fullmatch(r"[\d,]*\d\.\d\d|\d{1,3}(?:,\d{3})+|\d{1,2}:\d\d(?::\d\d)?", code):
        return 0.1
    return min(1.0, 0.25 + 0.12 * digits + (0.15 if any(character.isalpha() for character in code) else 0.0))


def distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Without those that repeat the place and value of an earlier one."""
    seen: set[tuple[int, int, int, object]] = set()
    kept = []
    for one in candidates:
        place = (one.segment.index, one.start, one.lines, one.key)
        if place not in seen:
            seen.add(place)
            kept.append(one)
    return kept
