"""Which currency a document speaks in: by the marks it prints, and by its country where a mark is shared or none is printed.

``$`` is the dollar of many countries and ``kr`` the crown of four; which one is told by a code printed elsewhere, else by signs of the
issuer's country: account and tax numbers, words for them, postal codes. A lone ``$`` without any sign is taken for US dollars.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

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
#: Marks that several currencies share, with the one they mean where nothing tells.
_SHARED = {"$": "USD", "kr": None, "kr.": None, "Kr": None, "Kr.": None, "KR": None, ":-": None}
_FAMILIES = {"$": frozenset("USD CAD AUD NZD SGD HKD MXN TWD ARS CLP COP".split()), "k": frozenset("SEK NOK DKK ISK".split())}
_EURO = "AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK".split()
_COUNTRY = dict.fromkeys(_EURO, "EUR") | dict(
    pair.split("=") for pair in "GB=GBP CH=CHF LI=CHF SE=SEK NO=NOK DK=DKK PL=PLN CZ=CZK HU=HUF RO=RON BG=BGN TR=TRY".split()
)
#: Signs of a country, the surest first: (weight, pattern, currency or "" where the first group names the country).
_SIGNS = (
    (3, r"(?<![A-Z0-9])([A-Z]{2})\d{2}(?:[ \u00a0]?[A-Z0-9]{4}){3,7}", ""),
    (3, r"(?<![A-Za-z0-9])(AT|BE|DE|DK|ES|FI|FR|GB|IE|IT|LU|NL|PL|PT|SE) ?U?[A-Z0-9]{0,2} ?\d[\d .]{6,12}[\dB]", ""),
    (3, r"\bCHE-?\d{3}\.?\d{3}", "CHF"),
    (3, r"\bABN:?\s*\d{2}\s?\d{3}\s?\d{3}\s?\d{3}\b", "AUD"),
    (3, r"\b(?:GST/HST|HST|PST|QST)\b", "CAD"),
    (2, r"\bCVR\b", "DKK"),
    (2, r"\b(?:[Mm]omsreg|[Oo]rg\.?\s?nr\.?:?\s*\d{6}-\d{4}|[Bb]ankgiro|[Pp]lusgiro)", "SEK"),
    (2, r"\b(?:MVA|Foretaksregisteret)\b", "NOK"),
    (2, r"\b(?:P\. ?IVA|Partita IVA|SIRET|NIF|CIF|C\.I\.F\.|NIPC|[Bb][Tt][Ww]-?(?:nr|nummer)|KvK)\b", "EUR"),
    (2, r"\b[A-Z]{2},?\s+[A-Z]\d[A-Z]\s?\d[A-Z]\d\b", "CAD"),
    (2, r"\b(?:NSW|VIC|QLD|TAS|ACT)\s+\d{4}\b", "AUD"),
    (2, r"\b(?:EIN|Sales Tax)\b|\b[A-Z]{2}\s+\d{5}(?:-\d{4})?\s*(?:USA|$)", "USD"),
    (1, r"\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b", "GBP"),
    (2, r"\b(?:Deutschland|\u00d6sterreich|France|Espa\u00f1a|Italia|Nederland|Portugal|Belgi\u00eb|Ireland)\b", "EUR"),
    (2, r"\b(?:Schweiz|Suisse|Svizzera|Switzerland)\b", "CHF"),
    (2, r"\b(?:Sverige|Sweden)\b", "SEK"),
    (2, r"\b(?:Danmark|Denmark)\b", "DKK"),
    (2, r"\b(?:Norge|Norway)\b", "NOK"),
    (2, r"\bNew Zealand\b", "NZD"),
    (2, r"\b(?:Singapore|UEN)\b", "SGD"),
    (2, r"\bHong Kong\b", "HKD"),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A printed currency: ``text[start:end]``, what it means where nothing else tells, and the currencies it may be."""

    start: int
    end: int
    code: str | None
    family: frozenset[str] = frozenset()

    def meaning(self, document: str | None) -> str | None:
        """The currency, where the document's own is ``document``."""
        return document if document in self.family else self.code


@cache
def _currency() -> re.Pattern[str]:
    marks = "|".join(re.escape(mark) for mark in sorted(_MARKS, key=len, reverse=True))
    words = "|".join(re.escape(word) for word in sorted((*_WORDS, *_CODES), key=len, reverse=True))
    crowns = r"(?<=\d)\s?[Kk][Rr]\.?(?![^\W\d_])|(?<=\d):-|(?<![^\W\d_])[Kk][Rr]\.?(?=\s?\d)"
    return re.compile(rf"{marks}|(?<![^\W\d_])(?:{words})(?![^\W\d_])|{crowns}")


@cache
def _signs() -> tuple[tuple[int, re.Pattern[str], str], ...]:
    return tuple((weight, re.compile(pattern, re.MULTILINE), code) for weight, pattern, code in _SIGNS)


def marks_of(text: str) -> list[Mark]:
    """Every printed currency of ``text``, left to right."""
    return [_mark(match) for match in _currency().finditer(text)]


def _mark(match: re.Match[str]) -> Mark:
    text = match[0].strip()
    start = match.end() - len(text)
    if text in _SHARED:
        return Mark(start, match.end(), _SHARED[text], _FAMILIES["$" if text == "$" else "k"])
    if text.casefold().rstrip(".") == "kr":
        return Mark(start, match.end(), None, _FAMILIES["k"])
    return Mark(start, match.end(), _MARKS.get(text) or _WORDS.get(text) or text)


def currency_of(text: str, document: str | None = None) -> str | None:
    """The first currency named in ``text``, as ISO 4217; ``document`` decides between those that share a mark."""
    return next((mark.meaning(document) for mark in marks_of(text)), None)


def main_currency(text: str) -> str | None:
    """The currency a document speaks in: the one its marks name most, when no other comes near; where they name none, its country's."""
    marks = marks_of(text)
    counts = Counter(mark.code for mark in marks if mark.code and not mark.family)
    shared = Counter(mark.family for mark in marks if mark.family)
    family, times = shared.most_common(1)[0] if shared else (frozenset(), 0)
    named = counts.most_common(2)
    if family and times >= (named[0][1] if named else 0):
        return _of_family(family, counts, text)
    if not named:
        return implied_currency(text)
    return named[0][0] if len(named) == 1 or named[1][1] * 2 <= named[0][1] else None


def _of_family(family: frozenset[str], named: Counter[str], text: str) -> str | None:
    """The one of several currencies with the same mark that the document names or its country has."""
    own = [code for code, _ in named.most_common() if code in family]
    if own:
        return own[0]
    local = implied_currency(text, family)
    return local or ("USD" if "USD" in family else None)


def implied_currency(text: str, among: frozenset[str] = frozenset()) -> str | None:
    """The currency of the country that most signs of ``text`` speak for, ``among`` some where given; None in doubt."""
    weights: Counter[str] = Counter()
    for weight, pattern, code in _signs():
        for match in pattern.finditer(text):
            found = code or _COUNTRY.get(match[1], "")
            if found and (not among or found in among):
                weights[found] += weight
    ranked = weights.most_common(2)
    if not ranked or ranked[0][1] < 2:
        return None
    return ranked[0][0] if len(ranked) == 1 or ranked[1][1] < ranked[0][1] else None
