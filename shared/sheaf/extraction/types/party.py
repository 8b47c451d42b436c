"""Parties: a name; address and numbers come from parts of their own (see :mod:`sheaf.extraction.parts`)."""

from __future__ import annotations

from sheaf.domain.fields import Field
from sheaf.domain.types.party import Party
from sheaf.extraction.candidates import Candidate
from sheaf.extraction.parsing.found import tidy
from sheaf.extraction.types.base import Reads, Said, printed


def _parse(_: Field, said: Said) -> Party | None:
    lines = [line for line in map(tidy, said.text.split("\n")) if line]
    return Party(name=lines[0]) if lines else None


def _chosen(field: Field, candidate: Candidate) -> Party:
    return Party(name=tidy(printed(field, candidate)))


READS = Reads(concepts=frozenset({"org", "person"}), parse=_parse, chosen=_chosen)
