"""XML: invoices by meaning, other files by their names, nothing fetched or expanded."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheaf.documents.limits import Limits
from sheaf.documents.model import Document
from sheaf.domain.errors import FailureCategory, FileProblem
from tests.unit.documents.making import lines, read, texts

_UBL_ROOT = (
    'xmlns="urn:oasis:names:specification:ubl:schema:xsd:{0}-2" '
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)
_UBL_PARTY = """<cac:Party><cac:PartyName><cbc:Name>Trade name</cbc:Name></cac:PartyName>
<cac:PostalAddress><cbc:StreetName>Main 1</cbc:StreetName><cbc:CityName>Bonn</cbc:CityName><cbc:PostalZone>53111</cbc:PostalZone>
<cac:Country><cbc:IdentificationCode>DE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
<cac:PartyTaxScheme><cbc:CompanyID>DE123</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
<cac:PartyLegalEntity><cbc:RegistrationName>{name}</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party>"""
_UBL = f"""<?xml version="1.0" encoding="UTF-8"?>
<{{kind}} {{root}}><cbc:ID>R-1</cbc:ID><cbc:IssueDate>2024-05-01</cbc:IssueDate><cbc:DueDate>2024-05-31</cbc:DueDate>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty>{_UBL_PARTY.format(name="Seller GmbH")}</cac:AccountingSupplierParty>
<cac:AccountingCustomerParty>{_UBL_PARTY.format(name="Buyer AG")}</cac:AccountingCustomerParty>
<cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>DE02120300000000202051</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">1.90</cbc:TaxAmount></cac:TaxTotal>
<cac:TaxTotal><cbc:TaxAmount currencyID="SEK">21.00</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="EUR">10.00</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="EUR">11.90</cbc:TaxInclusiveAmount></cac:LegalMonetaryTotal>
<cac:{{kind}}Line><cbc:ID>1</cbc:ID><cbc:{{quantity}} unitCode="H87">2</cbc:{{quantity}}>
<cbc:LineExtensionAmount currencyID="EUR">10.00</cbc:LineExtensionAmount><cac:Item><cbc:Name>Bolt</cbc:Name></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="EUR">5.00</cbc:PriceAmount></cac:Price></cac:{{kind}}Line></{{kind}}>"""
_CII = """<rsm:{root} xmlns:rsm="urn:r" xmlns:ram="urn:a" xmlns:udt="urn:u">
<rsm:{head}><ram:ID>R-1</ram:ID><ram:IssueDateTime><udt:DateTimeString format="102">20240501</udt:DateTimeString></ram:IssueDateTime>
</rsm:{head}>
<rsm:{trade}><ram:{agreement}><ram:SellerTradeParty><ram:Name>Seller GmbH</ram:Name><ram:PostalTradeAddress>
<ram:PostcodeCode>53111</ram:PostcodeCode><ram:LineOne>Main 1</ram:LineOne>
<ram:CityName>Bonn</ram:CityName><ram:CountryID>DE</ram:CountryID>
</ram:PostalTradeAddress><ram:SpecifiedTaxRegistration><ram:ID schemeID="FC">77/1</ram:ID></ram:SpecifiedTaxRegistration>
<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">DE123</ram:ID></ram:SpecifiedTaxRegistration></ram:SellerTradeParty>
<ram:BuyerTradeParty><ram:Name>Buyer AG</ram:Name></ram:BuyerTradeParty></ram:{agreement}>
<ram:{settlement}><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:SpecifiedTradeSettlementPaymentMeans><ram:PayeePartyCreditorFinancialAccount><ram:IBANID>DE02120300000000202051</ram:IBANID>
</ram:PayeePartyCreditorFinancialAccount></ram:SpecifiedTradeSettlementPaymentMeans>
<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime><udt:DateTimeString format="102">20240531</udt:DateTimeString></ram:DueDateDateTime>
</ram:SpecifiedTradePaymentTerms><ram:{summation}><ram:TaxBasisTotalAmount>10.00</ram:TaxBasisTotalAmount>
<ram:TaxTotalAmount currencyID="EUR">1.90</ram:TaxTotalAmount><ram:TaxTotalAmount currencyID="SEK">21.00</ram:TaxTotalAmount>
<ram:GrandTotalAmount>11.90</ram:GrandTotalAmount></ram:{summation}></ram:{settlement}>
<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID></ram:AssociatedDocumentLineDocument>
<ram:SpecifiedTradeProduct><ram:Name>Bolt</ram:Name></ram:SpecifiedTradeProduct>
<ram:{line_agreement}><ram:NetPriceProductTradePrice><ram:ChargeAmount>5.00</ram:ChargeAmount></ram:NetPriceProductTradePrice>
</ram:{line_agreement}>
<ram:{line_delivery}><ram:BilledQuantity unitCode="H87">2</ram:BilledQuantity></ram:{line_delivery}>
<ram:{line_settlement}><ram:{line_summation}><ram:LineTotalAmount>10.00</ram:LineTotalAmount></ram:{line_summation}>
</ram:{line_settlement}>
</ram:IncludedSupplyChainTradeLineItem></rsm:{trade}></rsm:{root}>"""


def _ubl(kind: str, quantity: str) -> str:
    return _UBL.format(kind=kind, root=_UBL_ROOT.format(kind), quantity=quantity)


_INVOICES = {
    "UBL invoice": _ubl("Invoice", "InvoicedQuantity"),
    "UBL credit note": _ubl("CreditNote", "CreditedQuantity"),
    "CII": _CII.format(
        root="CrossIndustryInvoice",
        head="ExchangedDocument",
        trade="SupplyChainTradeTransaction",
        agreement="ApplicableHeaderTradeAgreement",
        settlement="ApplicableHeaderTradeSettlement",
        summation="SpecifiedTradeSettlementHeaderMonetarySummation",
        line_agreement="SpecifiedLineTradeAgreement",
        line_delivery="SpecifiedLineTradeDelivery",
        line_settlement="SpecifiedLineTradeSettlement",
        line_summation="SpecifiedTradeSettlementLineMonetarySummation",
    ),
    "ZUGFeRD 1": _CII.format(
        root="CrossIndustryDocument",
        head="HeaderExchangedDocument",
        trade="SpecifiedSupplyChainTradeTransaction",
        agreement="ApplicableSupplyChainTradeAgreement",
        settlement="ApplicableSupplyChainTradeSettlement",
        summation="SpecifiedTradeSettlementMonetarySummation",
        line_agreement="SpecifiedSupplyChainTradeAgreement",
        line_delivery="SpecifiedSupplyChainTradeDelivery",
        line_settlement="SpecifiedSupplyChainTradeSettlement",
        line_summation="SpecifiedTradeSettlementMonetarySummation",
    ),
}


def _roles(document: Document) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for datum in document.data:
        found.setdefault(datum.role, (datum.text, datum.qualifier))
    return found


@pytest.mark.parametrize("standard", _INVOICES)
def test_invoices_are_read_by_meaning(tmp_path: Path, standard: str) -> None:
    """The same invoice has the same roles and values in every standard."""
    document = read(tmp_path, _INVOICES[standard], "a.xml")
    roles = _roles(document)
    expected = {
        "invoice.number": ("R-1", ""),
        "invoice.date": ("2024-05-01", ""),
        "invoice.due_date": ("2024-05-31", ""),
        "invoice.currency": ("EUR", ""),
        "seller.name": ("Seller GmbH", ""),
        "seller.address": ("Main 1\n53111 Bonn\nDE", ""),
        "buyer.name": ("Buyer AG", ""),
        "totals.net": ("10.00", "EUR"),
        "totals.tax": ("1.90", "EUR"),
        "totals.gross": ("11.90", "EUR"),
        "payment.iban": ("DE02120300000000202051", ""),
        "lines[].quantity": ("2", "H87"),
    }
    assert {role: roles[role] for role in expected} == expected
    assert roles["seller.vat_id"][0] == "DE123"
    assert [datum.text for datum in document.data if datum.role == "totals.tax"] == ["1.90"]
    assert len({datum.path for datum in document.data}) == len(document.data)


@pytest.mark.parametrize("standard", _INVOICES)
def test_their_lines_are_a_table(tmp_path: Path, standard: str) -> None:
    """One row per line under the terms' names, on the page too."""
    document = read(tmp_path, _INVOICES[standard], "a.xml")
    rows = [["Line", "Item", "Quantity", "Unit", "Unit price", "Net amount"], ["1", "Bolt", "2", "H87", "5.00", "10.00"]]
    assert texts(document.tables[0]) == rows
    shown = lines(document.pages[0])
    assert "Invoice number: R-1" in shown
    assert "Total amount with VAT: 11.90 EUR" in shown
    assert shown[-2:] == [" ".join(row) for row in rows]


