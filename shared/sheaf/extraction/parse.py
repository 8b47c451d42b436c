"""One text to one typed value: for cells of tables and machine-readable data, where the text is the value and nothing else."""

from __future__ import annotations

import re

from sheaf.domain.fields import Field
from sheaf.domain.rows import Value
from sheaf.extraction.candidates import Customs
from sheaf.extraction.parsing.found import tidy
from sheaf.extraction.types import reads
from sheaf.extraction.types.base import Said

_MAILBOX = re.compile(r"\s*<[^<>\s]+@[^<>\s]+>|^\"|\"(?=\s*<)")


def bare_name(text: str) -> str:
    """A name without the mailbox behind it: ``Ann Lee <ann@example.org>``."""
    return tidy(_MAILBOX.sub("", text)) or text


def parse_as(field: Field, text: str, customs: Customs, value: object = None, qualifier: str = "") -> Value | None:
    """The value of ``text`` as the field's type, or None where it is none.

    ``value`` is what the format itself says the cell is; ``qualifier`` a currency or unit that belongs to it.
    """
    parsed: Value | None = reads(field.type).parse(field, Said(text, customs, value, qualifier))
    return parsed
