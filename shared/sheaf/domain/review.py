"""Review: which values a person should look at, and why."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from enum import StrEnum

from sheaf.domain.fields import Field
from sheaf.domain.rows import MISSING, Cell, CellNote, CellState
from sheaf.domain.rules import Violation
from sheaf.domain.runs import Run


class Doubt(StrEnum):
    """Why a value should be looked at."""

    #: It was found with less confidence than the run asks for.
    UNSURE = "unsure"
    #: Something stands there that could not be read.
    UNREADABLE = "unreadable"
    #: A model said it, and nothing on the page bears it out.
    UNGROUNDED = "ungrounded"
    #: Its check digits do not hold, or it does not match the field's pattern.
    CHECK = "check"
    #: The field is required, and nothing was found.
    REQUIRED = "required"
    #: A rule of the run that speaks of it does not hold.
    RULE = "rule"


class ReviewState(StrEnum):
    """Where a row stands with its review."""

    #: It has a value that should be looked at and was not.
    OPEN = "open"
    #: A person said something of it.
    EDITED = "edited"


def doubts(
    run: Run, cells: Mapping[str, Cell], edited: Container[str] = frozenset(), violations: Iterable[Violation] = ()
) -> dict[str, Doubt]:
    """The fields of a row that should be looked at, each with the reason; those that a person spoke of are settled.

    What a value itself gives reason for goes before a rule that speaks of it.
    """
    found = {of.name: _doubt(of, cells.get(of.name, MISSING), run.options.review_below) for of in run.fields if of.name not in edited}
    broken = {name: Doubt.RULE for violation in violations for name in violation.fields if name not in edited}
    return broken | {name: doubt for name, doubt in found.items() if doubt is not None}


def _doubt(of: Field, cell: Cell, below: float) -> Doubt | None:
    match cell.state:
        case CellState.UNREADABLE:
            return Doubt.UNREADABLE
        case CellState.FOUND if CellNote.UNGROUNDED in cell.notes:
            return Doubt.UNGROUNDED
        case CellState.FOUND if {CellNote.CHECK_DIGITS, CellNote.PATTERN} & set(cell.notes):
            return Doubt.CHECK
        case CellState.FOUND:
            return Doubt.UNSURE if cell.confidence < below else None
        case _:
            return Doubt.REQUIRED if of.required else None
