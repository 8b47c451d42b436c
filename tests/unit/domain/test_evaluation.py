"""Truth from edits, and what counts as the same value."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from sheaf.domain.edits import Edit, Verdict
from sheaf.domain.evaluation import FieldScore, Truth, alike, total
from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import Amount, Cell, CellState

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TOTAL = Field(name="total", type=FieldType.AMOUNT)
READ = {"amount": "12.50", "currency": "EUR"}


def edit(verdict: Verdict, value: Any = None) -> Edit:
    """What was said of a cell that was read as 12.50 EUR."""
    return Edit(id="e", verdict=verdict, value=value, was={"value": READ}, at=NOW, run_id="r")


def euros(amount: str) -> Amount:
    """A sum in euros."""
    return Amount(amount=Decimal(amount), currency="EUR")


@pytest.mark.parametrize(
    ("said", "value", "right"),
    [
        (edit(Verdict.ACCEPTED), euros("12.5"), True),
        (edit(Verdict.ACCEPTED), None, False),
        (edit(Verdict.CORRECTED, {"amount": "13.00", "currency": "EUR"}), euros("13"), True),
        (edit(Verdict.CORRECTED, {"amount": "13.00", "currency": "EUR"}), Amount(amount=Decimal(13)), False),
        (edit(Verdict.CORRECTED), None, True),
        (edit(Verdict.REJECTED), euros("12.50"), False),
        (edit(Verdict.REJECTED), euros("99"), None),
    ],
)
def test_what_was_said_judges_what_is_read(said: Edit, value: Amount | None, right: object) -> None:
    """By value; another one in the place of a rejected value may be right or not."""
    truth = Truth.of([edit(Verdict.REJECTED), said], TOTAL)
    assert truth is not None
    assert truth.agrees(value) is right


@pytest.mark.parametrize("said", [[], [edit(Verdict.ACCEPTED), edit(Verdict.WITHDRAWN)], [edit(Verdict.CORRECTED, "no amount")]])
def test_nothing_is_known(said: list[Edit]) -> None:
    """Where nobody spoke, all was taken back, or the field has another type since."""
    assert Truth.of(said, TOTAL) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ACME  Ltd.", "Acme Ltd", True),
        ("Acme", "Acne", False),
        ("\u20ac", "$", False),
        (date(2026, 3, 1), date(2026, 3, 1), True),
        (("a b", "c"), ("A-B", "C"), True),
        (("a",), ("a", "b"), False),
        (({"sku": "A-1", "price": None},), ({"sku": "a1"},), True),
        (None, None, True),
        (None, "", False),
    ],
)
def test_values_are_alike(one: Any, other: Any, same: object) -> None:
    """Texts without case, spaces and punctuation, unless that is all they are; lists and tables item by item."""
    assert (alike(one, other), alike(other, one)) == (same, same)


def test_scores_add_up() -> None:
    """Of fields to one; shares of nothing are none."""
    score = FieldScore()
    assert (score.accuracy, score.precision, score.recall, score.coverage, score.sure_precision) == (None,) * 5
    cell = Cell(state=CellState.FOUND, value=euros("12.50"), confidence=0.99)
    score.add(cell, Truth(value=euros("12.50")), doubtful=False, is_open=False)
    score.add(Cell(state=CellState.MISSING), Truth(value=euros("1")), doubtful=True, is_open=True)
    score.add(Cell(state=CellState.BLANK), Truth(value=None), doubtful=False, is_open=False)
    both = total([score, score])
    assert (both.cells, both.judged, both.right, both.open) == (6, 6, 4, 2)
    assert (both.precision, both.recall, both.coverage, both.sure_precision) == (1.0, 0.5, 1.0, 1.0)
