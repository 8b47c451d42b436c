"""How long something lasts: ``"P2Y"``, ``"P30D"``, ``"PT1H30M"``, the durations of ISO 8601.

Units stay as they are told: a notice of 12 weeks is not 84 days, and 24 months are not 2 years.
"""

from __future__ import annotations

import re
from dataclasses import astuple

from sheaf.domain.errors import InvalidInput
from sheaf.domain.record import record
from sheaf.domain.types import loading
from sheaf.domain.types.base import Json, Structured, ValueType, string

#: Digits of each part.
_MAX_DIGITS = 6
_PART = rf"(\d{{1,{_MAX_DIGITS}}})"
_ISO = re.compile(rf"P(?:{_PART}Y)?(?:{_PART}M)?(?:{_PART}W)?(?:{_PART}D)?(?:T(?:{_PART}H)?(?:{_PART}M)?(?:{_PART}S)?)?", re.ASCII)


@record(frozen=True, kw_only=True, slots=True)
class TimeSpan(Structured):
    """A span of time in whole units, none of them negative."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    hours: int = 0
    minutes: int = 0
    seconds: int = 0

    def json(self) -> Json:
        """The duration of ISO 8601."""
        return str(self)

    def __str__(self) -> str:
        parts = astuple(self)
        day, time = _written(parts[:4], "YMWD"), _written(parts[4:], "HMS")
        return f"P{day}{'T' * bool(time)}{time}" if day or time else "P0D"


def _written(parts: tuple[int, ...], units: str) -> str:
    return "".join(f"{number}{unit}" for number, unit in zip(parts, units, strict=True) if number)


def parse(text: str) -> TimeSpan:
    """The span that a duration of ISO 8601 stands for; raises InvalidInput for any other text."""
    match = _ISO.fullmatch(text.strip().upper())
    if match is None or not any(match.groups()) or text.strip().upper().endswith("T"):
        raise InvalidInput(f"A time span cannot be {loading.shown(text)}: give a duration of ISO 8601 such as P2Y, P30D or PT1H30M.")
    names = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
    return TimeSpan(**{name: int(number or 0) for name, number in zip(names, match.groups(), strict=True)})


TYPE = ValueType(
    label="Time span",
    description="How long something lasts, as ISO 8601 has it.",
    example="P30D",
    schema=string(format="duration"),
    load=lambda json, _: parse(loading.text(json)),
    parse=parse,
)
