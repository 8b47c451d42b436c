"""Values of every type, read from pages, tables and data in several languages; and what fields ask of them afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from sheaf.documents.model import Datum, Document, Page, Table, TableCell
from sheaf.domain.fields import Field, FieldType, RowMode
from sheaf.domain.rows import MISSING, Amount, Cell, CellNote, CellState, Evidence, Row, Scalar
from sheaf.domain.types.address import Address
from sheaf.domain.types.date_range import DateRange
from sheaf.domain.types.party import Party
from sheaf.domain.types.time_span import TimeSpan
from sheaf.extraction.engines.embedded import EmbeddedEngine
from sheaf.extraction.finish import DOUBTED, finished
from sheaf.extraction.spec import parse_fields
from tests.unit.extraction.pages import document_of, read, rows

INVOICE = """
    Muster GmbH                                   Rechnung Nr. 2026-114
    Lindenweg 7
    35037 Marburg
    USt-IdNr. DE136695976

    An
    Café Nord OHG
    Bahnhofstrasse 12
    20095 Hamburg

    Rechnungsdatum:      05.03.2026
    Leistungszeitraum:   01.02.2026 - 28.02.2026
    Laufzeit:            18 Monate
    Menge:               12
    IBAN: DE89 3704 0044 0532 0130 00     BIC: COBADEFFXXX
    EAN: 4006381333931

    Gesamtbetrag                        119,00 EUR
"""
BOOKING = """
    Casa Azul                             Reserva

    Estancia desde:   03/04/2026          Estancia hasta:   10/04/2026
    Plazo de cancelación: 14 días
"""


def asked(source: str, spec: str) -> dict[str, Cell]:
    """The cells as a run answers them: read, and finished."""
    return dict(next(iter(finished(rows(source, spec), parse_fields(spec)))).cells)


def test_each_type_is_read_from_an_invoice() -> None:
    """By names in another language than the document's too."""
    spec = "seller:party,customer:party,service_period:date_range,term:time_span,quantity:integer,iban:identifier,ean:identifier"
    cells = asked(INVOICE, spec)
    seller, customer = cells["seller"].value, cells["customer"].value
    assert isinstance(seller, Party)
    assert isinstance(customer, Party)
    assert (seller.name, customer.name) == ("Muster GmbH", "Café Nord OHG")
    assert seller.address is not None
    assert (seller.address.street, seller.address.postcode, seller.address.city) == ("Lindenweg 7", "35037", "Marburg")
    assert seller.ids == {"vat": "DE136695976", "iban": "DE89370400440532013000"}
    assert customer.ids == {}
    assert cells["service_period"].value == DateRange(start=date(2026, 2, 1), end=date(2026, 2, 28))
    assert cells["term"].value == TimeSpan(months=18)
    assert cells["quantity"].value == Decimal(12)
    assert cells["iban"].value == "DE89370400440532013000"
    assert cells["iban"].evidence is not None
    assert cells["iban"].evidence.text == "DE89 3704 0044 0532 0130 00"
    assert cells["ean"].value == "4006381333931"
    assert all(not cell.notes for cell in cells.values())


def test_an_address_is_read_with_its_parts_and_its_lines() -> None:
    """What it does not tell is left open."""
    cell = read(INVOICE, "seller_address:address")["seller_address"]
    assert isinstance(cell.value, Address)
    assert (cell.value.street, cell.value.postcode, cell.value.city, cell.value.country) == ("Lindenweg 7", "35037", "Marburg", None)
    assert cell.value.lines == ("Lindenweg 7", "35037 Marburg")


def test_two_dates_under_labels_of_their_own_make_a_range() -> None:
    """Whose evidence is where both stand."""
    cell = read(BOOKING, "estancia:date_range")["estancia"]
    assert cell.value == DateRange(start=date(2026, 4, 3), end=date(2026, 4, 10))
    assert cell.evidence is not None
    assert cell.evidence.text == "03/04/2026 – 10/04/2026"


