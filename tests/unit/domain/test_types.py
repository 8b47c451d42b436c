"""Types: each says what its values are, and its values survive JSON, text and grids."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import SCALAR_TYPES, Field, FieldType
from sheaf.domain.rows import Amount, Cell, CellNote, CellState, Value
from sheaf.domain.schemes import SCHEMES
from sheaf.domain.types import value_type
from sheaf.domain.types.address import Address
from sheaf.domain.types.date_range import DateRange
from sheaf.domain.types.party import Party
from sheaf.domain.types.time_span import TimeSpan
from sheaf.domain.values import cell_from_json, cell_to_json, from_json, to_json
from sheaf.extraction.types import reads

few = st.integers(0, 999_999)
spans = st.builds(TimeSpan, years=few, months=few, weeks=few, days=few, hours=few, minutes=few, seconds=few)
days = st.dates()
ranges = st.one_of(
    st.tuples(days, days).map(lambda two: DateRange(start=min(two), end=max(two))),
    days.map(lambda day: DateRange(start=day, end=None)),
    days.map(lambda day: DateRange(start=None, end=day)),
)
maybe = st.none() | st.text(max_size=20)
addresses = st.builds(
    Address, text=st.text(), lines=st.lists(st.text()).map(tuple), street=maybe, postcode=maybe, city=maybe, region=maybe, country=maybe
)
parties = st.builds(Party, name=st.text(), address=st.none() | addresses, ids=st.dictionaries(st.sampled_from(["vat", "iban"]), st.text()))
wholes = st.integers(-(10**30), 10**30).map(Decimal)
structured = st.one_of(
    st.tuples(st.just(FieldType.TIME_SPAN), spans),
    st.tuples(st.just(FieldType.DATE_RANGE), ranges),
    st.tuples(st.just(FieldType.ADDRESS), addresses),
    st.tuples(st.just(FieldType.PARTY), parties),
    st.tuples(st.just(FieldType.INTEGER), wholes),
    st.tuples(st.just(FieldType.IDENTIFIER), st.text()),
)


@given(structured)
def test_values_with_parts_survive_json_text(typed: tuple[FieldType, Value]) -> None:
    """No part is lost or moved between writing and reading."""
    kind, value = typed
    assert from_json(kind, json.loads(json.dumps(to_json(value)))) == value


@given(st.one_of(st.tuples(st.just(FieldType.TIME_SPAN), spans), st.tuples(st.just(FieldType.DATE_RANGE), ranges)))
def test_spans_and_ranges_survive_their_iso_text(typed: tuple[FieldType, Value]) -> None:
    """Their line of text is ISO 8601, and reads back as the same."""
    kind, value = typed
    assert value_type(kind).parse(str(value)) == value


@pytest.mark.parametrize("kind", FieldType)
def test_every_type_tells_what_it_is_and_how_it_is_read(kind: FieldType) -> None:
    """One module of its name in each of two folders; its example is a value of it, and a grid has its columns."""
    told = value_type(kind)
    columns = (Field(name="item"), Field(name="quantity", type=FieldType.INTEGER))
    value = from_json(kind, told.example, columns=columns)
    assert to_json(value) == told.example
    assert told.label
    assert told.description.endswith(".")
    assert len(told.flat(value)) == len(told.columns)
    assert told.scalar == (kind in SCALAR_TYPES)
    assert told.schema(Field(name="a", type=kind, choices=("paid",) if kind is FieldType.CHOICE else ()))["type"]
    assert callable(reads(kind).parse)
    assert json.dumps(told.schema(Field(name="a", type=kind, columns=columns if kind is FieldType.TABLE else ())))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (FieldType.INTEGER, 1.5),
        (FieldType.INTEGER, "1.5"),
        (FieldType.INTEGER, True),
        (FieldType.DATE_RANGE, "2026-01-01"),
        (FieldType.DATE_RANGE, {}),
        (FieldType.DATE_RANGE, {"start": None, "end": None}),
        (FieldType.DATE_RANGE, {"start": "2026-02-01", "end": "2026-01-01"}),
        (FieldType.DATE_RANGE, {"start": "2026-02-01", "until": "2026-03-01"}),
        (FieldType.TIME_SPAN, "30 days"),
        (FieldType.TIME_SPAN, "P"),
        (FieldType.TIME_SPAN, "PT"),
        (FieldType.TIME_SPAN, "P1DT"),
        (FieldType.TIME_SPAN, "P9999999D"),
        (FieldType.TIME_SPAN, 30),
        (FieldType.ADDRESS, {"street": "x"}),
        (FieldType.ADDRESS, {"text": "x", "planet": "Mars"}),
        (FieldType.ADDRESS, ["x"]),
        (FieldType.PARTY, {"address": None}),
        (FieldType.PARTY, {"name": "x", "ids": ["DE1"]}),
        (FieldType.PARTY, 5),
        (FieldType.IDENTIFIER, 4006381333931),
    ],
)
def test_json_that_is_no_value_of_a_new_type_is_refused(kind: FieldType, value: object) -> None:
    """In words that say what to give."""
    with pytest.raises(InvalidInput, match=r"cannot be|needs a start|cannot end"):
        from_json(kind, value)


def test_an_address_or_a_party_may_be_given_as_its_text() -> None:
    """A correction by hand need not know the parts."""
    assert from_json(FieldType.ADDRESS, "Lindenweg 7, Marburg") == Address(text="Lindenweg 7, Marburg")
    assert from_json(FieldType.PARTY, "Acme GmbH") == Party(name="Acme GmbH")


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (DateRange(start=date(2026, 3, 1), end=None), "2026-03-01/.."),
        (TimeSpan(), "P0D"),
        (TimeSpan(hours=1, minutes=30), "PT1H30M"),
        (TimeSpan(weeks=2), "P2W"),
        (Party(name="Acme", address=Address(text="Leeds"), ids={"vat": "GB1"}), "Acme; Leeds; VAT GB1"),
    ],
)
def test_values_with_parts_have_a_line_that_people_can_read(value: object, line: str) -> None:
    """As a grid shows them."""
    assert str(value) == line


def test_a_cell_keeps_its_notes_and_an_old_one_has_none() -> None:
    """What was stored before cells had notes is read as it was."""
    cell = Cell(state=CellState.MISSING, value=Amount(amount=Decimal(0)), notes=(CellNote.DEFAULT,))
    stored: dict[str, Any] = dict(cell_to_json(cell))
    assert stored["notes"] == ["default"]
    assert cell_from_json(FieldType.AMOUNT, stored) == cell
    old = {"value": "a", "state": "found", "confidence": 0.5, "evidence": None}
    assert cell_from_json(FieldType.TEXT, old).notes == ()
    assert "notes" not in cell_to_json(cell_from_json(FieldType.TEXT, old))


@pytest.mark.parametrize("kind", FieldType)
def test_the_documents_tell_every_type(kind: FieldType) -> None:
    """With the example that the type itself gives."""
    page = (Path(__file__).parents[3] / "docs" / "fields.md").read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if line.startswith(f"| `{kind}` |")]
    assert len(lines) == 1
    assert value_type(kind).description.removesuffix(".") in lines[0]
    assert f"`{json.dumps(value_type(kind).example, ensure_ascii=False)}`" in lines[0] or kind in {FieldType.ADDRESS, FieldType.PARTY}


def test_the_documents_tell_every_scheme() -> None:
    """By its name."""
    page = (Path(__file__).parents[3] / "docs" / "fields.md").read_text(encoding="utf-8")
    assert not [scheme for scheme in SCHEMES if f"`{scheme}`" not in page]
