"""Tables: read from grids by :mod:`sheaf.extraction.tables`; a single text is none."""

from __future__ import annotations

from sheaf.domain.fields import Field
from sheaf.extraction.candidates import Candidate
from sheaf.extraction.types.base import Reads, Said


def _parse(_field: Field, _said: Said) -> None:
    return None


def _chosen(_field: Field, _candidate: Candidate) -> None:
    return None


READS = Reads(parse=_parse, chosen=_chosen)
