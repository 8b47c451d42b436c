"""Suggesting fields from samples: what documents share, labels and form fields of their own, tables, columns of sheets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf.documents.model import Datum, Document, Page, Table, TableCell
from sheaf.domain.fields import Field, FieldType, RowMode, validate_fields
from sheaf.domain.suggestions import MAX_SUGGESTIONS, Sample, Sighting, Suggestions
from sheaf.extraction.suggesting.guessing import type_of
from sheaf.extraction.suggesting.looking import look
from sheaf.extraction.suggesting.merging import suggest
from sheaf.extraction.suggesting.naming import name_of
from tests.unit.extraction.pages import document_of, read

INVOICE = """
    Nordwind Handels GmbH
    Hafenstr. 5, 20457 Hamburg

    Rechnungsnummer: {number}
    Rechnungsdatum: {date}
    Kostenstelle: {centre}

    Gesamtbetrag: {total} EUR
"""
SAMPLES = (
    INVOICE.format(number="RE-2026-101", date="03.08.2026", centre="Lager Nord", total="1.284,50"),
    INVOICE.format(number="RE-2026-102", date="05.08.2026", centre="Fuhrpark", total="99,00"),
    INVOICE.format(number="RE-2026-117", date="19.08.2026", centre="Werkstatt", total="3.010,20"),
)


def suggested(*documents: Document) -> Suggestions:
    """What documents suggest together."""
    return suggest([look(document) for document in documents])


def by_name(found: Suggestions) -> dict[str, Field]:
    """The fields by name."""
    return {one.field.name: one.field for one in found.fields}


def test_fields_are_named_in_their_labels_words() -> None:
    """Known concepts and labels nobody knows, each with its type and examples from the samples; they are all of the samples'."""
    found = suggested(*map(document_of, SAMPLES))
    fields = by_name(found)
    assert fields["rechnungsnummer"].examples == ("RE-2026-101", "RE-2026-102", "RE-2026-117")
    assert fields["rechnungsnummer"].description == "Invoice number"
    assert (fields["rechnungsdatum"].type, fields["gesamtbetrag"].type) == (FieldType.DATE, FieldType.AMOUNT)
    assert (fields["kostenstelle"].type, fields["kostenstelle"].examples[0]) == (FieldType.TEXT, "Lager Nord")
    assert found.row_mode is RowMode.FILE
    assert {one.samples for one in found.fields if one.field.name in {"rechnungsnummer", "kostenstelle"}} == {3}


def test_what_is_suggested_can_be_read() -> None:
    """From a document that was no sample, by the names that were suggested."""
    names = [one.field.name for one in suggested(*map(document_of, SAMPLES[:2])).fields]
    cells = read(SAMPLES[2], ",".join(names))
    assert (cells["rechnungsnummer"].value, cells["kostenstelle"].value) == ("RE-2026-117", "Werkstatt")


def test_what_one_of_many_has_is_not_suggested() -> None:
    """It is no field of such documents; of a single sample everything is."""
    odd = document_of(SAMPLES[0] + "\n    Baustelle: Hafen Ost\n")
    assert "baustelle" in by_name(suggested(odd))
    assert "baustelle" not in by_name(suggested(odd, *map(document_of, SAMPLES[1:])))


def test_form_fields_and_properties_are_suggested() -> None:
    """By the names they have in the file, with a type by their values."""
    data = [
        Datum("visit_date", "08.10.2026", label="Date of visit"),
        Datum("emergency", "true", label="emergency"),
        Datum("serialNumber", "KT48-19-007731", label="serialNumber"),
        Datum("context", "https://schema.org", label="context"),
    ]
    fields = by_name(suggested(Document(format="pdf", pages=[Page(1, 600, 800)], data=data)))
    assert {name: field.type for name, field in fields.items()} == {
        "date_of_visit": FieldType.DATE,
        "emergency": FieldType.BOOLEAN,
        "serial_number": FieldType.TEXT,
    }