def test_a_part_that_is_asked_for_too_keeps_its_own_field() -> None:
    """One name, one cell: the part serves both."""
    cells = read(BOOKING, "estancia:date_range,estancia_start:date")
    assert cells["estancia_start"].value == date(2026, 4, 3)
    assert list(cells) == ["estancia", "estancia_start"]
    assert isinstance(cells["estancia"].value, DateRange)


def test_a_number_whose_check_digits_fail_is_kept_and_marked_down() -> None:
    """Neither accepted in silence nor lost."""
    cell = asked(INVOICE.replace("0130 00", "0130 01"), "iban:identifier")["iban"]
    assert (cell.state, cell.value) == (CellState.FOUND, "DE89370400440532013001")
    assert cell.confidence <= DOUBTED
    assert cell.notes == (CellNote.CHECK_DIGITS,)


def test_a_scheme_that_is_named_counts_more_than_the_name() -> None:
    """A field may be called anything."""
    assert asked(INVOICE, "konto:identifier(iban)")["konto"].value == "DE89370400440532013000"


def test_whole_numbers_pass_over_those_with_a_fraction() -> None:
    """A sum is no count."""
    text = "Items: 3.5\nItems: 4\n"
    assert read(text, "items:integer")["items"].value == Decimal(4)


@pytest.mark.parametrize(
    ("spec", "text", "state"),
    [
        ("period:date_range", "Period:  sometime", CellState.UNREADABLE),
        ("notice_period:time_span", "Notice period:  by agreement", CellState.UNREADABLE),
        ("notice_period:time_span", "Notice period:\nTotal: 5.00", CellState.BLANK),
        ("notice_period:time_span", "Total: 5.00", CellState.MISSING),
        ("iban:identifier", "Total: 5.00", CellState.MISSING),
        ("seller:party", "12.50", CellState.MISSING),
    ],
)
def test_the_four_states_hold_for_new_types(spec: str, text: str, state: CellState) -> None:
    """What is not there is told from what cannot be read."""
    assert next(iter(read(text, spec).values())).state is state


def test_a_pattern_chooses_among_candidates_and_refuses_the_rest() -> None:
    """What does not match is unreadable, its verbatim text kept for whoever reviews it."""
    text = "Reference: 4711\nReference: AB-2026-7\n"
    field = Field(name="reference", pattern=r"[A-Z]{2}-\d{4}-\d")
    read_one = next(iter(finished(EmbeddedEngine().extract(document_of(text), [field]).rows, [field]))).cells["reference"]
    assert read_one.value == "AB-2026-7"
    other = Field(name="reference", pattern=r"X\d+")
    cell = next(iter(finished(EmbeddedEngine().extract(document_of(text), [other]).rows, [other]))).cells["reference"]
    assert (cell.state, cell.value, cell.notes) == (CellState.UNREADABLE, None, (CellNote.PATTERN,))
    assert cell.evidence is not None
    assert cell.evidence.text in {"4711", "AB-2026-7"}


def test_a_default_stands_for_what_is_absent_and_never_claims_to_be_found() -> None:
    """The state and the evidence of its absence stay; what is unreadable stays so, for something stands there."""
    field = Field(name="discount", type=FieldType.AMOUNT, default="0.00 EUR")
    blank = Cell(state=CellState.BLANK, evidence=Evidence(text="", page=1, label="Discount"))
    unreadable = Cell(state=CellState.UNREADABLE)
    done = [row.cells["discount"] for row in finished([Row(cells={"discount": each}) for each in (MISSING, blank, unreadable)], [field])]
    assert [cell.state for cell in done] == [CellState.MISSING, CellState.BLANK, CellState.UNREADABLE]
    assert done[0].value == done[1].value == Amount(amount=Decimal("0.00"), currency="EUR")
    assert done[0].notes == done[1].notes == (CellNote.DEFAULT,)
    assert [cell.confidence for cell in done] == [0.0, 0.0, 0.0]
    assert done[1].evidence == blank.evidence
    assert done[2] == unreadable


