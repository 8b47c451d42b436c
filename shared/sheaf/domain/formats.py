"""How values are written in grids (CSV, spreadsheets): a closed set of forms, none of which runs anything.

* dates: year, month and day as ``YYYY`` or ``YY``, ``MM`` or ``M``, ``DD`` or ``D``, in any order, parted by ``-``, ``.``, ``/``, a
  space or nothing: ``DD.MM.YYYY``
* numbers: ``0`` for whole ones, ``0.00`` with as many decimals, ``#,##0.00`` grouped; the marks may be ``.`` ``,`` ``'`` or a space,
  as in ``#.##0,00``
* texts: ``upper`` or ``lower``

JSON keeps dates in ISO order and numbers as they were read; letters are changed everywhere.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from sheaf.domain.errors import InvalidInput
from sheaf.domain.record import record

CASES = ("upper", "lower")
_PART = re.compile(r"YYYY|YY|MM|M|DD|D")
_MARKS = re.compile(r"[-./ ]?")
_NUMBER = re.compile(r"(?:#(?P<group>[.,' ])##)?0(?:(?P<mark>[.,])(?P<places>0{1,10}))?")
_HELP = {
    "date": "YYYY, MM and DD in any order, such as DD.MM.YYYY",
    "number": "0, 0.00, #,##0.00 or #.##0,00",
    "case": "upper or lower",
}


def check_format(kind: str, text: str) -> None:
    """Raise InvalidInput unless ``text`` is a format of that kind (``date``, ``number``, ``case``, or "" for none)."""
    known = {"date": _is_date, "number": _is_number, "case": CASES.__contains__}.get(kind)
    if known is None:
        raise InvalidInput("Values of this type are written in one way only; leave the format out.", code="bad_format")
    if not known(text):
        raise InvalidInput(f"{text[:40]!r} is no format for it: give {_HELP[kind]}.", code="bad_format")


def _is_date(text: str) -> bool:
    parts = _PART.findall(text)
    gaps = _PART.split(text)
    whole = len(parts) == 3 and {part[0] for part in parts} == {"Y", "M", "D"}  # noqa: PLR2004 - year, month, day
    told = all(len(part) > 1 for part in parts) or all(gaps[1:-1])
    return whole and told and not gaps[0] and not gaps[-1] and all(_MARKS.fullmatch(gap) for gap in gaps)


def _is_number(text: str) -> bool:
    match = _NUMBER.fullmatch(text)
    return match is not None and (match["group"] is None or match["group"] != match["mark"])


def in_case(text: str, form: str) -> str:
    """The text in the letters that ``form`` asks for."""
    return {"upper": text.upper, "lower": text.lower}.get(form, lambda: text)()


def date_text(day: date, form: str) -> str:
    """The day as ``form`` writes it; years have four digits at least, as in ISO 8601."""
    parts = {"YYYY": f"{day.year:04}", "YY": f"{day.year % 100:02}", "MM": f"{day.month:02}", "M": str(day.month)}
    parts |= {"DD": f"{day.day:02}", "D": str(day.day)}
    return _PART.sub(lambda match: parts[match[0]], form)


@record(frozen=True, slots=True)
class NumberForm:
    """A number's form, taken apart."""

    group: str
    mark: str
    places: int

    @classmethod
    def of(cls, form: str) -> NumberForm:
        """The parts of a form that was checked."""
        match = _NUMBER.fullmatch(form)
        if match is None:
            raise InvalidInput(f"{form[:40]!r} is no format for numbers.", code="bad_format")
        return cls(match["group"] or "", match["mark"] or "", len(match["places"] or ""))

    def text(self, number: Decimal) -> str:
        """The number, rounded half up, with its marks."""
        with localcontext() as context:
            context.prec = max(28, len(number.as_tuple().digits) + abs(number.adjusted()) + self.places + 2)
            rounded = number.quantize(Decimal(1).scaleb(-self.places), rounding=ROUND_HALF_UP)
        return f"{rounded:,f}".translate({ord(","): self.group or None, ord("."): self.mark})

    @property
    def excel(self) -> str:
        """The same as a number format of Excel, which writes marks as its reader's machine does."""
        return ("#,##0" if self.group else "0") + ("." + "0" * self.places if self.places else "")


def excel_date(form: str) -> str:
    """A date's form as Excel spells it."""
    return form.lower()
