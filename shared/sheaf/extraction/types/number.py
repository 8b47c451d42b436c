"""Numbers, with the decimal mark that their document has."""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import Decimal

from sheaf.domain.fields import Field
from sheaf.domain.rows import Amount
from sheaf.extraction.candidates import Candidate, Customs
from sheaf.extraction.parsing.amounts import find_amounts
from sheaf.extraction.parsing.numbers import find_numbers
from sheaf.extraction.types.base import Reads, Said

_NUMERIC = re.compile(r"[\d\s.,'\u2019+\-\u2212()%\u00a0\u202f]*\d[\d\s.,'\u2019+\-\u2212()%\u00a0\u202f]*")
_UNIT = re.compile(r"\s*[^\W\d_%]{0,8}\.?$")


def parse(_: Field, said: Said) -> Decimal | None:
    """The number of a cell: what its format says, else the only one printed in it."""
    match said.value:
        case bool() | date():
            return None
        case int() | Decimal():
            return Decimal(said.value)
        case float():
            return Decimal(repr(said.value)) if math.isfinite(said.value) else None
        case _:
            return _printed(said.text, said.customs)


def _printed(text: str, customs: Customs) -> Decimal | None:
    """A number with perhaps a currency, unit or percent sign, and nothing else; the last one where a unit's number follows it."""
    amounts = find_amounts(text.replace("%", ""), customs.decimal)
    if len(amounts) == 1:
        around = text.replace("%", "")[: amounts[0].start] + text.replace("%", "")[amounts[0].end :]
        if _UNIT.fullmatch(around.strip()) or not around.strip(" *()"):
            return amounts[0].value.amount
    numbers = find_numbers(text, customs.decimal) if _NUMERIC.fullmatch(text) else []
    return numbers[0].value if len(numbers) == 1 else None


def chosen(_: Field, candidate: Candidate) -> Decimal | None:
    """The number of a candidate."""
    value = candidate.value
    return value.amount if isinstance(value, Amount) else value if isinstance(value, Decimal) else None


READS = Reads(kind="number", concepts=frozenset({"number", "percent", "amount"}), parse=parse, chosen=chosen)
