"""What fields ask of their values: refused where it cannot be meant, with a code; bounded where it could be an attack."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field, FieldType, validate_fields
from sheaf.domain.formats import NumberForm, check_format, date_text
from sheaf.domain.patterns import MAX_PATTERN, MAX_TEXT, check_pattern, matches
from sheaf.domain.schemes import SCHEMES
from sheaf.extraction.parsing.identifiers import is_valid


@pytest.mark.parametrize(
    "field",
    [
        Field(name="a", default="none given", format="upper", pattern="[A-Za-z ]+"),
        Field(name="a", type=FieldType.INTEGER, default="0", format="0"),
        Field(name="a", type=FieldType.NUMBER, default="-1.5", format="#.##0,00"),
        Field(name="a", type=FieldType.AMOUNT, default="0.00 EUR", format="# ##0,00"),
        Field(name="a", type=FieldType.AMOUNT, default="0"),
        Field(name="a", type=FieldType.DATE, default="2026-01-01", format="D.M.YYYY", pattern=r"\d+.*"),
        Field(name="a", type=FieldType.DATE_RANGE, default="2026-01-01/..", format="YYYYMMDD"),
        Field(name="a", type=FieldType.TIME_SPAN, default="P30D"),
        Field(name="a", type=FieldType.BOOLEAN, default="false"),
        Field(name="a", type=FieldType.CHOICE, choices=("paid", "open"), default="open"),
        Field(name="a", type=FieldType.IDENTIFIER, scheme="iban", format="lower"),
        Field(name="a", type=FieldType.TABLE, columns=(Field(name="b", type=FieldType.INTEGER, default="1"),)),
    ],
)
def test_what_can_be_meant_is_taken(field: Field) -> None:
    """Each type with the attributes that it has."""
    assert validate_fields([field]) == (field,)


@pytest.mark.parametrize(
    ("field", "code"),
    [
        (Field(name="a", type=FieldType.INTEGER, default="1.5"), "bad_default"),
        (Field(name="a", type=FieldType.DATE, default="1.3.2026"), "bad_default"),
        (Field(name="a", type=FieldType.AMOUNT, default="5 euro"), "bad_default"),
        (Field(name="a", type=FieldType.BOOLEAN, default="perhaps"), "bad_default"),
        (Field(name="a", type=FieldType.CHOICE, choices=("x",), default="y"), "bad_default"),
        (Field(name="a", type=FieldType.PARTY, default="Acme"), "bad_default"),
        (Field(name="a", type=FieldType.LIST, default="x"), "bad_default"),
        (Field(name="a", default="x", pattern="[0-9]+"), "bad_default"),
        (Field(name="a", type=FieldType.BOOLEAN, format="upper"), "bad_format"),
        (Field(name="a", type=FieldType.DATE, format="%d.%m.%Y"), "bad_format"),
        (Field(name="a", type=FieldType.DATE, format="DD.MM"), "bad_format"),
        (Field(name="a", type=FieldType.DATE, format="DMYYYY"), "bad_format"),
        (Field(name="a", type=FieldType.DATE, format="DD.DD.YYYY"), "bad_format"),
        (Field(name="a", type=FieldType.DATE, format="[$-409]DD.MM.YYYY"), "bad_format"),
        (Field(name="a", type=FieldType.NUMBER, format="#,##0,00"), "bad_format"),
        (Field(name="a", type=FieldType.NUMBER, format="{0.__class__}"), "bad_format"),
        (Field(name="a", format="{{7*7}}"), "bad_format"),
        (Field(name="a", pattern="(a"), "bad_pattern"),
        (Field(name="a", pattern="(?=a)b"), "bad_pattern"),
        (Field(name="a", pattern=r"(a)\1"), "bad_pattern"),
        (Field(name="a", pattern="a" * (MAX_PATTERN + 1)), "bad_pattern"),
        (Field(name="a", pattern="((a{1,1000}){1,1000}){1,1000}"), "bad_pattern"),
        (Field(name="a", pattern="\ud800"), "bad_pattern"),
        (Field(name="a", type=FieldType.ADDRESS, pattern="x"), "bad_pattern"),
        (Field(name="a", scheme="iban"), "unknown_scheme"),
        (Field(name="a", type=FieldType.IDENTIFIER, scheme="ibann"), "unknown_scheme"),
        (Field(name="t", type=FieldType.TABLE, columns=(Field(name="a", pattern="("),)), "bad_pattern"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_code(field: Field, code: str) -> None:
    """When the field is made, not when a document is read; the message names the field."""
    with pytest.raises(InvalidInput) as caught:
        validate_fields([field])
    assert caught.value.kind == code
    assert "'a'" in caught.value.message
    assert caught.value.details["field"] in {"a", "t.a"}


def test_a_near_miss_of_a_scheme_is_told() -> None:
    """As a typo of a type is."""
    with pytest.raises(InvalidInput, match="did you mean 'iban'"):
        validate_fields([Field(name="a", type=FieldType.IDENTIFIER, scheme="ibann")])


def test_a_pattern_must_match_the_whole_value() -> None:
    """And letters of every script are letters to it."""
    assert matches(r"INV-\d{4}", "INV-2026")
    assert not matches(r"INV-\d{4}", "INV-20261")
    assert matches(r"\p{L}+", "Müller")


def test_no_pattern_runs_away() -> None:
    """What sends other engines into years of work is answered, and a value beyond the bound matches nothing."""
    assert not matches("(a+)+$", "a" * 5_000 + "!")
    assert not matches("(a|aa)+b", "a" * 5_000)
    assert not matches(".*", "a" * (MAX_TEXT + 1))


@given(st.text(max_size=40))
def test_any_text_is_a_pattern_or_is_refused(text: str) -> None:
    """Nothing else is raised, whatever is given."""
    with suppress(InvalidInput):
        check_pattern(text)


@given(st.text(alphabet="YMD.-/ ,#0upperlow%{}[]$", max_size=14), st.sampled_from(["date", "number", "case", ""]))
def test_any_text_is_a_format_or_is_refused(text: str, kind: str) -> None:
    """And what is taken can write."""
    with suppress(InvalidInput):
        check_format(kind, text)
        if kind == "date":
            assert date_text(date(2026, 3, 4), text)
        if kind == "number":
            assert NumberForm.of(text).text(Decimal("-1234.5"))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12))
def test_a_written_number_says_what_it_was(number: Decimal) -> None:
    """With the marks of any country."""
    for form, group, mark in (
        ("#,##0.00", ",", "."),
        ("#.##0,00", ".", ","),
        ("# ##0,00", " ", ","),
        ("0.00", "", "."),
        ("#'##0.00", "'", "."),
    ):
        written = NumberForm.of(form).text(number)
        assert Decimal(written.replace(group, "").replace(mark, ".") if group else written) == number


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("DD.MM.YYYY", "04.03.2026"),
        ("D/M/YY", "4/3/26"),
        ("YYYYMMDD", "20260304"),
        ("MM-DD-YYYY", "03-04-2026"),
        ("YYYY-MM-DD", "2026-03-04"),
    ],
)
def test_a_date_is_written_in_its_form(form: str, expected: str) -> None:
    """Each part where the form has it."""
    assert date_text(date(2026, 3, 4), form) == expected


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_can_be_asked_and_says_no_to_what_is_none(scheme: str) -> None:
    """Each names modules that are there, and raises for nothing."""
    for text in ("", "?", "x" * 30, "0", "ßßßßßßßß", "\u0661\u0662\u0663", "9" * 5_000):
        assert not is_valid(scheme, text)


def test_a_field_that_was_stored_before_is_read() -> None:
    """New attributes have defaults: what an earlier version stored means what it meant."""
    old = {
        "name": "total",
        "type": "amount",
        "description": "",
        "examples": [],
        "synonyms": [],
        "required": True,
        "choices": [],
        "columns": [],
    }
    assert msgspec.convert(old, Field) == Field(name="total", type=FieldType.AMOUNT, required=True)
