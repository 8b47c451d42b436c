"""What readers are asked to do, and what each file came to; nothing here needs more than the standard library."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias


class Work(StrEnum):
    """Kinds of work, by what is to come out of a file."""

    #: Every word of a digital PDF, with its box.
    WORDS = "words with boxes"
    #: The rows of its tables, with or without rules.
    TABLES = "rows of tables"
    #: Number, dates, total and the issuer's numbers of an invoice.
    FIELDS = "fields of invoices"
    #: The text of a photographed receipt.
    PHOTOGRAPH = "receipt photograph"
    #: The text of a scanned page.
    SCAN = "A4 scan"


#: Work on pages that have text; one core does it. The others may use all.
DIGITAL = (Work.WORDS, Work.TABLES, Work.FIELDS)
#: The fields that are asked for, as an inline spec.
FIELDS = "invoice_number,invoice_date:date,due_date:date,total:amount,iban,vat_id"


class CannotRun(Exception):
    """A reader lacks something here; the message is a sentence for its row."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What one file came to; each work fills its part."""

    words: int = 0
    #: Cells, row by row, of all tables.
    rows: Sequence[Sequence[str]] = ()
    #: Field to value: dates as ISO 8601 writes them, sums with two decimals and no mark between thousands.
    fields: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


Reading: TypeAlias = Callable[[Path], Found]
Works: TypeAlias = Mapping[Work, Callable[[], Reading]]
