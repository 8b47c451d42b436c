"""The embedded engine on documents of several kinds and languages that no rule was written for."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheaf.domain.rows import Amount, CellState
from sheaf.extraction.engines.embedded import EmbeddedEngine
from sheaf.extraction.spec import parse_fields
from tests.unit.extraction.pages import document_of, read

GERMAN = """
    Holz & Sohn GmbH \u00b7 Ringstra\u00dfe 5 \u00b7 50667 K\u00f6ln

    Werkstatt Nord AG                                  Rechnungsnummer:     RE-2024/0815
    Hafenstr. 12                                       Rechnungsdatum:      14. M\u00e4rz 2024
    20457 Hamburg                                      Kundennummer:        K-10023

    Rechnung

    Pos.  Bezeichnung                  Menge   Einzelpreis   Gesamtpreis
    1     Beratung vor Ort               8        95,00 \u20ac      760,00 \u20ac
    2     Fahrtkosten                    1        48,50 \u20ac       48,50 \u20ac

                                         Nettobetrag        808,50 \u20ac
                                         zzgl. 19% MwSt     153,62 \u20ac
                                         Gesamtbetrag       962,12 \u20ac

    Zahlbar bis 28.03.2024 ohne Abzug.
    IBAN DE89 3704 0044 0532 0130 00   USt-IdNr. DE136695976
"""
FRENCH = """
    SARL Rivage Services                                        FACTURE N\u00b0 F2024-118
    14 rue de la Paix                                           Date de facture : 05/02/2024
    75002 Paris                                                 \u00c9ch\u00e9ance : 06/03/2024

    D\u00e9signation                  Qt\u00e9     PU HT      Montant HT
    Prestation de conseil          3     400,00       1 200,00

                                 Total HT             1 200,00 \u20ac
                                 TVA 20 %               240,00 \u20ac
                                 Total TTC            1 440,00 \u20ac
"""
ITALIAN = """
    Forniture Alfa S.r.l.
    Via Roma 10 - 20121 Milano
    P.IVA 00743110157

    Fattura n. 56/2024 del 11/01/2024
    Imponibile      162,00
    IVA 22%          35,64
    Totale fattura  197,64 EUR
    Scadenza 10/02/2024
"""
INVOICE_FIELDS = "invoice_number,date:date,due_date:date,total:amount,net:amount,tax:amount,vendor"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (GERMAN, ("RE-2024/0815", date(2024, 3, 14), date(2024, 3, 28), "962.12", "808.50", "153.62", "Holz & Sohn GmbH")),
        (FRENCH, ("F2024-118", date(2024, 2, 5), date(2024, 3, 6), "1440.00", "1200.00", "240.00", "SARL Rivage Services")),
        (ITALIAN, ("56/2024", date(2024, 1, 11), date(2024, 2, 10), "197.64", "162.00", "35.64", "Forniture Alfa S.r.l.")),
    ],
)
def test_an_invoice_is_read_by_english_names_in_its_own_language(page: str, expected: tuple[object, ...]) -> None:
    """Numbers, dates, sums and the seller, with no template for any of them."""
    cells = read(page, INVOICE_FIELDS)
    number, day, due, total, net, tax, vendor = expected
    assert [cells[name].value for name in ("invoice_number", "date", "due_date", "vendor")] == [number, day, due, vendor]
    assert [cells[name].value for name in ("total", "net", "tax")] == [
        Amount(amount=Decimal(str(sum_)), currency="EUR") for sum_ in (total, net, tax)
    ]


def test_self_proving_numbers_and_the_recipient_need_no_template() -> None:
    """An IBAN, a tax number, the customer's number and name."""
    cells = read(GERMAN, "iban,vat_id,customer_number,customer,customer_address")
    assert cells["iban"].value == "DE89 3704 0044 0532 0130 00"
    assert cells["vat_id"].value == "DE136695976"
    assert cells["customer_number"].value == "K-10023"
    assert cells["customer"].value == "Werkstatt Nord AG"
    assert cells["customer_address"].value == "Hafenstr. 12, 20457 Hamburg"


