"""Typed values survive the way to JSON and back, and JSON that is no value is refused in words."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import Amount, Box, Cell, CellState, Evidence, Value
from sheaf.domain.values import cell_from_json, cell_to_json, from_json, to_json

COLUMNS = (Field(name="item"), Field(name="price", type=FieldType.AMOUNT), Field(name="quantity", type=FieldType.NUMBER))

numbers = st.decimals(allow_nan=False, allow_infinity=False)
amounts = st.builds(Amount, amount=numbers, currency=st.none() | st.from_regex(r"[A-Z]{3}", fullmatch=True))
table_rows = st.fixed_dictionaries({"item": st.none() | st.text(), "price": st.none() | amounts, "quantity": st.none() | numbers})
typed_values = st.one_of(
    st.tuples(st.sampled_from([FieldType.TEXT, FieldType.CHOICE]), st.text()),
    st.tuples(st.just(FieldType.NUMBER), numbers),
    st.tuples(st.just(FieldType.AMOUNT), amounts),
    st.tuples(st.just(FieldType.DATE), st.dates()),
    st.tuples(st.just(FieldType.BOOLEAN), st.booleans()),
    st.tuples(st.just(FieldType.LIST), st.lists(st.text()).map(tuple)),
    st.tuples(st.just(FieldType.TABLE), st.lists(table_rows).map(tuple)),
    st.tuples(st.sampled_from(FieldType), st.none()),
)


@given(typed_values)
def test_every_value_survives_a_round_trip_through_json_text(typed: tuple[FieldType, Value | None]) -> None:
    """No type loses a digit, a currency, a day or a letter between writing and reading."""
    kind, value = typed
    assert from_json(kind, json.loads(json.dumps(to_json(value), allow_nan=False)), columns=COLUMNS) == value


@pytest.mark.parametrize("digits", ["9" * 400, "0." + "0" * 400 + "1", "-" + "7" * 20_000])
def test_figures_as_long_as_a_page_can_be_read_back(digits: str) -> None:
    """A hostile document's endless figure is kept whole, so the row that holds it can be read again."""
    assert from_json(FieldType.NUMBER, json.loads(json.dumps(to_json(Decimal(digits))))) == Decimal(digits)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("12.50"), 12.5),
        (Decimal("3"), 3),
        (Decimal("1E+3"), 1000),
        (Decimal("0.1"), 0.1),
        (Decimal("9007199254740993"), "9007199254740993"),
        (Decimal("1234567890123456.789"), "1234567890123456.789"),
        (Amount(amount=Decimal("12.50"), currency="EUR"), {"amount": "12.50", "currency": "EUR"}),
        (Amount(amount=Decimal("1E+3")), {"amount": "1000", "currency": None}),
        (date(2026, 3, 1), "2026-03-01"),
        (True, True),
        (("a", "b"), ["a", "b"]),
        (({"item": "Bolt", "quantity": Decimal(4)},), [{"item": "Bolt", "quantity": 4}]),
    ],
)
def test_values_take_the_documented_shape(value: Value, expected: object) -> None:
    """Each type's JSON is the shape that clients are told of."""
    assert to_json(value) == expected
    assert type(to_json(value)) is type(expected)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (FieldType.TEXT, 5),
        (FieldType.NUMBER, True),
        (FieldType.NUMBER, "NaN"),
        (FieldType.NUMBER, "1e999999"),
        (FieldType.NUMBER, "twelve"),
        (FieldType.AMOUNT, "12.50"),
        (FieldType.AMOUNT, {"currency": "EUR"}),
        (FieldType.AMOUNT, {"amount": "1", "currency": "euro"}),
        (FieldType.DATE, "2026-02-30"),
        (FieldType.DATE, "20260228"),
        (FieldType.DATE, 20260228),
        (FieldType.BOOLEAN, "yes"),
        (FieldType.LIST, "a"),
        (FieldType.LIST, [1]),
        (FieldType.TABLE, [["a"]]),
        (FieldType.TABLE, [{"colour": "red"}]),
        (FieldType.TABLE, [{"quantity": "many"}]),
    ],
)
def test_json_that_is_no_value_of_the_type_is_refused(kind: FieldType, value: object) -> None:
    """An edit of the wrong shape is answered with an error in words, not stored."""
    with pytest.raises(InvalidInput, match="cannot be|has no column"):
        from_json(kind, value, columns=COLUMNS)


def test_a_table_without_columns_takes_the_documents_own() -> None:
    """What was written of a table whose field names no columns can be read back: all of it is text."""
    rows = ({"Artikel": "Schrauben", "Preis": "2,00"}, {"Artikel": "Nägel", "Preis": None})
    assert from_json(FieldType.TABLE, to_json(rows)) == rows


def test_a_cell_keeps_its_evidence_and_leaves_out_what_is_unknown() -> None:
    """Evidence goes out with the keys it has, and comes back as it was."""
    evidence = Evidence(text="12,50 EUR", page=2, box=Box(1.0, 2.0, 3.5, 4.0), label="Summe")
    cell = Cell(state=CellState.FOUND, value=Amount(amount=Decimal("12.50"), currency="EUR"), confidence=0.93, evidence=evidence)
    assert cell_to_json(cell) == {
        "value": {"amount": "12.50", "currency": "EUR"},
        "state": "found",
        "confidence": 0.93,
        "evidence": {"text": "12,50 EUR", "page": 2, "label": "Summe", "box": [1.0, 2.0, 3.5, 4.0]},
    }
    assert cell_from_json(FieldType.AMOUNT, json.loads(json.dumps(cell_to_json(cell)))) == cell


def test_a_missing_cell_has_no_evidence() -> None:
    """What was not found is null in value and evidence, with its state to say so."""
    cell = Cell(state=CellState.MISSING)
    assert cell_to_json(cell) == {"value": None, "state": "missing", "confidence": 0.0, "evidence": None}
    assert cell_from_json(FieldType.TEXT, cell_to_json(cell)) == cell


@pytest.mark.parametrize(
    "broken", [{}, {"state": "lost"}, {"state": "found", "evidence": {"box": [1, 2]}}, {"state": "found", "evidence": []}]
)
def test_a_broken_cell_is_refused(broken: dict[str, object]) -> None:
    """A stored cell that cannot be read back is an error of the input, never a stray exception."""
    with pytest.raises(InvalidInput, match="cell"):
        cell_from_json(FieldType.TEXT, broken)
