"""Days, in the order of day and month that their document has."""

from __future__ import annotations

from datetime import date, datetime

from sheaf.domain.fields import Field
from sheaf.extraction.candidates import Candidate
from sheaf.extraction.parsing.dates import find_dates
from sheaf.extraction.types.base import Reads, Said

#: Characters that may stand beside a date in a cell, such as a time of day.
MAX_AROUND = 24


def _parse(_: Field, said: Said) -> date | None:
    if isinstance(said.value, datetime):
        return said.value.date()
    if isinstance(said.value, date):
        return said.value
    found = find_dates(said.text, said.customs.order, compact=True)
    return found[0].value if found and len(said.text) - (found[0].end - found[0].start) <= MAX_AROUND else None


def _chosen(_: Field, candidate: Candidate) -> date | None:
    return candidate.value if isinstance(candidate.value, date) else None


READS = Reads(kind="date", concepts=frozenset({"date"}), parse=_parse, chosen=_chosen)
