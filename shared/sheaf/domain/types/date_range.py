"""From one day to another, both included: ``{"start": "2026-03-01", "end": "2026-03-31"}``; one of them may be open.

As text it is the interval of ISO 8601, ``2026-03-01/2026-03-31``, with ``..`` for an open end (ISO 8601-2). A grid gives each day a column.
"""

from __future__ import annotations

from datetime import date

from sheaf.domain.errors import InvalidInput
from sheaf.domain.record import record
from sheaf.domain.types import loading
from sheaf.domain.types.base import Json, Structured, ValueType

_OPEN = ("", "..")


@record(frozen=True, kw_only=True, slots=True)
class DateRange(Structured):
    """The days from ``start`` to ``end``; None where that side is open, never both."""

    start: date | None
    end: date | None

    def json(self) -> Json:
        """``{"start", "end"}``, null where open."""
        return {"start": _iso(self.start), "end": _iso(self.end)}

    def __str__(self) -> str:
        return f"{_iso(self.start) or '..'}/{_iso(self.end) or '..'}"


def date_range(start: date | None, end: date | None) -> DateRange:
    """The range of two days; raises InvalidInput for none and for days in the wrong order."""
    if start is None and end is None:
        raise InvalidInput("A date range needs a start or an end.")
    if start is not None and end is not None and start > end:
        raise InvalidInput(f"A date range cannot end on {end} before it starts on {start}.")
    return DateRange(start=start, end=end)


def _iso(day: date | None) -> str | None:
    return None if day is None else date.isoformat(day)


def _load(json: object, _: object) -> DateRange:
    parts = loading.members(json, ("start", "end"), "A date range", '{"start": "2026-03-01", "end": "2026-03-31"}')
    start, end = (None if parts.get(name) is None else loading.day(parts[name]) for name in ("start", "end"))
    return date_range(start, end)


def _parse(text: str) -> DateRange:
    start, mark, end = text.strip().partition("/")
    if not mark:
        raise InvalidInput(
            f"A date range cannot be {loading.shown(text)}: give two days such as 2026-03-01/2026-03-31, or .. for an open end."
        )
    return date_range(*(None if side in _OPEN else loading.day(side) for side in (start, end)))


def _flat(value: DateRange | None) -> tuple[date | None, date | None]:
    return (value.start, value.end) if isinstance(value, DateRange) else (None, None)


def _schema(_: object) -> dict[str, Json]:
    day: Json = {"type": ["string", "null"], "format": "date"}
    return {"type": "object", "properties": {"start": day, "end": day}, "required": ["start", "end"]}


TYPE = ValueType(
    label="Date range",
    description="From one day to another, both included.",
    example={"start": "2026-03-01", "end": "2026-03-31"},
    schema=_schema,
    load=_load,
    parse=_parse,
    columns=("_start", "_end"),
    flat=_flat,
    format="date",
)
