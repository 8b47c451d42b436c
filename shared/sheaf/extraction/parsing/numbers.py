"""Numbers in text, with the decimal mark inferred per document."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from sheaf.extraction.parsing.found import Found

_HEAD = r"(?<![\w.,/:#\-\u2212])(?P<open>\()?(?P<sign>[-\u2212+]\s?)?"
_TAIL = r"(?:\s?(?P<back>-)(?![\w\s]))?(?P<close>\s?\))?(?![\w/]|[.,:]\d|-\d)"
_PLAIN = r"\d[\d.,'\u2019]*\d|\d"
_TIGHT = re.compile(rf"{_HEAD}(?P<body>\d{{1,3}}(?:[\u00a0\u202f\u2009]\d{{3}})+(?:[.,]\d{{1,4}})?|{_PLAIN}){_TAIL}")
#: With a decimal comma, a plain space may part groups too; with a point it more likely parts two numbers.
_SPACED = re.compile(rf"{_HEAD}(?P<body>\d{{1,3}}(?:[ \u00a0\u202f\u2009]\d{{3}})+(?:[.,]\d{{1,4}})?|{_PLAIN}){_TAIL}")
_OTHER = {".": ",", ",": "."}
_DATE = re.compile(r"(?<!\d)\d{1,4}([./-])\d{1,2}\1\d{2,4}(?!\d)")
_DOTTED_DATE = re.compile(r"(?<![\d.])[0-3]?\d\.[01]?\d\.(?:19|20)\d\d(?!\d)")
_SWISS = re.compile(r"\bCHF\b|\bFr\.|\bCHE-?\d|\bCH-\d{4}\b|\b(?:Schweiz|Suisse|Svizzera|Switzerland|Liechtenstein)\b")
_LEADING_ZERO = re.compile(r"(?<![\d.,])0([.,])\d{1,4}(?![\d.,])")
_PERCENT = re.compile(r"\d([.,])\d{1,3}\s?%")
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}([.,])\d{3}(?:\1\d{3})+(?!\d)")
_DECIMALS = re.compile(r"\d([.,])(\d{2})(?!\d|[.,]\d)")


def infer_decimal(text: str) -> str:
    """The decimal mark of this document, ``.`` or ``,``: the one more often seen where only decimals stand.

    That is before two final digits, behind a leading zero and before a percent sign; a mark that is repeated parts groups, so the other
    one is decimal. Where no figure tells, dates with dots do: whoever writes 31.12.2026 writes a decimal comma, but for the Swiss.
    """
    figures = _DATE.sub(" ", text)
    marks = [match[1] for pattern in (_DECIMALS, _LEADING_ZERO, _PERCENT) for match in pattern.finditer(figures)]
    marks += [_OTHER[match[1]] for match in _GROUPED.finditer(figures)]
    points, commas = marks.count("."), marks.count(",")
    if points == commas == 0:
        return "," if _DOTTED_DATE.search(text) and not _SWISS.search(text) else "."
    return "," if commas > points else "."


def find_numbers(text: str, decimal: str = ".") -> list[Found[Decimal]]:
    """Every number in ``text``, left to right, dates and identifiers with letters excluded by their form."""
    found = []
    for match in (_SPACED if decimal == "," else _TIGHT).finditer(text):
        value = parse_digits(match["body"].rstrip(".,"), decimal)
        if value is None:
            continue
        negative = bool((match["sign"] or "").strip() in ("-", "\u2212") or match["back"] or (match["open"] and match["close"]))
        start = match.start("body") if not (match["sign"] or match["open"]) else match.start()
        found.append(Found(-value if negative else value, start, match.end("body") if not negative else match.end()))
    return found


@lru_cache(maxsize=16_384)
def parse_digits(body: str, decimal: str = ".") -> Decimal | None:
    """The number that digits with group and decimal marks stand for, or None where the marks make no sense."""
    digits = re.sub(r"[ \u00a0\u202f\u2009'\u2019]", "", body)
    mark = _decimal_mark(digits, decimal)
    whole, _, fraction = digits.rpartition(mark) if mark else (digits, "", "")
    groups = re.split(r"[.,]", whole)
    if not all(group.isdigit() for group in groups) or (fraction and not fraction.isdigit()):
        return None
    if len(groups) > 1 and not _grouped(groups):
        return None
    return Decimal("".join(groups) + ("." + fraction if fraction else ""))


def _grouped(groups: list[str]) -> bool:
    return 1 <= len(groups[0]) <= 3 and len(groups[-1]) == 3 and all(len(group) in (2, 3) for group in groups[1:-1])


def _decimal_mark(digits: str, preferred: str) -> str:
    """Which mark parts the fraction, "" for none."""
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        last = "." if digits.rfind(".") > digits.rfind(",") else ","
        return last if digits.count(last) == 1 else ""
    mark = "." if points else ","
    if points + commas != 1:
        return ""
    before, after = digits.split(mark)
    looks_grouped = len(after) == 3 and 1 <= len(before) <= 3 and before != "0"
    return "" if looks_grouped and mark != preferred else mark if not looks_grouped or mark == preferred else ""
