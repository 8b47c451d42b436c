"""Layouts, marks and names of fields that documents of other countries and houses have."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import Amount, CellState
from sheaf.extraction.concepts import read_field
from sheaf.extraction.parsing.currencies import currency_of, main_currency
from sheaf.extraction.prose.terms import durations
from tests.unit.extraction.pages import read

SIDE_COLUMN = """
    Talleres Ortega                     FACTURA
    Avda. de la Paz 102

    N.\u00ba factura                         50004 Zaragoza
    F-2026-2460
    Fecha factura                       Calle Mayor 1
    16/11/2026
"""
ORDER = """
    Caf\u00e9 Lindqvist GmbH                              PURCHASE ORDER
    Lindenweg 7
    35037 Marburg                                    PO Number:  PO-2026-17

    Vendor
    Harrow Field Joinery Ltd
    12 High Street
    Leeds LS1 4AP

    Total                                            \u00a3 120.00
"""
TWO_TABLES = """
    Invoice ID          Invoice Date        Pay before
    INV50965            16/08/2026          30/09/2026

    Description                 Qty    Unit price      Amount
    Site survey                  13        570.23    7,412.99
    Delivery                     23        586.77   13,495.71
"""
LEASE = """
    This lease is made between Harrow Homes Ltd (the "Landlord") and Thomas Avery (the "Tenant").
    The tenancy begins on 1 March 2026 and ends on 28 February 2028.
    For a period of twelve (12) months following termination, the Tenant shall not solicit anyone.
"""


def test_a_label_over_its_value_is_not_drawn_to_the_next_column() -> None:
    """In a side column the value stands below, however near the text beside."""
    cells = read(SIDE_COLUMN, "numero_factura,fecha:date")
    assert cells["numero_factura"].value == "F-2026-2460"
    assert cells["fecha"].value == date(2026, 11, 16)


def test_a_list_of_labels_keeps_its_values_to_the_right() -> None:
    """An unknown label below is no value of the one above."""
    cells = read("Invoice number          A-17\nFrobnication            B-99", "invoice_number")
    assert cells["invoice_number"].value == "A-17"


def test_an_order_is_issued_by_its_buyer() -> None:
    """Who is in the letterhead of an order buys; fields that say issuer mean that house."""
    cells = read(ORDER, "buyer,vendor,issuer,recipient")
    assert cells["vendor"].value == cells["recipient"].value == "Harrow Field Joinery Ltd"
    assert cells["buyer"].value == cells["issuer"].value == "Caf\u00e9 Lindqvist GmbH"


def test_a_second_header_ends_the_first_table() -> None:
    """A row of labels with values under it does not swallow the items."""
    value = read(TWO_TABLES, "items:table(description;quantity:number;amount:amount)")["items"].value
    assert isinstance(value, tuple)
    assert [(row["description"], row["quantity"]) for row in value if isinstance(row, dict)] == [
        ("Site survey", Decimal(13)),
        ("Delivery", Decimal(23)),
    ]


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("Total $ 10.00", "USD"),
        ("Toronto, ON M5H 1J9  GST/HST No. 123456789 RT0001  Total $10.00", "CAD"),
        ("ABN 51 824 753 556  Total $10.00", "AUD"),
        ("Bankgiro 123-4567  Att betala 100 kr", "SEK"),
        ("CVR-nr. 13585628  At betale 100 kr.", "DKK"),
        ("Total 100 kr", None),
        ("IBAN DE89 3704 0044 0532 0130 00  Summe 12,00", "EUR"),
        ("Summe 12,00", None),
    ],
)
def test_a_shared_or_absent_mark_is_settled_by_the_country(text: str, currency: str | None) -> None:
    """A dollar or a crown is that of the place the document speaks of; without any sign nothing is made up."""
    assert main_currency(text) == currency


def test_a_mark_follows_the_document() -> None:
    """The same sign is read as the document's own currency where it may be that."""
    assert [currency_of("$ 5", None), currency_of("$ 5", "CAD"), currency_of("$ 5", "EUR")] == ["USD", "CAD", "USD"]


def test_a_currency_field_is_answered_in_iso() -> None:
    """A sign counts as much as a label."""
    assert read("Invoice 1\nTotal  \u20ac 12.00", "currency")["currency"].value == "EUR"
    assert read("Invoice 1\nTotal  12.00", "currency")["currency"].state is CellState.MISSING