def table(*rows: str) -> Table:
    """A table whose first row is its header."""
    return Table([[TableCell(text) if text else None for text in row.split("|")] for row in rows], header_rows=1)


def test_the_columns_of_tables_are_suggested() -> None:
    """Of a file that is a table by nature, its columns with their types, and a row for each of its rows."""
    sheet = Document(
        format="csv",
        tabular=True,
        pages=[
            Page(1, 600, 800, tables=[table("Beleg|Datum|Betrag|Stufe|IBAN", "0017|03.08.2026|1.284,50|2|", "0018|05.08.2026|99,00|1|")])
        ],
    )
    found = suggested(sheet)
    kinds = {one.field.name: one.field.type.value for one in found.fields}
    assert kinds == {"beleg": "text", "datum": "date", "betrag": "amount", "stufe": "integer", "iban": "text"}
    assert (found.row_mode, found.fields[-1].field.name) == (RowMode.TABLE_ROW, "iban")


def test_a_table_on_a_page_is_one_field() -> None:
    """With the columns that it shows itself."""
    page = """
        Invoice number: INV-7
        Description         Quantity    Unit price    Amount
        Panels, matt        4           120.00        480.00
        Frames, oak         2           75.50         151.00
        Total                                         631.00
    """
    fields = by_name(suggested(document_of(page)))
    assert {column.name: column.type.value for column in fields["items"].columns} == {
        "description": "text",
        "quantity": "integer",
        "unit_price": "amount",
        "amount": "amount",
    }


@pytest.mark.parametrize(
    "document", [Document(format="pdf"), document_of("only prose, and nothing else"), Document(format="csv", tabular=True)]
)
def test_a_document_may_suggest_nothing(document: Document) -> None:
    """An empty one, or one of words alone."""
    assert suggested(document).fields == ()


def test_suggestions_are_a_set_of_fields_whatever_is_seen() -> None:
    """However many labels, all alike or none a name: the names differ, and there are no more than a set may hold."""
    labels = ["Total", "TOTAL", "%%%", "42 days", "\u0421\u0443\u043c\u043c\u0430", "x" * 90, *(f"label {number}" for number in range(90))]
    seen = [Sighting(key=f"label {at}", label=label, name=f"f_{at}", confidence=0.9) for at, label in enumerate(labels)]
    found = suggest([Sample(sightings=tuple(seen))])
    assert len(found.fields) == MAX_SUGGESTIONS
    validate_fields([one.field for one in found.fields])


@given(st.text(max_size=60))
def test_a_name_is_one_or_none(label: str) -> None:
    """Whatever a label is made of."""
    name = name_of(label)
    assert not name or validate_fields([Field(name=name)])


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("N\u00ba FACTURA", "no_factura"),
        ("F\u00e4llig am:", "faellig_am"),
        ("2nd party", "c_2nd_party"),
        ("E-mail", "e_mail"),
        ("\u2014", ""),
    ],
)
def test_labels_become_names(label: str, name: str) -> None:
    """In letters that a column may have."""
    assert name_of(label) == name


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (["03.08.2026", "5 May 2026"], FieldType.DATE),
        (["1.284,50", "99,00 \u20ac"], FieldType.AMOUNT),
        (["$5", "\u00a37.20"], FieldType.AMOUNT),
        (["1", "12", "-3"], FieldType.INTEGER),
        (["1.5", "2", "0.25"], FieldType.NUMBER),
        (["19 %", "7 %"], FieldType.NUMBER),
        (["007", "012"], FieldType.TEXT),
        (["4006381333931"], FieldType.TEXT),
        (["yes", "No"], FieldType.BOOLEAN),
        (["DE93 7009 9956 0661 5382 00"], FieldType.IDENTIFIER),
        (["RE-2026-101", "03.08.2026"], FieldType.TEXT),
        (["", " "], FieldType.TEXT),
    ],
)
def test_types_follow_from_values(texts: list[str], kind: FieldType) -> None:
    """Of nearly all of them; numbers that begin with a nought, or are long, name something."""
    assert type_of(texts) is kind
