"""Rows and cells: what was read, how sure that is, and where it stands in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from sheaf.domain.record import record

if TYPE_CHECKING:
    from sheaf.domain.types.address import Address
    from sheaf.domain.types.date_range import DateRange
    from sheaf.domain.types.party import Party
    from sheaf.domain.types.time_span import TimeSpan


class CellState(StrEnum):
    """What reading a field came to: four states, never one null."""

    #: A value was read.
    FOUND = "found"
    #: The place for it is there, with nothing in it.
    BLANK = "blank"
    #: Nothing in the document speaks of it.
    MISSING = "missing"
    #: Something stands there that cannot be read as the field's type.
    UNREADABLE = "unreadable"


class Box(NamedTuple):
    """A rectangle on a page in points (1/72 inch; pixels for images), origin at the top left, ``x0 <= x1`` and ``y0 <= y1``."""

    x0: float
    y0: float
    x1: float
    y1: float


@record(frozen=True, kw_only=True, slots=True)
class Amount:
    """A sum of money; ``currency`` is an ISO 4217 code, or None where the document names none."""

    amount: Decimal
    currency: str | None = None


#: text, choice and identifier: str · number and integer: Decimal · amount: Amount · date: date · boolean: bool · date_range: DateRange ·
#: time_span: TimeSpan · address: Address · party: Party ·
#: list: tuple of str · table: tuple of rows, each a mapping from column name to a scalar value.
Scalar: TypeAlias = "str | Decimal | Amount | date | bool | DateRange | TimeSpan | Address | Party"
Value: TypeAlias = "Scalar | tuple[str, ...] | tuple[Mapping[str, Scalar | None], ...]"


@record(frozen=True, kw_only=True, slots=True)
class Evidence:
    """Where a value stands: a page and box, or a sheet cell, a line or a path, and the verbatim text there."""

    #: The text as it stands in the file.
    text: str = ""
    #: 1-based page (sheet, slide or message part counts as a page where the format has them).
    page: int | None = None
    #: The rectangle on that page, in the page's own units; only for formats with a fixed layout.
    box: Box | None = None
    #: Sheet cell, such as ``Sheet1!B4``.
    cell: str | None = None
    #: 1-based line of a text file.
    line: int | None = None
    #: XPath, JSON pointer or paragraph path, such as ``/Invoice/ID`` or ``/items/0/price`` or ``p[12]``.
    path: str | None = None
    #: The label that led to the value, as printed.
    label: str | None = None


class CellNote(StrEnum):
    """What is to be said of a cell beside its state."""

    #: The value is the field's default: nothing was found, the state says why.
    DEFAULT = "default"
    #: The number's check digits do not hold: it was misread, or is printed wrong.
    CHECK_DIGITS = "check_digits"
    #: What stands there does not match the field's pattern.
    PATTERN = "pattern"
    #: A model said it, and nothing on the page bears it out.
    UNGROUNDED = "ungrounded"


@record(frozen=True, kw_only=True, slots=True)
class Cell:
    """One field of one row, as read."""

    state: CellState
    #: None unless found, or the field's default (then noted so).
    value: Value | None = None
    #: 0 to 1: the share of values with this confidence that are right; 0 unless found.
    confidence: float = 0.0
    evidence: Evidence | None = None
    notes: tuple[CellNote, ...] = ()


MISSING = Cell(state=CellState.MISSING)


@record(frozen=True, kw_only=True, slots=True)
class Row:
    """One row of a task's result: a cell for every field of the run, in the fields' order."""

    cells: Mapping[str, Cell]
    #: 0-based within its task.
    index: int = 0
    #: Where the row itself came from, for rows of a table (sheet row, line, page).
    source: str = ""
    notes: tuple[str, ...] = field(default=())
