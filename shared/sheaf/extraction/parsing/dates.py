"""Dates in text: numeric in either order, ISO, and with month names in the larger languages of Europe and some beyond.

Which of day and month comes first is decided once per document (:mod:`sheaf.extraction.parsing.order`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Literal

from sheaf.extraction.parsing.found import Found, fold, overlaps

Order = Literal["dmy", "mdy"]

#: Folded month names, January first; abbreviations are taken from them by prefix or listed beside them.
_MONTHS = (
    "january januar jan janvier enero ene gennaio gen januari janeiro styczen stycznia leden ledna ianuarie ocak januari januar",
    "february februar feb fevrier fevr fev febrero febbraio februari fevereiro luty lutego unor unora februarie subat pebruari febr",
    "march marz maerz mar mars marzo maart mrt marco marzec marca brezen brezna martie mart maret mrz",
    "april apr avril avr abril abr aprile kwiecien kwietnia duben dubna aprilie nisan",
    "may mai mayo maggio mag mei maio maj maja kveten kvetna mayis",
    "june juni jun juin junio giugno giu junho czerwiec czerwca cerven cervna iunie haziran",
    "july juli jul juillet juil julio luglio lug julho lipiec lipca cervenec cervence iulie temmuz",
    "august aug aout agosto ago augustus ags augusti sierpien sierpnia srpen srpna agustos agustus",
    "september sept sep septembre septiembre settembre set setembro wrzesien wrzesnia zari septembrie eylul",
    "october oktober oct okt octobre octubre ottobre ott oktober outubro out pazdziernik pazdziernika rijen rijna octombrie ekim",
    "november nov novembre noviembre novembro listopad listopada listopadu noiembrie kasim nopember",
    "december dezember dec dez decembre diciembre dic dicembre dezembro grudzien grudnia prosinec prosince decembrie aralik desember des",
)
_JOIN = r"(?:\s|[-/.,]|\bde\b|\bdel\b|\bof\b|\bday of\b|\bdi\b|\bdo\b){1,4}"
_ORDINAL = r"(?:\s?(?:st|nd|rd|th)\b|er|ere|e|ste|de|\u00ba|\u00aa|o|\.)?"
_YEAR = r"(?:(?P<y>(?:19|20|21)\d\d)|['\u2019]?(?P<yy>\d\d)(?![.,]\d\d(?![\d:])))(?![\d])"

_NUMERIC = re.compile(
    r"(?<![\d.,/-])(?P<a>\d{1,2})(?P<s>\s?[-/.]\s?)(?P<b>\d{1,2})\s?[-/.]\s?(?P<y>(?:19|20|21)\d\d|\d\d)(?![\d]|[-/]\d|[.,]\d)"
)
_ISO = re.compile(r"(?<![\d.,/-])(?P<y>(?:19|20|21)\d\d)\s?[-/.]\s?(?P<m>\d{1,2})\s?[-/.]\s?(?P<d>\d{1,2})(?![\d/-]|[.,]\d)")
#: What parts two days that are printed without a space: "01.02.2026-28.02.2026".
_TIGHT = re.compile(r"(?:(?<=[./]\d\d\d\d)|(?<=[./]\d\d))[-\u2013](?=\d{1,2}[./]\d{1,2}[./]\d)")
_COMPACT = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)")
_EAST = re.compile(r"(?P<y>(?:19|20)\d\d)\s?[\u5e74\ub144]\s?(?P<m>\d{1,2})\s?[\u6708\uc6d4]\s?(?P<d>\d{1,2})\s?[\u65e5\uc77c]")


@cache
def month_names() -> dict[str, int]:
    """Folded names of months and what they are short for, with their numbers."""
    names: dict[str, int] = {}
    for number, line in enumerate(_MONTHS, start=1):
        for name in line.split():
            names.setdefault(name, number)
    return names


@cache
def _named() -> tuple[re.Pattern[str], ...]:
    month = "(?P<m>" + "|".join(sorted(month_names(), key=len, reverse=True)) + r")\b\.?"
    return (
        re.compile(rf"(?<![\d.,/])(?P<d>\d{{1,2}}){_ORDINAL}{_JOIN}{month}(?:{_JOIN})?{_YEAR}"),
        re.compile(rf"\b{month}{_JOIN}?(?P<d>\d{{1,2}}){_ORDINAL}(?!\.\d\d(?!\d))(?:{_JOIN}){_YEAR}"),
        re.compile(rf"(?<!\d)(?P<y>(?:19|20)\d\d){_JOIN}{month}{_JOIN}(?P<d>\d{{1,2}})(?!\d)"),
        re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})\s?(?P<m>{'|'.join(n for n in month_names() if len(n) == 3)})\s?{_YEAR}"),
    )


def find_dates(text: str, order: Order = "dmy", *, compact: bool = False) -> list[Found[date]]:
    """Every date in ``text``, left to right; ``compact`` also takes eight digits in a row."""
    if not any(character.isdigit() for character in text):
        return []
    found: list[Found[date]] = []
    for item in _all_matches(_apart(text), order, compact=compact):
        if not overlaps(item.start, item.end, [(other.start, other.end) for other in found]):
            found.append(item)
    return sorted(found, key=lambda item: item.start)


def _apart(text: str) -> str:
    """The text with a space for the mark between two days that stand close together."""
    return _TIGHT.sub(" ", text) if "-" in text or "\u2013" in text else text


def _all_matches(text: str, order: Order, *, compact: bool) -> Iterator[Found[date]]:
    folded = fold_in_place(text)
    for pattern in (_ISO, _EAST):
        yield from _built(pattern, text)
    if any(character.isalpha() for character in folded):
        for pattern in _named():
            yield from _built(pattern, folded)
    for match in _NUMERIC.finditer(text):
        yield from _numeric(match, order)
    if compact:
        yield from _built(_COMPACT, text, quality=0.6)


def fold_in_place(text: str) -> str:
    """Folded character by character, so that positions stay those of ``text``."""
    if text.isascii():
        return text.lower()
    return "".join((fold(character) or " ")[0] for character in text)


def _built(pattern: re.Pattern[str], text: str, quality: float = 1.0) -> Iterator[Found[date]]:
    for match in pattern.finditer(text):
        parts = match.groupdict()
        month = parts["m"]
        number = int(month) if month.isdigit() else month_names()[month]
        year = int(parts["y"]) if parts.get("y") else full_year(int(parts["yy"]))
        value = day_of(year, number, int(parts["d"]))
        if value:
            yield Found(value, match.start(), match.end(), quality)


def _numeric(match: re.Match[str], order: Order) -> Iterator[Found[date]]:
    first, second = int(match["a"]), int(match["b"])
    year = int(match["y"]) if len(match["y"]) == 4 else full_year(int(match["y"]))
    dotted = match["s"].strip() == "."
    day_first = dotted or order == "dmy"
    day, month = (first, second) if (day_first and second <= 12) or first > 12 else (second, first)
    value = day_of(year, month, day)
    if value:
        yield Found(value, match.start(), match.end(), 1.0 if len(match["y"]) == 4 else 0.9)


def full_year(short: int) -> int:
    """The year two digits stand for: up to 49 in this century."""
    return 2000 + short if short < 50 else 1900 + short


def day_of(year: int, month: int, day: int) -> date | None:
    """The calendar day, or None where there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def numeric_parts(text: str) -> list[tuple[int, int, int]]:
    """First part, second part and year of every date in figures whose order is in question."""
    found = [match for match in _NUMERIC.finditer(_apart(text)) if match["s"].strip() != "."]
    return [(int(match["a"]), int(match["b"]), _year(match["y"])) for match in found]


def resolved(parts: tuple[int, int, int], order: Order) -> date | None:
    """The day that parts stand for in that order, or None where there is none."""
    first, second, year = parts
    return day_of(year, second, first) if order == "dmy" else day_of(year, first, second)


def month_first_names(text: str) -> bool:
    """Whether dates with a month's name have it before the day, "March 4, 2026", and none has it behind."""
    folded = fold_in_place(text)
    behind, before = _named()[:2]
    return before.search(folded) is not None and behind.search(folded) is None


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else full_year(int(digits))
