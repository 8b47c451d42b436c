"""Ranges of days: "01.03.2026 – 31.03.2026", "March 1-15, 2026", "du 1er au 15 mars 2026", "Q1 2026", "März 2026"; both days included."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import pairwise

from sheaf.domain.types.date_range import DateRange
from sheaf.extraction.parsing.dates import Order, day_of, find_dates, fold_in_place, month_names
from sheaf.extraction.parsing.found import Found, overlaps

#: What stands between the days of a range.
_TO = (
    r"(?:-|\u2013|\u2014|\u2192|/|to:?|thru|through|until|till|bis(?: zum)?|au|al?|hasta(?: el)?|tot(?: en met)?|t/m|ate(?: a)?|"
    r"and|und|et|y|e|en)"
)
_BETWEEN = re.compile(rf"\s*{_TO}\s*(?:the\s|le\s|den\s|el\s|il\s|o\s)?")
_ORDINAL = r"(?:st|nd|rd|th|er|e|\u00ba|\u00b0)?\.?"
_ISO = re.compile(r"(?<![\d/-])(\d{4}-\d{2}-\d{2})\s?(?:/|--)\s?(\d{4}-\d{2}-\d{2})(?![\d/-])")
_OPEN_END = re.compile(
    r"(?:\b(?:from|as of|since|starting|ab(?: dem)?|seit(?: dem)?|a partir (?:du|de|del|dal)|depuis le|desde(?: el)?|dal|vanaf)\s)$"
)
_OPEN_START = re.compile(
    r"(?:\b(?:until|till|up to|through|bis(?: zum)?|jusqu'?\s?au|hasta(?: el)?|fino al|tot(?: en met)?|ate(?: a)?)\s)$"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d|[.,/-]\d)"


@cache
def _names() -> str:
    return "|".join(sorted(month_names(), key=len, reverse=True))


@cache
def _partial() -> tuple[re.Pattern[str], ...]:
    """What may stand before the mark where the full date behind it tells the rest: a day, a day and month."""
    return (
        re.compile(rf"(?<![\d.,/-])(?P<d>\d{{1,2}}){_ORDINAL}\s?(?:de\s)?(?P<name>{_names()})\.?$"),
        re.compile(rf"\b(?P<name>{_names()})\.?\s(?P<d>\d{{1,2}}){_ORDINAL}$"),
        re.compile(r"(?<![\d.,/-])(?P<a>\d{1,2})(?P<s>[./-])(?P<b>\d{1,2})(?P=s)?$"),
        re.compile(rf"(?<![\d.,/-])(?P<d>\d{{1,2}}){_ORDINAL}$"),
    )


@cache
def _in_month() -> re.Pattern[str]:
    return re.compile(rf"\b(?P<name>{_names()})\.?\s(?P<a>\d{{1,2}}){_ORDINAL}\s*{_TO}\s*(?P<b>\d{{1,2}}){_ORDINAL},?\s{_YEAR}")


@cache
def _months() -> re.Pattern[str]:
    first = rf"(?:(?P<first>{_names()})\.?\s*{_TO}\s*)?"
    return re.compile(rf"(?<![\d.]\s)(?<![\d.])\b{first}(?P<last>{_names()})\.?,?\s(?:de\s|del\s)?{_YEAR}")


_QUARTER = re.compile(
    rf"\b(?:q|t|k)(?P<q>[1-4])[ /-]?{_YEAR}|"
    rf"\b(?P<q2>[1-4])(?:\.|st|nd|rd|th|er|e|o)?\s?(?:quartal|quarter|trimest(?:re|er)|kwartaal),?\s(?:de\s)?"
    + _YEAR.replace("year", "year2")
)
_MONTH_NUMBER = re.compile(r"(?<![\d./-])(?P<month>0[1-9]|1[0-2])[/.](?P<year>(?:19|20)\d\d)(?![\d./-])")


def find_ranges(text: str, order: Order = "dmy") -> list[Found[DateRange]]:
    """Every range of days in ``text``, left to right: pairs of days first, then whole months and quarters, then days with one side open."""
    if not any(character.isdigit() for character in text):
        return []
    folded = fold_in_place(text)
    days = find_dates(text, order)
    found: list[Found[DateRange]] = []
    pairs = (_iso(text), _within_month(folded), _pairs(folded, days), _short(folded, days, order))
    for finder in (*pairs, _whole(folded), _open(folded, days)):
        found += [one for one in finder if not overlaps(one.start, one.end, [(other.start, other.end) for other in found])]
    return sorted(found, key=lambda one: one.start)


def _range(start: date | None, end: date | None, first: int, last: int, quality: float = 1.0) -> Iterator[Found[DateRange]]:
    if (start or end) and not (start and end and start > end):
        yield Found(DateRange(start=start, end=end), first, last, quality)


def _iso(text: str) -> Iterator[Found[DateRange]]:
    for match in _ISO.finditer(text):
        start, end = (day_of(*map(int, side.split("-"))) for side in (match[1], match[2]))
        if start and end:
            yield from _range(start, end, match.start(), match.end())


def _pairs(folded: str, days: list[Found[date]]) -> Iterator[Found[DateRange]]:
    for one, other in pairwise(days):
        if _BETWEEN.fullmatch(folded[one.end : other.start]):
            yield from _range(one.value, other.value, one.start, other.end)


def _within_month(folded: str) -> Iterator[Found[DateRange]]:
    for match in _in_month().finditer(folded):
        year, month = int(match["year"]), month_names()[match["name"]]
        start, end = day_of(year, month, int(match["a"])), day_of(year, month, int(match["b"]))
        if start and end:
            yield from _range(start, end, match.start(), match.end())


def _short(folded: str, days: list[Found[date]], order: Order) -> Iterator[Found[DateRange]]:
    """Ranges whose first day leaves out what the second tells: "1.–15. März 2026", "28.02. - 03.03.2026"."""
    for day in days:
        before = folded[: day.start]
        mark = re.search(rf"\s*{_TO}\s*(?:the\s|le\s|den\s|el\s|il\s|o\s)?$", before)
        match = mark and next((found for pattern in _partial() if (found := pattern.search(before[: mark.start()]))), None)
        start = match and _completed(match, day.value, order)
        if match and start:
            yield from _range(start, day.value, match.start(), day.end)


def _completed(match: re.Match[str], end: date, order: Order) -> date | None:
    """The first day, in the month and year of the second where it names none; a year earlier where it would come after it."""
    parts = match.groupdict()
    if parts.get("a"):
        day_first = order == "dmy" or match["s"] == "."
        day, month = (int(match["a"]), int(match["b"])) if day_first else (int(match["b"]), int(match["a"]))
    else:
        day, month = int(match["d"]), month_names()[parts["name"]] if parts.get("name") else end.month
    start = day_of(end.year, month, day)
    return day_of(end.year - 1, month, day) if start and start > end and month != end.month else start


def _whole(folded: str) -> Iterator[Found[DateRange]]:
    for match in _QUARTER.finditer(folded):
        last = 3 * int(match["q"] or match["q2"])
        yield from _from_months(int(match["year"] or match["year2"]), last - 2, last, match)
    for match in _months().finditer(folded):
        last = month_names()[match["last"]]
        yield from _from_months(int(match["year"]), month_names()[match["first"]] if match["first"] else last, last, match)
    for match in _MONTH_NUMBER.finditer(folded):
        yield from _from_months(int(match["year"]), int(match["month"]), int(match["month"]), match)


def _from_months(year: int, first: int, last: int, match: re.Match[str]) -> Iterator[Found[DateRange]]:
    start = date(year if first <= last else year - 1, first, 1)
    yield from _range(start, date(year, last, monthrange(year, last)[1]), match.start(), match.end(), 0.7)


def _open(folded: str, days: list[Found[date]]) -> Iterator[Found[DateRange]]:
    for day in days:
        before = folded[: day.start]
        if match := _OPEN_END.search(before):
            yield from _range(day.value, None, match.start(), day.end, 0.5)
        elif match := _OPEN_START.search(before):
            yield from _range(None, day.value, match.start(), day.end, 0.5)
