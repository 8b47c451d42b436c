"""Which values a person should look at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sheaf.domain.fields import Field
from sheaf.domain.jobs import RunOptions
from sheaf.domain.review import Doubt, doubts
from sheaf.domain.rows import MISSING, Cell, CellNote, CellState
from sheaf.domain.runs import Run

_AT = datetime(2026, 3, 1, tzinfo=UTC)
_FIELDS = (Field(name="a", required=True), Field(name="b"))
RUN = Run(id="r", tenant="t", job_id="j", number=1, fields=_FIELDS, created_at=_AT, last_active_at=_AT)
SURE = Cell(state=CellState.FOUND, value="x", confidence=0.95)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (SURE, None),
        (replace(SURE, confidence=0.89), Doubt.UNSURE),
        (replace(SURE, notes=(CellNote.UNGROUNDED,)), Doubt.UNGROUNDED),
        (replace(SURE, notes=(CellNote.CHECK_DIGITS,)), Doubt.CHECK),
        (replace(SURE, notes=(CellNote.PATTERN,)), Doubt.CHECK),
        (Cell(state=CellState.UNREADABLE), Doubt.UNREADABLE),
        (MISSING, Doubt.REQUIRED),
        (Cell(state=CellState.BLANK), Doubt.REQUIRED),
    ],
    ids=["sure", "unsure", "ungrounded", "check digits", "pattern", "unreadable", "missing", "blank"],
)
def test_each_reason_to_look_is_named(cell: Cell, expected: Doubt | None) -> None:
    """Low confidence, no ground, failed checks, unreadable, and required but not found."""
    assert doubts(RUN, {"a": cell, "b": SURE}) == ({"a": expected} if expected else {})


def test_an_optional_field_may_be_missing() -> None:
    """Only what is required has to be there."""
    assert doubts(RUN, {"a": SURE, "b": MISSING}) == {}


def test_an_ungrounded_value_is_never_accepted_by_itself() -> None:
    """However low the run's threshold is."""
    run = replace(RUN, options=RunOptions(review_below=0.0))
    assert doubts(run, {"a": replace(SURE, notes=(CellNote.UNGROUNDED,)), "b": SURE}) == {"a": Doubt.UNGROUNDED}


def test_what_a_person_spoke_of_is_settled() -> None:
    """It is not asked about again."""
    assert doubts(RUN, {"a": MISSING, "b": SURE}, {"a"}) == {}
