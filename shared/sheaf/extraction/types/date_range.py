"""Ranges of days: as one text, or as two dates under labels of their own (see :mod:`sheaf.extraction.parts`)."""

from __future__ import annotations

from sheaf.domain.fields import Field
from sheaf.domain.types.date_range import DateRange
from sheaf.extraction.candidates import Candidate
from sheaf.extraction.parsing.periods import find_ranges
from sheaf.extraction.types import date
from sheaf.extraction.types.base import Reads, Said


def _parse(field: Field, said: Said) -> DateRange | None:
    found = find_ranges(said.text, said.customs.order)
    if found:
        return found[0].value
    day = date.READS.parse(field, said)
    return None if day is None else DateRange(start=day, end=day)


def _chosen(_: Field, candidate: Candidate) -> DateRange | None:
    return candidate.value if isinstance(candidate.value, DateRange) else None


READS = Reads(kind="date_range", concepts=frozenset({"text"}), parse=_parse, chosen=_chosen)
