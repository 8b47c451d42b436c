"""Spans of time: the first that stands where the field's labels point, or that a sentence tells."""

from __future__ import annotations

from sheaf.domain.fields import Field
from sheaf.domain.types.time_span import TimeSpan
from sheaf.extraction.candidates import Candidate
from sheaf.extraction.parsing.spans import find_spans
from sheaf.extraction.types.base import Reads, Said


def _parse(_: Field, said: Said) -> TimeSpan | None:
    return _first(said.text)


def _chosen(_: Field, candidate: Candidate) -> TimeSpan | None:
    return candidate.value if isinstance(candidate.value, TimeSpan) else _first(candidate.text)


def _first(text: str) -> TimeSpan | None:
    return next((found.value for found in find_spans(text)), None)


READS = Reads(kind="span", concepts=frozenset({"duration", "text"}), parse=_parse, chosen=_chosen, sifted=True)