def test_letters_are_changed_in_the_value_and_not_in_the_evidence() -> None:
    """And in the columns of tables."""
    field = Field(name="code", format="upper")
    evidence = Evidence(text="ab-1")
    cell = next(iter(finished([Row(cells={"code": Cell(state=CellState.FOUND, value="ab-1", evidence=evidence)})], [field]))).cells["code"]
    assert cell.value == "AB-1"
    assert cell.evidence == evidence
    columns = (Field(name="code", format="lower", pattern="[a-z]+"), Field(name="count", type=FieldType.INTEGER, default="1"))
    table = Field(name="items", type=FieldType.TABLE, columns=columns)
    value: tuple[Mapping[str, Scalar | None], ...] = ({"code": "X", "count": None}, {"code": "7", "count": Decimal(2)})
    done = next(iter(finished([Row(cells={"items": Cell(state=CellState.FOUND, value=value, confidence=0.9)})], [table]))).cells["items"]
    assert done.value == ({"code": "x", "count": Decimal(1)}, {"code": "7", "count": Decimal(2)})
    assert done.notes == (CellNote.PATTERN,)
    assert done.confidence <= DOUBTED


def test_rows_that_nothing_is_asked_of_are_handed_on_as_they_are() -> None:
    """A sheet of a million rows pays nothing."""
    given = [Row(cells={})]
    assert finished(given, [Field(name="a"), Field(name="b", type=FieldType.DATE)]) is given


def sheet_of(*lines: tuple[str, ...]) -> Document:
    """A sheet whose first line names its columns."""
    made = Table(rows=[[TableCell(text=text) if text else None for text in line] for line in lines], header_rows=1)
    return Document(format="csv", pages=[Page(number=1, width=100, height=100, tables=[made], grid=True)], tabular=True)


def test_columns_of_a_sheet_are_read_as_any_type() -> None:
    """And two columns make a range."""
    sheet = sheet_of(
        ("Stay start", "Stay end", "Notice", "Supplier", "IBAN", "Count"),
        ("01.02.2026", "28.02.2026", "30 Tage", "Muster GmbH", "DE89 3704 0044 0532 0130 00", "4"),
        ("", "", "", "", "", "4,5"),
    )
    spec = "stay:date_range,notice:time_span,supplier:party,iban:identifier,count:integer"
    first, second = rows(sheet, spec, RowMode.TABLE_ROW)
    values = {name: cell.value for name, cell in first.cells.items()}
    assert values == {
        "stay": DateRange(start=date(2026, 2, 1), end=date(2026, 2, 28)),
        "notice": TimeSpan(days=30),
        "supplier": Party(name="Muster GmbH"),
        "iban": "DE89370400440532013000",
        "count": Decimal(4),
    }
    assert second.cells["count"].state is CellState.UNREADABLE
    assert second.cells["notice"].state is CellState.BLANK


def test_data_inside_a_file_is_read_as_any_type() -> None:
    """Its period as a range, its numbers checked."""
    data = [
        Datum(path="/period/start", text="2026-02-01", label="Period start"),
        Datum(path="/period/end", text="2026-02-28", label="Period end"),
        Datum(path="/term", text="P18M", label="Term"),
        Datum(path="/iban", text="DE89370400440532013000", label="IBAN"),
    ]
    cells = read(Document(format="xml", data=data), "period:date_range,term:time_span,iban:identifier")
    assert cells["period"].value == DateRange(start=date(2026, 2, 1), end=date(2026, 2, 28))
    assert cells["term"].value == TimeSpan(months=18)
    assert cells["iban"].value == "DE89370400440532013000"


def test_a_row_per_page_reads_each_page_by_itself() -> None:
    """In the order of the pages, blank ones included; dates in the order that the whole document shows."""
    document = document_of("Invoice No: A-1\nDate: 03/04/2026", "", "Invoice No: A-3\nDate: 03/25/2026")
    read_rows = rows(document, "invoice_number,date:date", RowMode.PAGE)
    assert [(row.index, row.source) for row in read_rows] == [(0, "page 1"), (1, "page 2"), (2, "page 3")]
    assert [row.cells["invoice_number"].value for row in read_rows] == ["A-1", None, "A-3"]
    assert [row.cells["date"].value for row in read_rows] == [date(2026, 3, 4), None, date(2026, 3, 25)]