def test_evidence_cites_page_box_verbatim_text_and_label() -> None:
    """A fixed layout is cited by the box of the value's own words."""
    cell = read(GERMAN, "total:amount")["total"]
    assert cell.evidence is not None
    assert (cell.evidence.page, cell.evidence.text, cell.evidence.label) == (1, "962,12 \u20ac", "Gesamtbetrag")
    assert cell.evidence.box is not None
    assert cell.evidence.box.x0 < cell.evidence.box.x1
    assert 0 < cell.confidence <= 1


def test_a_grid_page_is_cited_by_its_place_and_has_no_box() -> None:
    """A made-up layout must not look like a measured one."""
    cell = read(document_of(ITALIAN, grid=True), "total:amount")["total"]
    assert cell.evidence is not None
    assert cell.evidence.box is None
    assert cell.evidence.line == 8


FORM = """
    REGISTRATION FORM

    First name: Maria            Last name: Lopez
    Date of birth: 04/11/1987    Nationality: Spanish
    Phone:                       Email: maria@example.org
    Member: [x] Yes  [ ] No
    Plan:  ( ) Basic   (x) Premium   ( ) Gold
    Start date: soon
"""


def test_the_four_states_are_told_apart() -> None:
    """Found, a label with nothing beside it, nothing that speaks of it, something that cannot be read."""
    cells = read(FORM, "first_name,phone,salary:amount,start_date:date")
    assert {name: cell.state for name, cell in cells.items()} == {
        "first_name": CellState.FOUND,
        "phone": CellState.BLANK,
        "salary": CellState.MISSING,
        "start_date": CellState.UNREADABLE,
    }
    assert cells["start_date"].evidence is not None
    assert cells["start_date"].evidence.text == "soon"
    assert cells["phone"].value is None


def test_ticks_decide_booleans_and_choices() -> None:
    """The ticked option counts, whatever else is printed."""
    cells = read(FORM, "member:boolean,plan:choice(Basic|Premium|Gold)")
    assert cells["member"].value is True
    assert cells["plan"].value == "Premium"


def test_text_fields_named_like_dates_keep_what_is_printed() -> None:
    """Without a type the value is text, but the name still helps to find it."""
    assert read(GERMAN, "invoice_date")["invoice_date"].value == "14. M\u00e4rz 2024"


def test_a_description_is_a_label() -> None:
    """A short description names what stands beside the value."""
    page = "Policy holder: Ann Lee\nAnnual premium: 300.00\nExcess: 50.00"
    assert read(page, "x:amount=Annual premium")["x"].value == Amount(amount=Decimal("300.00"))


def test_a_subtotal_is_not_the_total() -> None:
    """A qualifier before a label makes another label of it."""
    page = "Sub Total   50.00\nDiscount     5.00\nTotal       45.00"
    assert read(page, "total:amount")["total"].value == Amount(amount=Decimal("45.00"))


def test_cash_less_change_proves_a_total() -> None:
    """Of two totals the one that was paid is right."""
    page = "Coffee      9.52\nTotal       9.52\nRounding   -0.02\nTotal       9.50\nCash       10.00\nChange      0.50"
    assert read(page, "total:amount")["total"].value == Amount(amount=Decimal("9.50"))


def test_a_range_of_dates_has_a_start_and_an_end() -> None:
    """Both fields look at the same label and take their own side."""
    cells = read("Order 77\nRental dates: 02/18/2024 - 03/24/2024", "rental_from:date,rental_to:date")
    assert (cells["rental_from"].value, cells["rental_to"].value) == (date(2024, 2, 18), date(2024, 3, 24))