@pytest.mark.parametrize(
    ("name", "kind", "concept"),
    [
        ("vendor_vat", FieldType.TEXT, "tax_id"),
        ("nif_proveedor", FieldType.TEXT, "tax_id"),
        ("MwSt", FieldType.AMOUNT, "tax_amount"),
        ("Faelligkeitsdatum", FieldType.DATE, "due_date"),
        ("Waehrung", FieldType.TEXT, "currency"),
        ("Bestellnummer", FieldType.TEXT, "order_number"),
        ("date_echeance", FieldType.DATE, "due_date"),
    ],
)
def test_field_names_of_other_languages_are_understood(name: str, kind: FieldType, concept: str) -> None:
    """Umlauts written out, words run together, and words that only say whose value it is."""
    assert read_field(Field(name=name, type=kind)).concepts[:1] == (concept,)


def test_a_lease_says_who_and_from_when_to_when() -> None:
    """Roles in brackets and verbs before dates; a period after the end is not its term."""
    cells = read(LEASE, "landlord,tenant,start_date:date,end_date:date,term")
    assert (cells["landlord"].value, cells["tenant"].value) == ("Harrow Homes Ltd", "Thomas Avery")
    assert (cells["start_date"].value, cells["end_date"].value) == (date(2026, 3, 1), date(2028, 2, 28))
    assert cells["term"].state is CellState.MISSING
    assert [value for _, _, value in durations("twelve (12) months")] == ["12 months"]


def test_the_number_beside_a_documents_bare_name_is_its_number() -> None:
    """A label such as "Order / Rev:" goes on to its colon; the other order's number has another label."""
    text = "Order / Rev:    1344601\nAlt Order #:    09749211"
    assert read(text, "order_number=Contract or order number")["order_number"].value == "1344601"


def test_an_amount_names_the_documents_currency() -> None:
    """A bare sum is in the currency that the rest of the document speaks of."""
    value = read("UID CHE-107.787.577 MWST\nGesamtbetrag    1'234.50", "total:amount")["total"].value
    assert value == Amount(amount=Decimal("1234.50"), currency="CHF")


def test_who_is_delivered_to_is_the_customer_where_no_one_else_is_named() -> None:
    """A delivery note has no bill-to; an invoice that has both keeps them apart."""
    delivered = "Delivery Note\n\nDeliver to\nHotel Adler OHG\nLindenweg 7\n35037 Marburg"
    assert read(delivered, "customer")["customer"].value == "Hotel Adler OHG"
    both = "Bill to:  Blythe Hotels plc\n\nDeliver to:  Warehouse Seven Ltd"
    assert read(both, "customer")["customer"].value == "Blythe Hotels plc"


PAYSLIP = """
    Gehaltsabrechnung                     Lindner Optik GmbH

    Name          Personalnummer          Zahltag
    Mara Vogt     04711                   28.02.2025

    Bezeichnung                           Betrag
    Grundgehalt                         4.100,00
    Lohnsteuer                           -900,00

    Summe Bruttobezüge   4.100,00
    Auszahlung netto     3.200,00
"""


def test_what_a_payslip_pays_is_the_net_pay() -> None:
    """A field for the sum to be paid, named as invoices have it, finds the net pay; a bare name is the employee's."""
    cells = read(PAYSLIP, "salarie,net_a_payer:amount,salaire_brut:amount,date_de_paiement:date")
    assert cells["salarie"].value == "Mara Vogt"
    assert cells["net_a_payer"].value == Amount(amount=Decimal("3200.00"), currency=None)
    assert cells["salaire_brut"].value == Amount(amount=Decimal("4100.00"), currency=None)
    assert cells["date_de_paiement"].value == date(2025, 2, 28)


def test_a_payslip_s_rule_leaves_invoices_alone() -> None:
    """On an invoice the same field asks for the total."""
    cells = read("FACTURE\n\nTotal HT      100,00\nTVA            20,00\nNet à payer   120,00\n", "net_a_payer:amount")
    assert cells["net_a_payer"].value == Amount(amount=Decimal("120.00"), currency=None)
