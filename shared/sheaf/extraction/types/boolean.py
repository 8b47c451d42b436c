"""Yes and no, in words and ticks."""

from __future__ import annotations

from sheaf.domain.fields import Field
from sheaf.extraction.candidates import Candidate
from sheaf.extraction.parsing.booleans import parse_boolean
from sheaf.extraction.types.base import Reads, Said


def _parse(_: Field, said: Said) -> bool | None:
    return said.value if isinstance(said.value, bool) else parse_boolean(said.text)


def _chosen(_: Field, candidate: Candidate) -> bool | None:
    return candidate.value if isinstance(candidate.value, bool) else None


READS = Reads(kind="boolean", concepts=frozenset(), parse=_parse, chosen=_chosen)
