"""Text: whatever the field's name says it is, as printed."""

from __future__ import annotations

from sheaf.domain.fields import Field
from sheaf.extraction.parsing.found import tidy
from sheaf.extraction.types.base import Reads, Said, printed


def _parse(_: Field, said: Said) -> str | None:
    return tidy(said.text) or None


READS = Reads(parse=_parse, chosen=printed)
