"""Dates, numbers, amounts and recognisers, in the ways the world prints them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf.extraction.parsing.amounts import find_amounts
from sheaf.extraction.parsing.booleans import parse_boolean
from sheaf.extraction.parsing.currencies import main_currency
from sheaf.extraction.parsing.dates import find_dates
from sheaf.extraction.parsing.numbers import find_numbers, infer_decimal
from sheaf.extraction.parsing.order import infer_order
from sheaf.extraction.parsing.recognisers import find_kind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-14", date(2024, 3, 14)),
        ("2024-03-14T09:30:00Z", date(2024, 3, 14)),
        ("14.03.2024", date(2024, 3, 14)),
        ("3/4/24", date(2024, 4, 3)),
        ("03/14/2024", date(2024, 3, 14)),
        ("March 14, 2024", date(2024, 3, 14)),
        ("14. M\u00e4rz 2024", date(2024, 3, 14)),
        ("le 1er f\u00e9vrier 2024", date(2024, 2, 1)),
        ("3 de abril de 2024", date(2024, 4, 3)),
        ("11 gennaio 2024", date(2024, 1, 11)),
        ("21 mei 2024", date(2024, 5, 21)),
        ("5 de mar\u00e7o de 2024", date(2024, 3, 5)),
        ("this 8th day of February, 1999", date(1999, 2, 8)),
        ("28 th day of March, 2005", date(2005, 3, 28)),
        ("12-Mar-18", date(2018, 3, 12)),
        ("08FEB2018", date(2018, 2, 8)),
        ("2018\u5e743\u67085\u65e5", date(2018, 3, 5)),
    ],
)
def test_a_date_is_read_however_it_is_written(text: str, expected: date) -> None:
    """Order, separators, month names and ordinals of many languages."""
    assert [found.value for found in find_dates(text)] == [expected]


@pytest.mark.parametrize(
    "text", ["32.01.2024", "10.50.2024", "1.234.567", "192.168.10.20", "12:30:45", "30/02/2024", "Set 1 12.00", "Set 21.90", "no date", ""]
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    """Days that do not exist, addresses of machines, times and group marks."""
    assert find_dates(text) == []


def test_the_order_of_day_and_month_is_told_by_the_whole_document() -> None:
    """One part over twelve decides; without one, signs of the United States do."""
    assert infer_order("01/02/2024 and 01/25/2024") == "mdy"
    assert infer_order("01/02/2024 and 25/01/2024") == "dmy"
    assert infer_order("01/02/2024, Springfield, IL 62704") == "mdy"
    assert infer_order("01/02/2024, 10115 Berlin") == "dmy"
    assert infer_order("01/02/2024, Invoice no CS 24198") == "dmy"


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("Date 03/04/2026, that is 3 April 2026", "dmy"),
        ("Date 03/04/2026 (2026-03-04)", "mdy"),
        ("Stay 12/03/2026 - 01/04/2026", "dmy"),
        ("Stay 03/12/2026 - 04/01/2026", "mdy"),
        ("01/02/2026 01/09/2026 02/03/2026 02/11/2026", "mdy"),
        ("02/01/2026 09/01/2026 03/02/2026 11/02/2026", "dmy"),
        ("03/04/2026, total 12,50, as sent to Springfield, IL 62704", "dmy"),
        ("Agreed on March 4, 2026, due 04/05/2026", "mdy"),
        ("Due 04/05/2026", "dmy"),
        ("1/2 of 3/4", "dmy"),
        ("", "dmy"),
    ],
)
def test_the_order_is_told_by_other_evidence_where_no_part_is_over_twelve(text: str, order: str) -> None:
    """The same day in words, ranges that must not end before they begin, sorted lists, the decimal mark."""
    assert infer_order(text) == order


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("05.03.26, 12,50", ","),
        ("1.234.567", ","),
        ("1,234,567", "."),
        ("19,5 %", ","),
        ("0,125 kg", ","),
        ("EUR 1.234 am 31.12.2026", ","),
        ("CHF 1.234 am 31.12.2026", "."),
        ("1.234", "."),
        ("12.50 3.00 4,00", "."),
    ],
)
def test_the_decimal_mark_is_told_by_all_figures(text: str, mark: str) -> None:
    """Dates are no figures; repeated marks part groups; where no figure tells, dates with dots do, but for the Swiss."""
    assert infer_decimal(text) == mark


def test_days_that_stand_close_together_are_two() -> None:
    """With no space around the mark between them."""
    assert [found.value for found in find_dates("01.02.2026-28.02.2026")] == [date(2026, 2, 1), date(2026, 2, 28)]


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("$1,234.56", "1234.56", "USD"),
        ("1.234,56 \u20ac", "1234.56", "EUR"),
        ("CHF 1'234.50", "1234.50", "CHF"),
        ("RM31.00", "31.00", "MYR"),
        ("R$ 10,00", "10.00", "BRL"),
        ("-$5.00", "-5.00", "USD"),
        ("(1,234.50)", "-1234.50", None),
        ("100.00-", "-100.00", None),
        ("1,00,000.00", "100000.00", None),
    ],
)
def test_an_amount_keeps_its_value_and_currency(text: str, amount: str, currency: str | None) -> None:
    """Marks before and behind, groups of any kind, minus in all its places."""
    (found,) = find_amounts(text)
    assert (found.value.amount, found.value.currency) == (Decimal(amount), currency)
    assert text[found.start : found.end].strip("()-") in text


def test_spaces_group_digits_only_where_the_decimal_mark_is_a_comma() -> None:
    """The text "2 150.00" is a quantity and a price; "1 850,00" is one number."""
    assert [found.value for found in find_numbers("2 150.00", ".")] == [Decimal(2), Decimal("150.00")]
    assert [found.value for found in find_numbers("1 850,00", ",")] == [Decimal("1850.00")]


def test_three_digits_behind_one_mark_are_read_as_the_document_does() -> None:
    """A mark that is not the document's decimal mark parts thousands."""
    assert find_numbers("1.234", ",")[0].value == 1234
    assert find_numbers("1.234", ".")[0].value == Decimal("1.234")
    assert infer_decimal("12,50 and 1.000,00") == ","
    assert infer_decimal("12.50") == "."


