"""Sums of money: a number with its currency, from symbols, ISO 4217 codes and the names people print."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from functools import cache

from sheaf.domain.rows import Amount
from sheaf.extraction.parsing.found import Found
from sheaf.extraction.parsing.numbers import find_numbers

#: What is printed → ISO 4217; longer marks are tried first.
_MARKS = dict(
    pair.split("=")
    for pair in (
        "US$=USD U$S=USD CA$=CAD C$=CAD A$=AUD AU$=AUD NZ$=NZD S$=SGD HK$=HKD R$=BRL MX$=MXN NT$=TWD $=USD \u20ac=EUR \u00a3=GBP "
        "\u00a5=JPY \uffe5=JPY \u20b9=INR \u20a9=KRW \u20bd=RUB \u20ba=TRY \u20aa=ILS \u0e3f=THB \u20ab=VND \u20b1=PHP "
        "\u20a6=NGN \u20b4=UAH"
    ).split()
)
_WORDS = dict(
    pair.split("=")
    for pair in (
        "RM=MYR Rs=INR Rs.=INR Rp=IDR z\u0142=PLN zl=PLN K\u010d=CZK Ft=HUF lei=RON Fr.=CHF SFr.=CHF "
        "Euro=EUR Euros=EUR euro=EUR euros=EUR Eur=EUR eur=EUR"
    ).split()
)
_CODES = (
    "EUR USD GBP CHF JPY CNY AUD CAD NZD SGD HKD SEK NOK DKK ISK PLN CZK HUF RON BGN TRY RUB UAH INR PKR BDT LKR IDR MYR THB VND PHP KRW "
    "TWD BRL MXN ARS CLP COP PEN UYU ZAR NGN KES EGP MAD TND ILS SAR AED QAR KWD BHD"
).split()


@cache
def _currency() -> re.Pattern[str]:
    marks = "|".join(re.escape(mark) for mark in sorted(_MARKS, key=len, reverse=True))
    words = "|".join(re.escape(word) for word in sorted((*_WORDS, *_CODES), key=len, reverse=True))
    return re.compile(rf"{marks}|(?<![^\W\d_])(?:{words})(?![^\W\d_])")


def currency_of(text: str) -> str | None:
    """The first currency named in ``text``, as ISO 4217."""
    match = _currency().search(text)
    return iso(match[0]) if match else None


def iso(mark: str) -> str:
    """ISO 4217 of a printed mark."""
    return _MARKS.get(mark) or _WORDS.get(mark) or mark


def main_currency(text: str) -> str | None:
    """The currency a document speaks in: the one it names most, by any mark, when no other comes near."""
    counts = Counter(iso(match[0]) for match in _currency().finditer(text))
    if not counts:
        return None
    (best, most), *rest = counts.most_common(2)
    return best if not rest or rest[0][1] * 2 <= most else None


def find_amounts(text: str, decimal: str = ".", currency: str | None = None) -> list[Found[Amount]]:
    """Every number that may be money, left to right; ``currency`` is the document's own, for numbers that name none."""
    marks = [(match.start(), match.end(), iso(match[0])) for match in _currency().finditer(text)]
    bare = text
    for start, end, _ in marks:
        bare = bare[:start] + " " * (end - start) + bare[end:]
    found = []
    for number in find_numbers(bare, decimal):
        if text[number.end : number.end + 2].strip().startswith("%"):
            continue
        found.append(_amount(number, marks, bare, currency))
    return found


def _amount(number: Found[Decimal], marks: list[tuple[int, int, str]], bare: str, currency: str | None) -> Found[Amount]:
    start, end, named = number.start, number.end, None
    for mark_start, mark_end, code in marks:
        before = mark_end <= number.start and not bare[mark_end : number.start].strip(" -(")
        after = mark_start >= number.end and not bare[number.end : mark_start].strip()
        inside = number.start <= mark_start < number.end
        if before or inside or (after and named is None):
            named, start, end = code, min(start, mark_start), max(end, mark_end)
            break
    return Found(Amount(amount=number.value, currency=named or currency), start, end, _quality(number.value, named))


def _quality(value: Decimal, named: str | None) -> float:
    """How much like money it looks: cents and a currency say most."""
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 0
    form = {0: 0.25, 2: 0.8}.get(places, 0.3)
    return min(1.0, form + (0.4 if named else 0.0))