def test_the_value_under_its_header_is_found() -> None:
    """Labels in a row with values below them."""
    page = "Order Date      Order No      Terms\n03.02.2024      778120        30 days"
    cells = read(page, "order_number,order_date:date,payment_terms")
    assert (cells["order_number"].value, cells["order_date"].value, cells["payment_terms"].value) == ("778120", date(2024, 2, 3), "30 days")


def test_every_field_has_a_cell_even_on_an_empty_document() -> None:
    """No words, no pages: missing, never an error."""
    for document in (document_of(""), replace(document_of(""), pages=[])):
        cells = read(document, "a,b:date,c:amount,d:list,e:table,f:boolean,g:choice(x|y),h:number,vendor,address,party:list")
        assert len(cells) == 11
        assert {cell.state for cell in cells.values()} == {CellState.MISSING}


def test_reading_twice_gives_the_same() -> None:
    """The engine keeps nothing between documents."""
    assert read(GERMAN, INVOICE_FIELDS) == read(GERMAN, INVOICE_FIELDS)


_LINES = st.lists(st.text(alphabet="Total:DateInvoiceNo. 0123456789,./-$\u20ac()[]xAb\u00e9\u2610|", max_size=60), max_size=25)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_LINES)
def test_no_content_makes_the_engine_raise(lines: list[str]) -> None:
    """Whatever the page says, each field is a cell with a state and a confidence between 0 and 1."""
    spec = "invoice_number,date:date,total:amount,n:number,b:boolean,c:choice(A|B),l:list,items:table,vendor,address,party:list,term,iban"
    for cell in read("\n".join(lines), spec).values():
        assert 0.0 <= cell.confidence <= 1.0
        assert (cell.value is not None) == (cell.state is CellState.FOUND)


def test_importing_the_engine_loads_nothing_heavy() -> None:
    """Numpy and rapidfuzz wait for the first document."""
    code = "import sys, sheaf.extraction.engines.embedded; print([m for m in ('numpy', 'rapidfuzz', 'stdnum', 'lxml') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_engine_names_itself_and_its_version() -> None:
    """What is kept with every result."""
    engine = EmbeddedEngine()
    assert engine.version.startswith(f"{engine.name}/")
    assert next(iter(engine.extract(document_of("x"), parse_fields("a")).rows)).index == 0


def test_yes_and_no_side_by_side_are_told_by_their_cross() -> None:
    """A lone x before an answer chooses it; both answers without one answer nothing."""
    crossed = read("Rental wanted:     yes     x no", "rental_wanted:boolean")["rental_wanted"]
    assert (crossed.state, crossed.value) == (CellState.FOUND, False)
    assert read("Rental wanted:     yes     no", "rental_wanted:boolean")["rental_wanted"].state is not CellState.FOUND


def test_a_tax_that_a_total_holds_is_no_tax() -> None:
    """What stands behind "Total (IVA incl.)" is the total."""
    cells = read(
        "Articulo      Importe\nLampara      79,95\nBombilla      18,99\nTotal (IVA incl.)      98,94 EUR", "total:amount,tax:amount"
    )
    assert cells["total"].value == Amount(amount=Decimal("98.94"), currency="EUR")
    assert cells["tax"].state is CellState.MISSING


def test_a_label_of_the_very_words_asked_for_comes_before_sums_that_agree() -> None:
    """The balance that is printed as such is not the total, though net and tax make that."""
    page = "Subtotal      1,285.00\nSales tax      108.42\nTotal      1,393.42\nPayment      -500.00\nBalance due      893.42"
    cells = read(page, "total:amount,balance_due:amount")
    assert cells["total"].value == Amount(amount=Decimal("1393.42"))
    assert cells["balance_due"].value == Amount(amount=Decimal("893.42"))


def test_a_town_before_the_date_does_not_weaken_its_label() -> None:
    """A letter is of the day behind its town, not of a day that a sentence speaks of."""
    cells = read("Gen\u00e8ve, le 28 octobre 2026\n\nD\u00e8s le 1er janvier 2027, votre loyer change.", "date:date")
    assert cells["date"].value == date(2026, 10, 28)