def test_percentages_and_codes_are_no_amounts() -> None:
    """A rate is not money, and digits inside a word are not a number."""
    assert find_amounts("19 %") == []
    assert find_numbers("INV-2024-001") == []


def test_the_main_currency_needs_a_clear_majority() -> None:
    """Two currencies as often as each other are none."""
    assert main_currency("EUR 5, 10 \u20ac, 3 \u20ac, $ 4") == "EUR"
    assert main_currency("EUR 5, USD 5") is None


@pytest.mark.parametrize(
    ("text", "value"), [("Ja", True), ("no", False), ("\u2612", True), ("\u2610", False), ("perhaps", None), ("", None)]
)
def test_yes_and_no_in_words_and_marks(text: str, value: bool | None) -> None:  # noqa: FBT001 - the value under test
    """Several languages, ticks and boxes; anything else is neither."""
    assert parse_boolean(text) is value


def test_check_digits_tell_account_and_tax_numbers_from_lookalikes() -> None:
    """A wrong digit is no IBAN; words behind one do not become part of it."""
    text = "IBAN DE89 3704 0044 0532 0130 00 BIC COBADEFFXXX"
    assert [found.value for found in find_kind("iban", text)] == ["DE89 3704 0044 0532 0130 00"]
    assert find_kind("iban", "DE88 3704 0044 0532 0130 00") == []
    assert [found.value for found in find_kind("vat_id", "USt-IdNr. DE136695976")] == ["DE136695976"]
    assert find_kind("vat_id", "DE136695977") == []


@given(st.text(max_size=80))
def test_parsers_bear_any_text(text: str) -> None:
    """Whatever stands there, positions lie inside the text and nothing raises."""
    for found in (
        *find_dates(text, compact=True),
        *find_amounts(text),
        *find_numbers(text, ","),
        *find_kind("iban", text),
        *find_kind("phone", text),
    ):
        assert 0 <= found.start < found.end <= len(text)
