"""Which of day and month comes first in a document's slashed and dashed dates, from all that the document says of it.

In this order, each asked only where those before it leave a tie: parts over 12; days that the document also writes with a name for the
month or in ISO order; ranges, which do not end before they begin; lists of days, which are sorted; a decimal comma; signs of the United
States, and month names before their days. Else the day is first, as in most of the world.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise

from sheaf.extraction.parsing.dates import Order, find_dates, month_first_names, numeric_parts, resolved
from sheaf.extraction.parsing.numbers import infer_decimal

#: Days of a document that are looked at; those at its head speak for the rest.
MAX_DAYS = 400
#: Fewest different days whose being sorted says something.
SORTED = 4
_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|"
    "VA|WA|WV|WI|WY|DC|PR"
)
_US_SIGNS = re.compile(
    rf"\b(?:{_STATES})\s+\d{{5}}(?:-\d{{4}})?\b|"
    r"\(\d{3}\)\s?\d{3}-\d{4}|\b\d{3}-\d{3}-\d{4}\b|\bUnited States\b|\bU\.S\."
)
_DAY = r"(\d{1,2})[/-](\d{1,2})[/-]((?:19|20)?\d\d)"
_PAIR = re.compile(rf"(?<![\d/-]){_DAY}\s*(?:-|\u2013|to|bis|au|al|hasta|tot|ate)\s*{_DAY}(?![\d/-])")
MAX_TEXT = 200_000

Parts = tuple[int, int, int]


def infer_order(text: str) -> Order:
    """The order of this document, day first where nothing tells."""
    days = numeric_parts(text)[:MAX_DAYS]
    for evidence in (_over_twelve, _said_otherwise, _ranging, _sorted):
        votes = evidence(text, days)
        if votes:
            return "dmy" if votes > 0 else "mdy"
    if infer_decimal(text) == ",":
        return "dmy"
    return "mdy" if _US_SIGNS.search(text) or month_first_names(text) else "dmy"


def _over_twelve(_: str, days: Sequence[Parts]) -> int:
    """Days first less days second, among those that can be only one of them."""
    return sum((first > 12 >= second) - (second > 12 >= first) for first, second, _ in days)


def _said_otherwise(text: str, days: Sequence[Parts]) -> int:
    """Days that the document also writes in a way that leaves no doubt, by the order in which they are the same."""
    open_ones = {(first, second, year) for first, second, year in days if first != second and first <= 12 and second <= 12}
    if not open_ones:
        return 0
    told = {found.value for found in find_dates(text) if re.search(r"[^\W\d_]|^\d{4}", text[found.start : found.end])}
    return sum((resolved(parts, "dmy") in told) - (resolved(parts, "mdy") in told) for parts in open_ones)


def _ranging(text: str, _: Sequence[Parts]) -> int:
    """Ranges that end after they begin in one order alone."""
    pairs = [(_parts(match.groups()[:3]), _parts(match.groups()[3:])) for match in _PAIR.finditer(text[:MAX_TEXT])]
    return sum(_rises(*pair, "dmy") - _rises(*pair, "mdy") for pair in pairs)


def _parts(digits: Sequence[str]) -> Parts:
    first, second, year = map(int, digits)
    return first, second, year


def _rises(start: Parts, end: Parts, order: Order) -> int:
    days = resolved(start, order), resolved(end, order)
    return int(days[0] is not None and days[1] is not None and days[0] <= days[1])


def _sorted(_: str, days: Sequence[Parts]) -> int:
    """Whether one order alone has the days sorted, as statements list them and ranges run."""
    if len(set(days)) < SORTED:
        return 0
    return _falls(days, "mdy") - _falls(days, "dmy")


def _falls(days: Sequence[Parts], order: Order) -> int:
    """1 where the days neither only rise nor only fall in that order."""
    read = [day for parts in days if (day := resolved(parts, order)) is not None]
    return int(not (_runs(read, date.__le__) or _runs(read, date.__ge__)))


def _runs(days: Sequence[date], follows: Callable[[date, date], bool]) -> bool:
    return all(follows(one, other) for one, other in pairwise(days))