def test_an_order_is_no_invoice(tmp_path: Path) -> None:
    """A UBL order's number is an order's number."""
    content = f"<Order {_UBL_ROOT.format('Order')}><cbc:ID>PO-9</cbc:ID></Order>"
    assert _roles(read(tmp_path, content, "a.xml")) == {"order.number": ("PO-9", "")}


def test_other_files_are_read_by_their_names(tmp_path: Path) -> None:
    """Elements and attributes are data with XPaths by local names; repeated elements are a table."""
    content = (
        '<o:order xmlns:o="urn:x" date="2024-01-01"><o:customerName>Ann &amp; Co</o:customerName>'
        '<o:items><o:item n="1"><o:price currencyID="EUR">1.0</o:price></o:item><o:item n="2"/></o:items><o:note/></o:order>'
    )
    document = read(tmp_path, content, "a.xml")
    assert [(datum.path, datum.label, datum.text, datum.qualifier) for datum in document.data] == [
        ("/order/@date", "date", "2024-01-01", ""),
        ("/order/customerName", "customer name", "Ann & Co", ""),
        ("/order/items/item[1]/@n", "n", "1", ""),
        ("/order/items/item[1]/price", "price", "1.0", "EUR"),
        ("/order/items/item[2]/@n", "n", "2", ""),
        ("/order/note", "order note", "", ""),
    ]
    assert texts(document.tables[0]) == [["n", "price"], ["1", "1.0"], ["2", ""]]


