"""Scores: what counts as the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import Amount, Scalar, Value
from sheaf.domain.types.address import Address
from sheaf.domain.types.date_range import DateRange
from sheaf.domain.types.party import Party
from sheaf.domain.types.time_span import TimeSpan
from sheaf.extraction.evaluation import agreement, list_f1

RANGE, SPAN, ADDRESS, PARTY = (
    Field(name="d", type=kind) for kind in (FieldType.DATE_RANGE, FieldType.TIME_SPAN, FieldType.ADDRESS, FieldType.PARTY)
)
MARCH = DateRange(start=date(2026, 3, 1), end=date(2026, 3, 31))
TEXT, DATE, AMOUNT = Field(name="a"), Field(name="b", type=FieldType.DATE), Field(name="c", type=FieldType.AMOUNT)


@pytest.mark.parametrize(
    ("field", "value", "truth", "score"),
    [
        (TEXT, "Ann Taylor, Inc.", "ANN TAYLOR INC", 1.0),
        (TEXT, "Ann", "Anne", 0.0),
        (DATE, date(2020, 4, 14), "14.04.2020", 1.0),
        (DATE, date(2020, 4, 14), "2020-04-15", 0.0),
        (AMOUNT, Amount(amount=Decimal("4125")), "$4,125.00", 1.0),
        (AMOUNT, Amount(amount=Decimal("4125")), "4,125.01", 0.0),
        (TEXT, None, "x", 0.0),
        (TEXT, "b", ["a", "B"], 1.0),
        (RANGE, MARCH, "1-31 March 2026", 1.0),
        (RANGE, MARCH, "2026-03-01/2026-03-31", 1.0),
        (RANGE, MARCH, {"start": "2026-03-01"}, 1.0),
        (RANGE, MARCH, "2026-03-01/2026-03-30", 0.0),
        (SPAN, TimeSpan(days=30), "30 Tage netto", 1.0),
        (SPAN, TimeSpan(days=30), "P1M", 0.0),
        (ADDRESS, Address(text="Lindenweg 7, 35037 Marburg", city="Marburg"), "Lindenweg 7\n35037 Marburg", 1.0),
        (ADDRESS, Address(text="Lindenweg 7, 35037 Marburg", city="Marburg"), {"city": "MARBURG"}, 1.0),
        (ADDRESS, Address(text="Lindenweg 7, 35037 Marburg", city="Marburg"), {"city": "Kassel"}, 0.0),
        (PARTY, Party(name="Acme GmbH", ids={"vat": "1"}), "ACME GmbH", 1.0),
        (PARTY, Party(name="Acme GmbH"), "Acme AG", 0.0),
    ],
)
def test_values_compare_by_the_rule_of_their_type(field: Field, value: Value | None, truth: object, score: float) -> None:
    """Dates by day, amounts by value, text by letters; any of several truths will do."""
    assert agreement(field, value, truth).score == score


def test_exact_means_as_printed() -> None:
    """The text as it stands counts, beside the value as we write it."""
    assert agreement(DATE, date(2020, 4, 14), "04/14/20", order="mdy", text="04/14/20").exact
    assert not agreement(TEXT, "ann", "Ann").exact


def test_lists_score_by_f1_with_repeats_counted() -> None:
    """Half found and half invented is a half."""
    assert list_f1(["a", "b"], ["a", "c"]) == 0.5
    assert list_f1(["a", "a"], ["a"]) == pytest.approx(2 / 3)
    assert list_f1([], []) == 1.0
    assert agreement(Field(name="p", type=FieldType.LIST), ("Ann Lee", "Bob"), ["bob", "ann lee"]).score == 1.0


def test_tables_score_by_their_cells() -> None:
    """A wrong cell costs its share."""
    table = Field(name="t", type=FieldType.TABLE, columns=(TEXT,))
    first: dict[str, Scalar | None] = {"a": "x", "q": Decimal(1)}
    second: dict[str, Scalar | None] = {"a": "y", "q": Decimal(2)}
    assert agreement(table, (first, second), [{"a": "x", "q": "1"}, {"a": "y", "q": "3"}]).score == 0.75
