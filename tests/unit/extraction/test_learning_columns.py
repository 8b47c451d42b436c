"""Headers of a job's tables, learned from rows that people spoke of, and kept only where other documents are read better with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sheaf import bootstrap
from sheaf.documents.model import Document
from sheaf.domain.fields import RowMode
from sheaf.domain.values import to_json
from sheaf.extraction.assemble import extract
from sheaf.extraction.learning.columns import Tabled, of_rows, of_table
from sheaf.extraction.learning.learned import Learned
from sheaf.extraction.learning.studied import MAX_ROWS, document_of, studied
from sheaf.extraction.learning.training import Example, train, train_rows
from sheaf.extraction.spec import parse_fields

FIELDS = parse_fields("sku,price:amount,stock:integer")
TABLE = parse_fields("lines:table(sku;price:amount)")


def sheet(folder: Path, number: int, *, odd: str = "Kennung", count: int = 3, extra: str = "") -> Document:
    """A price list whose header calls the number of an article something that no vocabulary has; ``odd`` is what."""
    path = folder / f"{number}.csv"
    rows = "".join(f"zz{number}{at};QX-{number}{at};{10 * number + at},50 EUR;{at + 7}\n" for at in range(count))
    path.write_text(f"Merkmal{extra};{odd};Preis;Bestand\n{rows}", encoding="utf-8")
    return bootstrap.formats().read(path, name=path.name)


def said(number: int, rows: Sequence[int] = (0, 2)) -> dict[int, dict[str, Any]]:
    """What a person said of some rows of it."""
    return {at: {"sku": f"QX-{number}{at}", "price": {"amount": f"{10 * number + at}.50", "currency": "EUR"}} for at in rows}


def lists(folder: Path, count: int, **more: Any) -> list[Tabled]:
    """Price lists, as they are studied, each with what was said of it."""
    return [Tabled(document_of(studied(sheet(folder, at, **more), tables=True)), said(at)) for at in range(1, count + 1)]


def skus(document: Document, known: Learned | None) -> list[Any]:
    """The numbers of articles in a document's rows."""
    fields = known.widened(FIELDS) if known else FIELDS
    return [row.get("sku") for row in of_rows(document, fields, 100)]


def test_a_header_of_ones_own_is_learned(tmp_path: Path) -> None:
    """A column that rules cannot give to a field is read in documents that taught nothing; the other columns stay as they were."""
    unseen = sheet(tmp_path, 9)
    assert skus(unseen, None) == [None] * 3
    known = train_rows(lists(tmp_path, 4), FIELDS)
    assert known.fields["sku"].labels == ("Kennung",)
    assert (known.fields["sku"].tried, known.fields["sku"].right_before, known.fields["sku"].right_after) == (4, 0, 4)
    assert known.fields["price"].labels == ()
    assert skus(unseen, known) == ["QX-90", "QX-91", "QX-92"]
    assert skus(unseen, Learned.decoded(known.encoded())) == skus(unseen, known)


def test_one_document_teaches_no_header(tmp_path: Path) -> None:
    """A header that stands in one of them alone is that document's business; each of the others reads no better for it."""
    examples = [Tabled(sheet(tmp_path, at, odd=f"Kenn{at * 'x'}"), said(at)) for at in range(1, 5)]
    known = train_rows(examples, FIELDS)
    assert known.fields["sku"].labels == ()
    assert known.fields["sku"].right_after == known.fields["sku"].right_before == 0


def test_a_correction_that_no_column_holds_teaches_no_header(tmp_path: Path) -> None:
    """What people know from elsewhere names no column; nor does a column that holds some of the values only."""
    elsewhere = [replace(one, truth={at: {"sku": f"known-{at}"} for at in one.truth}) for one in lists(tmp_path, 4)]
    assert train_rows(elsewhere, FIELDS).fields["sku"].labels == ()
    partly = [replace(one, truth={**one.truth, 1: {"sku": "known"}}) for one in lists(tmp_path, 4)]
    assert train_rows(partly, FIELDS).fields["sku"].labels == ()


def test_a_header_that_stands_over_other_things_is_not_learned(tmp_path: Path) -> None:
    """Most documents that have it must hold the field's values under it."""
    good, bad = lists(tmp_path, 2), lists(tmp_path, 5)[2:]
    bad = [replace(one, truth={at: {"sku": f"zz{number}{at}"} for at in one.truth}) for number, one in enumerate(bad, start=3)]
    assert "Kennung" not in train_rows([*good, *bad], FIELDS).fields["sku"].labels


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_documents_teach_nothing(tmp_path: Path, count: int) -> None:
    """Fewer than three."""
    assert train_rows(lists(tmp_path, count), FIELDS).fields == {}


def page(folder: Path, number: int) -> Document:
    """An order on a page of HTML, its table under headers of its own."""
    path = folder / f"{number}.html"
    lines = "".join(f"<tr><td>zz{at}</td><td>QX-{number}{at}</td><td>{at + 1},50 EUR</td></tr>" for at in range(2))
    head = "<tr><th>Merkmal</th><th>Kennung</th><th>Preis</th></tr>"
    path.write_text(f"<h1>Auftrag {number}</h1><p>Guten Tag</p><table>{head}{lines}</table>", encoding="utf-8")
    return bootstrap.formats().read(path, name=path.name)


def table_of(number: int) -> list[dict[str, Any]]:
    """What is true of its table."""
    return [{"sku": f"QX-{number}{at}", "price": {"amount": f"{at + 1}.50", "currency": "EUR"}} for at in range(2)]


def test_the_columns_of_a_table_field_are_learned(tmp_path: Path) -> None:
    """From whole tables that were corrected, in files that are one row each."""
    examples = [Example(document_of(studied(page(tmp_path, at), tables=True)), {"lines": table_of(at)}) for at in range(1, 5)]
    known = train(examples, TABLE)
    assert known.fields["lines"].columns["sku"].labels == ("Kennung",)
    unseen = page(tmp_path, 8)
    asked = Learned.decoded(known.encoded()).widened(TABLE)
    read = of_table(TABLE[0])(unseen, asked[0].columns, 10)
    assert [row["sku"] for row in read] == ["QX-80", "QX-81"]
    cell = next(iter(extract(unseen, known.readings(TABLE), RowMode.FILE).rows)).cells["lines"]
    value = to_json(cell.value)
    assert value == table_of(8)


def test_a_table_of_too_many_rows_is_not_right(tmp_path: Path) -> None:
    """A whole table is known to its end: one row more or less is not what was said."""
    examples = [Example(page(tmp_path, at), {"lines": table_of(at)[:1]}) for at in range(1, 5)]
    learned: Mapping[str, Any] = train(examples, TABLE).fields["lines"].columns
    assert {name: (of.right_after, of.labels) for name, of in learned.items()} == {"sku": (0, ()), "price": (0, ())}


def test_what_is_studied_of_a_table_is_bounded(tmp_path: Path) -> None:
    """Its first rows, as text; rows that were spoken of further down teach nothing, and break nothing."""
    long = document_of(studied(sheet(tmp_path, 1, count=MAX_ROWS + 50), tables=True))
    assert len(long.tables[0].rows) == MAX_ROWS + 1
    assert not any(page.words for page in long.pages)
    examples = [replace(one, truth={MAX_ROWS + 10: {"sku": "QX"}}) for one in lists(tmp_path, 4)]
    assert train_rows(examples, FIELDS).fields["sku"].labels == ()
