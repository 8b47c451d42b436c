"""One of the field's choices, whatever its case."""

from __future__ import annotations

from sheaf.domain.fields import Field
from sheaf.extraction.parsing.found import fold, tidy
from sheaf.extraction.types.base import Reads, Said, printed


def _parse(field: Field, said: Said) -> str | None:
    return next((option for option in field.choices if fold(option) == fold(tidy(said.text))), None)


READS = Reads(kind="choice", concepts=frozenset({"text", "place", "currency"}), parse=_parse, chosen=printed)
