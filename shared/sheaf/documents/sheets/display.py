"""Cell values as a person sees them: the common part of Excel's number formats.

See ECMA-376 part 1, 18.8.31 (numFmts). Decimal point and thousands comma stand for whatever the reader's locale would show: the file
does not say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

Value = str | int | float | bool | date | datetime | time | timedelta | None

#: Quoted text, an escaped character, a locale's currency, a colour or condition, a fill or space of some width.
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|[_*].')
_DATE_TOKEN = re.compile(r"yyyy|yy|mmmm|mmm|mm|m|dddd|ddd|dd|d|hh|h|ss|s|am/pm|a/p", re.IGNORECASE)
_SEMICOLON = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_DIGITS = re.compile(r"[#0?][#0?,.\s]*")
_TIME_CHARACTERS = re.compile(r"[hs]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _NumberFormat:
    """What a numeric format shows around and of a number."""

    before: str
    after: str
    decimals: int
    grouped: bool
    percent: bool


def typed(value: Value, number_format: str) -> Value:
    """The value as it is meant: a moment shown as a day is a date, and a float has the 15 digits that the program keeps."""
    match value:
        case datetime() if value.time() == time() and not _shows_time(number_format):
            return value.date()
        case float():
            return float(f"{value:.15g}")
        case _:
            return value


def displayed(value: Value, number_format: str) -> str:
    """The value as text."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return _number(value, number_format)
        case date() | time():
            return _moment(value, number_format)
        case timedelta():
            return _duration(value)
        case str():
            return value.strip()


def _number(value: float, number_format: str) -> str:
    form = _number_format(number_format, value < 0)
    if form is None:
        return str(value) if isinstance(value, int) else f"{value:.15g}"
    shown = abs(value) * (100 if form.percent else 1)
    digits = f"{shown:,.{form.decimals}f}" if form.grouped else f"{shown:.{form.decimals}f}"
    return f"{form.before}{digits}{form.after}".strip()


@lru_cache(maxsize=1024)
def _number_format(code: str, negative: bool) -> _NumberFormat | None:  # noqa: FBT001 - the sign picks the format's section
    sections = _sections(code)
    own = negative and len(sections) > 1
    plain, digits = _plain(sections[1] if own else sections[0])
    if digits is None:
        return None
    before, after = plain[: digits.start()], plain[digits.end() :]
    sign = "-" if negative and not own else ""
    decimals = sum(character in "0#?" for character in digits[0].partition(".")[2])
    return _NumberFormat(sign + before, digits[0][len(digits[0].rstrip()) :] + after, decimals, "," in digits[0], "%" in after)


def _plain(section: str) -> tuple[str, re.Match[str] | None]:
    """A section with literals in place, and where its digits are; literals are kept from looking like digits."""
    parts: list[str] = []
    at = 0
    for found in _LITERAL.finditer(section):
        parts.append(section[at : found.start()])
        parts.append((found[1] or found[2] or found[3] or "").replace("0", "\ue000").replace("#", "\ue001").replace("?", "\ue002"))
        at = found.end()
    plain = "".join([*parts, section[at:]])
    return plain, (_DIGITS.search(plain) if plain.lower() != "general" else None)


def _sections(code: str) -> list[str]:
    """The format's sections for positive, negative and zero; openpyxl's own accounting formats lack the semicolons between them."""
    return _SEMICOLON.split(code.replace("_)_(", "_);_("))


@lru_cache(maxsize=1024)
def _shows_time(code: str) -> bool:
    return bool(_TIME_CHARACTERS.search(_LITERAL.sub("", code)))


def _moment(value: date | time, code: str) -> str:
    section = _sections(code)[0]
    if not _DATE_TOKEN.search(_LITERAL.sub("", section)):
        return value.isoformat()
    return _filled(value, section)


def _filled(value: date | time, section: str) -> str:
    """The format with each token replaced; months and minutes share a letter, told apart by an hour before or a second after."""
    twelve = "am/pm" in section.lower() or "a/p" in section.lower()
    parts: list[str] = []
    at, last = 0, ""
    text = _LITERAL.sub(lambda found: found[1] or found[2] or found[3] or "", section)
    for found in _DATE_TOKEN.finditer(text):
        token = found[0].lower()
        is_minute = token in {"m", "mm"} and (last.startswith("h") or re.match(r"\W*ss?", text[found.end() :], re.IGNORECASE) is not None)
        parts += [text[at : found.start()], _token(value, "minute" + token[1:] if is_minute else token, twelve=twelve)]
        at, last = found.end(), token
    return "".join([*parts, text[at:]]).strip()


def _token(value: date | time, token: str, *, twelve: bool) -> str:
    pattern = _PATTERNS.get(token)
    if pattern is None:
        return token
    if twelve and token in {"h", "hh"}:
        pattern = "%I"
    text = value.strftime(pattern)
    return text.lstrip("0") or "0" if token in _UNPADDED else text


_PATTERNS = {
    "yyyy": "%Y", "yy": "%y", "mmmm": "%B", "mmm": "%b", "mm": "%m", "m": "%m", "dddd": "%A", "ddd": "%a", "dd": "%d", "d": "%d",
    "hh": "%H", "h": "%H", "minute": "%M", "minutem": "%M", "ss": "%S", "s": "%S", "am/pm": "%p", "a/p": "%p",
}  # fmt: skip
_UNPADDED = frozenset({"m", "d", "h", "minute", "s"})


def _duration(value: timedelta) -> str:
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
