"""Values, places and numbers as people see them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sheaf.cli import shown


@pytest.mark.parametrize(
    ("json", "text"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (12, "12"),
        (1.5, "1.5"),
        ("plain", "plain"),
        ("two\nlines\tof it", "two lines of it"),
        ({"amount": "1234567.50", "currency": "EUR"}, "1,234,567.50 EUR"),
        ({"amount": "-3", "currency": None}, "-3"),
        ({"start": "2026-03-01", "end": None}, "2026-03-01 – …"),
        ({"name": "Acme", "address": None, "ids": {"vat": "1"}}, "Acme"),
        ({"name": "Acme", "address": {"text": "Leeds", "postcode": None}, "ids": {}}, "Acme, Leeds"),
        ({"text": "12 High Street\nLeeds", "postcode": None}, "12 High Street Leeds"),
        (["a", "b"], "a, b"),
        ([], ""),
        ([{"sku": "1"}], "1 row"),
        ([{"sku": "1"}, {"sku": "2"}], "2 rows"),
    ],
)
def test_a_value_on_one_line(json: Any, text: str) -> None:
    """Whatever its type."""
    assert shown.value(json) == text


def test_nothing_read_can_move_the_cursor() -> None:
    """Control characters out of a document do not reach the terminal."""
    assert shown.value("\x1b[31mred\x07\x9b0m") == "\N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}0m"


@pytest.mark.parametrize(("state", "text"), [("found", "7"), ("blank", "(blank)"), ("missing", "—"), ("unreadable", "(unreadable)")])
def test_four_states_look_different(state: str, text: str) -> None:
    """An absent value says how it is absent."""
    assert shown.cell({"state": state, "value": 7 if state == "found" else None}) == text


def test_a_default_and_a_doubted_number_say_what_they_are() -> None:
    """Neither looks like a value that was found."""
    assert shown.cell({"state": "missing", "value": 0, "notes": ["default"]}) == "0 (default)"
    assert shown.cell({"state": "found", "value": "DE1", "notes": ["check_digits"]}) == "DE1 (check digits wrong)"


@pytest.mark.parametrize(("sure", "text"), [(1.0, "100%"), (0.999, "99%"), (0.944, "94%"), (0.0, "0%")])
def test_confidence_is_never_rounded_up_to_certain(sure: float, text: str) -> None:
    """Only what is certain says so."""
    assert shown.confidence({"state": "found", "confidence": sure}) == text


def test_an_absent_value_has_no_confidence() -> None:
    """It would mean nothing."""
    assert shown.confidence({"state": "missing", "confidence": 0.0}) == ""


@pytest.mark.parametrize(
    ("evidence", "text"),
    [
        (None, ""),
        ({"text": "x"}, ""),
        ({"page": 2, "box": [0, 0, 1, 1]}, "p.2"),
        ({"page": 1, "cell": "Sheet1!B4"}, "Sheet1!B4"),
        ({"line": 12}, "line 12"),
        ({"path": "/Invoice/ID"}, "/Invoice/ID"),
    ],
)
def test_where_a_value_stands(evidence: Any, text: str) -> None:
    """By what its format knows."""
    assert shown.place({"evidence": evidence}) == text


@pytest.mark.parametrize(
    ("width", "text"),
    [(40, "/Invoice/Party/Name/Text"), (23, "/Invoice/…/Text"), (10, "…/Text"), (2, "…/Text")],
)
def test_a_long_path_loses_its_middle(width: int, text: str) -> None:
    """Its end tells most, then its beginning."""
    assert shown.place({"evidence": {"path": "/Invoice/Party/Name/Text"}}, width) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KB"), (20_000, "20 KB"), (5 * 2**20, "5.0 MB"), (3 * 2**40, "3072.0 GB")]
)
def test_sizes(count: int, text: str) -> None:
    """Two digits do."""
    assert shown.size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(-1, "0.0 s"), (0.84, "0.8 s"), (42.4, "42 s"), (185, "3 min 5 s"), (7440, "2 h 4 min"), (90_000, "25 h 0 min")]
)
def test_durations(seconds: float, text: str) -> None:
    """By the unit that fits."""
    assert shown.span(timedelta(seconds=seconds)) == text


def test_lists_are_clipped_and_say_so() -> None:
    """The first few, and how many more."""
    assert shown.clipped(["a", "b", "c"], 2) == "a, b and 1 more"
    assert shown.clipped(["a"], 2) == "a"
