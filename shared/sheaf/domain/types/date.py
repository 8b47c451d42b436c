"""Days of the calendar: ``"2026-03-01"`` (ISO 8601)."""

from __future__ import annotations

from sheaf.domain.types import loading
from sheaf.domain.types.base import ValueType, string

TYPE = ValueType(
    label="Date",
    description="A day, as ISO 8601 has it.",
    example="2026-11-22",
    schema=string(format="date"),
    load=lambda json, _: loading.day(json),
    parse=loading.day,
    format="date",
)
