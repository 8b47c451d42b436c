"""An electronic invoice as OASIS UBL 2.1 in the Peppol BIS Billing 3.0 profile; no page to look at, only XML."""

from __future__ import annotations

from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from tools.sample_documents.money import Bill, Item, item, plain
from tools.sample_documents.sample import Sample, Truth

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
INVOICE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
SPACES = {None: INVOICE, "cac": CAC, "cbc": CBC}
ROOT, CAC_, CBC_ = (ElementMaker(namespace=space, nsmap=SPACES) for space in (INVOICE, CAC, CBC))
#: UN/ECE recommendation 20.
UNITS = {"month": "MON", "hour": "HUR", "piece": "H87"}
BILL = Bill(
    [
        item("Kaisla Plan, construction scheduling, 40 users", "3", "month", "760.00", "25.5", "KP-40"),
        item("Data import from the former system", "14", "hour", "98.00", "25.5", "KS-IMP"),
        item("On-site training, half a day", "2", "piece", "540.00", "25.5", "KS-TRN"),
    ]
)


def sample() -> Sample:
    """Return the electronic invoice of Kaisla Software Oy."""
    truth = Truth(
        document_number="KS-2026-7719",
        date="2026-10-05",
        issuer="Kaisla Software Oy",
        recipient="Saimaan Rakennus Oy",
        total=str(BILL.gross),
        currency="EUR",
        due_date="2026-10-19",
        iban="FI0490550012003187",
    )
    return Sample(name="einvoice-kaisla.xml", data=_xml(), truth=truth, about="Finnish electronic invoice as UBL 2.1 XML (Peppol BIS)")


def _xml() -> bytes:
    root = ROOT.Invoice(
        CBC_.CustomizationID("urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"),
        CBC_.ProfileID("urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"),
        CBC_.ID("KS-2026-7719"),
        CBC_.IssueDate("2026-10-05"),
        CBC_.DueDate("2026-10-19"),
        CBC_.InvoiceTypeCode("380"),
        CBC_.DocumentCurrencyCode("EUR"),
        CBC_.BuyerReference("Site office Imatra"),
        CAC_.AccountingSupplierParty(_party("Kaisla Software Oy", "Koivukatu 5", "Tampere", "33100", "FI21846304")),
        CAC_.AccountingCustomerParty(_party("Saimaan Rakennus Oy", "Satamatie 22", "Lappeenranta", "53900", "FI29517302")),
        CAC_.PaymentMeans(CBC_.PaymentMeansCode("30"), CBC_.PaymentID("77190"), CAC_.PayeeFinancialAccount(CBC_.ID("FI0490550012003187"))),
        CAC_.PaymentTerms(CBC_.Note("14 days net")),
        _taxes(),
        _totals(),
        *(_line(number, line) for number, line in enumerate(BILL.items, 1)),
    )
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _money(name: str, value: object) -> Any:
    return CBC_(name, str(value), currencyID="EUR")


def _party(name: str, street: str, city: str, code: str, vat: str) -> Any:
    business = f"{vat[2:9]}-{vat[9]}"
    return CAC_.Party(
        CBC_.EndpointID(f"0037{vat[2:]}", schemeID="0216"),
        CAC_.PartyName(CBC_.Name(name)),
        CAC_.PostalAddress(
            CBC_.StreetName(street), CBC_.CityName(city), CBC_.PostalZone(code), CAC_.Country(CBC_.IdentificationCode("FI"))
        ),
        CAC_.PartyTaxScheme(CBC_.CompanyID(vat), _vat()),
        CAC_.PartyLegalEntity(CBC_.RegistrationName(name), CBC_.CompanyID(business, schemeID="0212")),
    )


def _vat() -> Any:
    return CAC_.TaxScheme(CBC_.ID("VAT"))


def _taxes() -> Any:
    subtotals = [
        CAC_.TaxSubtotal(
            _money("TaxableAmount", net),
            _money("TaxAmount", tax),
            CAC_.TaxCategory(CBC_.ID("S"), CBC_.Percent(plain(rate)), _vat()),
        )
        for rate, net, tax in BILL.taxes
    ]
    return CAC_.TaxTotal(_money("TaxAmount", BILL.tax), *subtotals)


def _totals() -> Any:
    return CAC_.LegalMonetaryTotal(
        _money("LineExtensionAmount", BILL.net),
        _money("TaxExclusiveAmount", BILL.net),
        _money("TaxInclusiveAmount", BILL.gross),
        _money("PayableAmount", BILL.gross),
    )


def _line(number: int, line: Item) -> Any:
    return CAC_.InvoiceLine(
        CBC_.ID(str(number)),
        CBC_.InvoicedQuantity(plain(line.quantity), unitCode=UNITS[line.unit]),
        _money("LineExtensionAmount", line.net),
        CAC_.Item(
            CBC_.Name(line.text),
            CAC_.SellersItemIdentification(CBC_.ID(line.code)),
            CAC_.ClassifiedTaxCategory(CBC_.ID("S"), CBC_.Percent(plain(line.rate)), _vat()),
        ),
        CAC_.Price(_money("PriceAmount", line.price)),
    )
