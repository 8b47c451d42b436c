"""Field definitions as people write them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field, FieldType, validate_fields
from sheaf.extraction.spec import fields_from, load_fields, parse_fields


def test_the_inline_spec_reads_names_types_and_descriptions() -> None:
    """Name, type and description come out of each part."""
    number, date, total = parse_fields("invoice_number,date:date,total:amount=Amount due")
    assert number == Field(name="invoice_number")
    assert date == Field(name="date", type=FieldType.DATE)
    assert total == Field(name="total", type=FieldType.AMOUNT, description="Amount due")


def test_a_quoted_description_keeps_its_commas_and_quotes() -> None:
    """Quotes protect commas; a doubled quote is one."""
    (field,) = parse_fields('status:choice(open|paid)="Paid, or ""open"""')
    assert field.description == 'Paid, or "open"'
    assert field.choices == ("open", "paid")


def test_a_table_names_its_columns_in_brackets() -> None:
    """Each column is a field of its own, with type and description."""
    (table,) = parse_fields("items:table(description;quantity:number;price:amount=Unit price, net)")
    assert [(column.name, column.type.value, column.description) for column in table.columns] == [
        ("description", "text", ""),
        ("quantity", "number", ""),
        ("price", "amount", "Unit price, net"),
    ]


@pytest.mark.parametrize(
    ("spec", "named"),
    [
        ("due:dat", "'date'"),
        ("total:ammount", "'amount'"),
        ("a,A", "named 'A'"),
        ("9lives", "'9lives'"),
        ("status:choice", "'status'"),
        ("name:text(x)", "'name'"),
        ('a="open', "quote"),
        ("a:choice(x|y", "Parentheses"),
        ("a:choice(x|x)", "differ"),
        ("", "at least one"),
        (",,", "at least one"),
        ("a,,b", "'a,,b'"),
        (",a", "',a'"),
        ("t:table(a;;b)", "'a;;b'"),
        ("t:table(inner:table)", "'inner'"),
        ("a b", "'a b'"),
    ],
)
def test_a_wrong_spec_is_refused_with_the_part_at_fault(spec: str, named: str) -> None:
    """The message names what is wrong, or the type that was meant."""
    with pytest.raises(InvalidInput, match=r"(?s).*") as caught:
        parse_fields(spec)
    assert named in caught.value.message
    assert caught.value.message.count("?.") == 0


def test_a_list_may_end_in_its_mark() -> None:
    """As the lists do that programs write."""
    assert [field.name for field in parse_fields("a, b,")] == ["a", "b"]


def test_a_set_holds_no_more_than_two_hundred_fields() -> None:
    """The bound is on the set, and the message tells it."""
    with pytest.raises(InvalidInput, match="200"):
        validate_fields([Field(name=f"f{index}") for index in range(201)])


def test_a_json_file_holds_everything_a_field_can_have(tmp_path: Path) -> None:
    """All members are read; a bare string is a field."""
    content = [{"name": "kind", "type": "choice", "choices": ["a", "b"], "synonyms": ["Art"], "examples": ["a"], "required": True}, "plain"]
    path = tmp_path / "fields.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    kind, plain = load_fields(path)
    assert (kind.choices, kind.synonyms, kind.examples, kind.required) == (("a", "b"), ("Art",), ("a",), True)
    assert plain == Field(name="plain")


@pytest.mark.parametrize(
    "content",
    [
        "x",
        {"a": 1},
        [1],
        [{"type": "date"}],
        [{"name": "a", "typ": "date"}],
        [{"name": "a", "required": "yes"}],
        [{"name": "a", "choices": "x"}],
        [],
    ],
)
def test_json_that_defines_no_fields_is_refused(content: object) -> None:
    """Anything but a list of field objects is an error for people."""
    with pytest.raises(InvalidInput):
        fields_from(content)


def test_a_damaged_or_missing_file_is_refused(tmp_path: Path) -> None:
    """Not JSON, not UTF-8 and not there are all the caller's mistake."""
    for name, data in (("a.json", b"{"), ("b.json", b"\xff\xfe\x00")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InvalidInput, match=name):
            load_fields(tmp_path / name)
    with pytest.raises(InvalidInput, match="none.json"):
        load_fields(tmp_path / "none.json")
