"""What people type as values for ``sheaf edit``."""

from __future__ import annotations

import pytest

from sheaf.cli.edits import typed_value
from sheaf.domain.errors import InvalidInput


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "[draft] 3", "[draft] 3"),
        ("text", "{", "{"),
        ("amount", "12.50 eur", {"amount": "12.50", "currency": "EUR"}),
        ("amount", '{"amount": "1", "currency": null}', {"amount": "1", "currency": None}),
        ("list", "a; b", ["a", "b"]),
        ("list", '["a; b"]', ["a; b"]),
        ("boolean", "Yes", True),
    ],
)
def test_what_is_typed_becomes_a_value_of_the_type(kind: str, text: str, value: object) -> None:
    """As the API takes it; a text may begin like JSON."""
    assert typed_value(kind, text) == value


@pytest.mark.parametrize(("kind", "text"), [("amount", "{12"), ("list", "[a"), ("address", "{")])
def test_broken_json_is_refused_in_words(kind: str, text: str) -> None:
    """With what is wrong, and no trace."""
    with pytest.raises(InvalidInput, match="begins like JSON"):
        typed_value(kind, text)
