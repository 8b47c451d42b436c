"""JSON: values as they are written, lists of objects as tables."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheaf.documents.limits import Limits
from sheaf.documents.model import Place
from sheaf.domain.errors import FailureCategory, FileProblem
from tests.unit.documents.making import lines, read, texts


def test_values_are_data_with_pointers_and_labels(tmp_path: Path) -> None:
    """Each value has its JSON pointer, its key in words (with the one around it where it says little), and its text as written."""
    document = read(
        tmp_path, '{"invoiceNumber": "A-1", "seller": {"name": "Acme"}, "due/date": null, "total": 12.50, "paid": true}', "a.json"
    )
    assert [(datum.path, datum.label, datum.text) for datum in document.data] == [
        ("/invoiceNumber", "invoice number", "A-1"),
        ("/seller/name", "seller name", "Acme"),
        ("/due~1date", "due/date", ""),
        ("/total", "total", "12.50"),
        ("/paid", "paid", "true"),
    ]
    assert not document.tabular
    assert lines(document.pages[0])[0] == "invoice number: A-1"
    assert document.pages[0].words[-1].place == Place(path="/paid")


def test_a_list_of_objects_is_a_table(tmp_path: Path) -> None:
    """Columns are all keys there are, in order; values keep type and place; nested objects and plain lists are cells."""
    content = '[{"sku": "a", "price": {"net": 1.50}}, {"sku": "b", "count": 2, "tags": ["x", "y"]}]'
    document = read(tmp_path, content, "a.json")
    assert document.tabular
    table = document.tables[0]
    assert texts(table) == [["sku", "price net", "count", "tags"], ["a", "1.50", "", ""], ["b", "", "2", "x\ny"]]
    assert table.header_rows == 1
    price = table.rows[1][1]
    assert price is not None
    assert (price.value, price.place) == (Decimal("1.50"), Place(path="/0/price/net"))


def test_lists_inside_are_tables_beside_the_data(tmp_path: Path) -> None:
    """An invoice's lines are a table named by their key, and the invoice is not tabular."""
    document = read(tmp_path, '{"no": 1, "lines": [{"a": 1}, {"a": 2}]}', "a.json")
    assert not document.tabular
    assert (document.tables[0].name, texts(document.tables[0])) == ("lines", [["a"], ["1"], ["2"]])
    assert lines(document.pages[0]) == ["no: 1", "lines", "a", "1", "2"]


def test_lines_of_json_are_rows(tmp_path: Path) -> None:
    """JSON lines make a table; a damaged line is named and costs only itself."""
    document = read(tmp_path, '{"a": 1}\n{"a": 2}\n{broken\n{"a": 3}\n', "a.jsonl")
    assert texts(document.tables[0]) == [["a"], ["1"], ["2"], ["3"]]
    assert document.notes == ["1 lines are not JSON and were left out: 3."]


def test_a_long_list_is_complete(tmp_path: Path) -> None:
    """All rows are in the table, though neither on the page nor one by one in the data."""
    document = read(tmp_path, json.dumps([{"a": i, "b": "x"} for i in range(12_000)]), "a.json")
    assert len(document.tables[0].rows) == 12_001
    assert texts(document.tables[0])[-1] == ["11999", "x"]
    assert document.data == []
    assert len(document.notes) == 2


@pytest.mark.parametrize(
    ("content", "limits", "category"),
    [
        ("  ", Limits(), FailureCategory.EMPTY),
        ('{"a": ', Limits(), FailureCategory.CORRUPT),
        ("{\n}\n]\n[", Limits(), FailureCategory.CORRUPT),
        ("[" * 100_000, Limits(), FailureCategory.UNSAFE),
        ("[" * 300 + "]" * 300, Limits(), FailureCategory.UNSAFE),
        ('{"a": 1, "b": 2}', Limits(max_words=1), FailureCategory.TOO_LARGE),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, content: str, limits: Limits, category: FailureCategory) -> None:
    """Empty, broken, too deep and too many values each have their category."""
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, content, "a.json", limits)
    assert problem.value.category is category


def test_numbers_beyond_any_type_stay_text(tmp_path: Path) -> None:
    """Numbers too long or too large to convert cost no time and are kept as written."""
    document = read(tmp_path, f'{{"a": {"9" * 5000}, "b": 1e99999999999999999999, "c": NaN}}', "a.json")
    assert [len(datum.text) for datum in document.data] == [5000, 22, 3]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.dictionaries(st.text(max_size=4), _JSON, min_size=1))
def test_every_leaf_is_a_datum_with_its_own_path(tmp_path: Path, value: dict[str, object]) -> None:
    """As many data as leaves, and no two under one path."""

    def leaves(item: object) -> int:
        if isinstance(item, dict):
            return sum(map(leaves, item.values()))
        return sum(map(leaves, item)) if isinstance(item, list) else 1

    document = read(tmp_path, json.dumps(value), "a.json")
    assert len(document.data) == leaves(value)
    assert len({datum.path for datum in document.data}) == len(document.data)


def test_jsonld_by_itself_has_roles(tmp_path: Path) -> None:
    """What schema.org says of invoices holds in a file of its own as in a page, in a list or a graph too."""
    invoice = {"@context": "https://schema.org", "@type": "Invoice", "confirmationNumber": "A-17", "provider": {"name": "Ann Ltd"}}
    for content in (invoice, [invoice], {"@context": "https://schema.org", "@graph": [invoice]}):
        document = read(tmp_path, json.dumps(content), "a.jsonld")
        assert {datum.role: datum.text for datum in document.data if datum.role} == {"invoice.number": "A-17", "seller.name": "Ann Ltd"}
    plain = {key: value for key, value in invoice.items() if key != "@context"}
    assert not any(datum.role for datum in read(tmp_path, json.dumps(plain), "a.json").data)