def test_a_row_per_page_of_a_file_without_pages_is_one_row() -> None:
    """Data has no pages."""
    document = Document(format="xml", data=[Datum(path="/term", text="P18M", label="Term")])
    assert [row.cells["term"].value for row in rows(document, "term:time_span", RowMode.PAGE)] == [TimeSpan(months=18)]


@pytest.mark.parametrize(
    ("text", "spec", "iso"),
    [
        ("Kündigungsfrist: 3 Monate\nLaufzeit: 24 Monate", "notice_period:time_span", "P3M"),
        ("Kündigungsfrist: 3 Monate\nLaufzeit: 24 Monate", "contract_term:time_span", "P24M"),
        ("Délai de paiement : 30 jours\nPréavis : 2 mois", "payment_terms:time_span", "P30D"),
        ("Délai de paiement : 30 jours\nPréavis : 2 mois", "notice_period:time_span", "P2M"),
        ("Plazo de pago: 60 días", "payment_terms:time_span", "P60D"),
        ("Termine di pagamento: 30 giorni", "payment_terms:time_span", "P30D"),
        ("Opzegtermijn: 1 maand\nBetalingstermijn: 14 dagen", "notice_period:time_span", "P1M"),
        ("Prazo de pagamento: 30 dias", "payment_terms:time_span", "P30D"),
        ("Abrechnungszeitraum: Februar 2026", "billing_period:date_range", "2026-02-01/2026-02-28"),
        ("Periodo di fatturazione: 01/02/2026 al 28/02/2026", "billing_period:date_range", "2026-02-01/2026-02-28"),
        ("Factuurperiode: 1 t/m 28 februari 2026", "billing_period:date_range", "2026-02-01/2026-02-28"),
        ("Período de faturação: 01-02-2026 a 28-02-2026", "billing_period:date_range", "2026-02-01/2026-02-28"),
        ("Anreise: 12.03.2026\nAbreise: 15.03.2026", "stay:date_range", "2026-03-12/2026-03-15"),
        ("Gültig ab 01.03.2026\nGültig bis 31.12.2026", "validity:date_range", "2026-03-01/2026-12-31"),
        ("The lease begins on 1 March 2026 and ends on 28 February 2028.", "lease:date_range", "2026-03-01/2028-02-28"),
    ],
)
def test_fields_named_in_english_find_labels_of_other_languages(text: str, spec: str, iso: str) -> None:
    """And tell a notice from a term, an arrival from a departure."""
    assert str(next(iter(read(text, spec).values())).value) == iso


@pytest.mark.parametrize(
    ("text", "spec", "number"),
    [
        ("SIRET : 732 829 320 00074", "siret", "73282932000074"),
        ("N° TVA : FR40303265045", "vat_number", "FR40303265045"),
        ("Codice fiscale: RSSMRA85T10A562S", "codice_fiscale", "RSSMRA85T10A562S"),
        ("P. IVA: 00743110157", "partita_iva", "00743110157"),
        ("ABN: 83 914 571 673", "abn", "83914571673"),
        ("LEI 213800KUD8LAJWSQ9D15", "lei", "213800KUD8LAJWSQ9D15"),
        ("Customer ID: K-4711", "customer_id", "K-4711"),
    ],
)
def test_the_name_of_an_identifier_suggests_its_scheme(text: str, spec: str, number: str) -> None:
    """Or none, and then the number is taken as it stands."""
    assert asked(text, f"{spec}:identifier")[spec].value == number


def test_one_side_of_a_range_needs_a_label_that_tells_it() -> None:
    """A bare preposition stands before other dates too; what expires on a day ends on it."""
    assert read("Facture du 24/09/2026", "period:date_range")["period"].state is CellState.MISSING
    assert read("Valid until: 31.12.2026", "validity:date_range")["validity"].value == DateRange(start=None, end=date(2026, 12, 31))


def test_a_line_that_is_no_address_is_no_partys() -> None:
    """What has neither street nor postcode is left out."""
    seller = read(INVOICE.replace("Lindenweg 7", "Werkzeugbau").replace("35037 Marburg", "seit 1950"), "seller:party")["seller"].value
    assert isinstance(seller, Party)
    assert seller.address is None or seller.address.postcode
