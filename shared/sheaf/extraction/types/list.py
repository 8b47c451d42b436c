"""Lists: each value as a text; the page's are gathered by :mod:`sheaf.extraction.lists`."""

from __future__ import annotations

from sheaf.domain.fields import Field
from sheaf.extraction.candidates import Candidate
from sheaf.extraction.parsing.found import tidy
from sheaf.extraction.types.base import Reads, Said


def _parse(_: Field, said: Said) -> tuple[str, ...] | None:
    text = tidy(said.text)
    return (text,) if text else None


def _chosen(_: Field, candidate: Candidate) -> tuple[str, ...]:
    return (str(candidate.value),)


READS = Reads(parse=_parse, chosen=_chosen)