_LAUGHS = "".join(f'<!ENTITY {name} "' + f"&{inner};" * 10 + '">' for name, inner in zip("bcdefghij", "abcdefghi", strict=True))


@pytest.mark.parametrize(
    ("content", "category"),
    [
        ("<x><y></x>", FailureCategory.CORRUPT),
        ("<?xml version='1.0'?><a/>", FailureCategory.EMPTY),
        (f'<!DOCTYPE x [<!ENTITY a "ha">{_LAUGHS}]><x>&j;</x>', FailureCategory.UNSAFE),
        ('<!DOCTYPE x [<!ENTITY a "' + "x" * 10_000 + '">]><x>' + "&a;" * 1000 + "</x>", FailureCategory.UNSAFE),
        (f'<!DOCTYPE x [<!ENTITY a "ha">{_LAUGHS}]><x y="&j;"/>', FailureCategory.UNSAFE),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>', FailureCategory.UNSAFE),
        ('<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd">%p;]><x>1</x>', FailureCategory.UNSAFE),
        ("<x>" * 230 + "1" + "</x>" * 230, FailureCategory.UNSAFE),
        ("<x>" * 100_000, FailureCategory.UNSAFE),
        ("<x " + " ".join(f'a{i}="1"' for i in range(2000)) + "/>", FailureCategory.UNSAFE),
    ],
)
def test_broken_and_hostile_files_are_refused(tmp_path: Path, content: str, category: FailureCategory) -> None:
    """Nothing is expanded, fetched or followed to great depth."""
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, content, "a.xml")
    assert problem.value.category is category


def test_a_document_type_alone_does_no_harm(tmp_path: Path) -> None:
    """A file that names its document type is read, without fetching it."""
    assert read(tmp_path, '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x><y>1</y></x>', "a.xml").data[0].text == "1"


def test_too_many_values_are_too_large(tmp_path: Path) -> None:
    """The bound on words holds for values."""
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, f"<x>{'<y>1</y>' * 20}</x>", "a.xml", Limits(max_words=10))
    assert problem.value.category is FailureCategory.TOO_LARGE
