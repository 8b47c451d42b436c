"""Where OASIS UBL 2 invoices, credit notes and orders keep what.

Source: http://docs.oasis-open.org/ubl/UBL-2.3.html and the Peppol BIS Billing 3.0 syntax mapping.
"""

from __future__ import annotations

from dataclasses import replace

from sheaf.documents.xml.einvoice import Standard

_TOTAL = "LegalMonetaryTotal|AnticipatedMonetaryTotal"
_SELLER = "AccountingSupplierParty|SellerSupplierParty/Party"
_BUYER = "AccountingCustomerParty|BuyerCustomerParty/Party"


def _party(role: str, path: str) -> tuple[tuple[str, str], ...]:
    return (
        (f"{role}.name", f"{path}/PartyLegalEntity/RegistrationName"),
        (f"{role}.name", f"{path}[not(PartyLegalEntity/RegistrationName)]/PartyName/Name"),
        (f"{role}.vat_id", f"{path}/PartyTaxScheme[TaxScheme/ID='VAT' or not(TaxScheme/ID)]/CompanyID"),
        (f"{role}.tax_id", f"{path}/PartyTaxScheme/CompanyID"),
        (f"{role}.registration_id", f"{path}/PartyLegalEntity/CompanyID"),
        (f"{role}.number", f"{path}/PartyIdentification/ID"),
        (f"{role}.street", f"{path}/PostalAddress/StreetName"),
        (f"{role}.postcode", f"{path}/PostalAddress/PostalZone"),
        (f"{role}.city", f"{path}/PostalAddress/CityName"),
        (f"{role}.country", f"{path}/PostalAddress/Country/IdentificationCode"),
        (f"{role}.contact", f"{path}/Contact/Name"),
        (f"{role}.phone", f"{path}/Contact/Telephone"),
        (f"{role}.email", f"{path}/Contact/ElectronicMail"),
    )


_FIELDS = (
    ("invoice.due_date", "DueDate"),
    ("invoice.due_date", "PaymentMeans|PaymentTerms/PaymentDueDate"),
    ("invoice.type", "InvoiceTypeCode|CreditNoteTypeCode|OrderTypeCode"),
    ("invoice.currency", "DocumentCurrencyCode"),
    ("invoice.note", "Note"),
    ("invoice.buyer_reference", "BuyerReference|CustomerReference"),
    ("order.number", "OrderReference/ID"),
    ("contract.number", "ContractDocumentReference|Contract/ID"),
    ("project.number", "ProjectReference/ID"),
    ("delivery.date", "Delivery/ActualDeliveryDate"),
    ("delivery.name", "Delivery/DeliveryParty/PartyName/Name"),
    ("delivery.note_number", "DespatchDocumentReference/ID"),
    ("period.start", "InvoicePeriod/StartDate"),
    ("period.end", "InvoicePeriod/EndDate"),
    *_party("seller", _SELLER),
    *_party("buyer", _BUYER),
    ("payee.name", "PayeeParty/PartyName/Name"),
    ("totals.lines", f"{_TOTAL}/LineExtensionAmount"),
    ("totals.allowances", f"{_TOTAL}/AllowanceTotalAmount"),
    ("totals.charges", f"{_TOTAL}/ChargeTotalAmount"),
    ("totals.net", f"{_TOTAL}/TaxExclusiveAmount"),
    ("totals.gross", f"{_TOTAL}/TaxInclusiveAmount"),
    ("totals.prepaid", f"{_TOTAL}/PrepaidAmount"),
    ("totals.due", f"{_TOTAL}/PayableAmount"),
    # A second total may stand in the currency that taxes are accounted in.
    ("totals.tax", "TaxTotal/TaxAmount[not(@currencyID) or @currencyID = /*/DocumentCurrencyCode or not(/*/DocumentCurrencyCode)]"),
    ("taxes[].rate", "TaxTotal/TaxSubtotal/TaxCategory/Percent"),
    ("taxes[].basis", "TaxTotal/TaxSubtotal/TaxableAmount"),
    ("taxes[].amount", "TaxTotal/TaxSubtotal/TaxAmount"),
    ("payment.iban", "PaymentMeans/PayeeFinancialAccount/ID"),
    ("payment.account_name", "PaymentMeans/PayeeFinancialAccount/Name"),
    ("payment.bic", "PaymentMeans/PayeeFinancialAccount/FinancialInstitutionBranch/ID"),
    ("payment.bic", "PaymentMeans/PayeeFinancialAccount/FinancialInstitutionBranch/FinancialInstitution/ID"),
    ("payment.reference", "PaymentMeans/PaymentID"),
    ("payment.means", "PaymentMeans/PaymentMeansCode"),
    ("payment.terms", "PaymentTerms/Note"),
)
_ADDRESSES = (
    ("seller.address", f"{_SELLER}/PostalAddress"),
    ("buyer.address", f"{_BUYER}/PostalAddress"),
    ("delivery.address", "Delivery/DeliveryLocation/Address"),
)
_ADDRESS_LINES = (
    ("StreetName", "BuildingNumber"),
    ("AdditionalStreetName",),
    ("AddressLine/Line",),
    ("PostalZone", "CityName"),
    ("CountrySubentity",),
    ("Country/IdentificationCode",),
)
_LINE_FIELDS = (
    ("lines[].number", "ID"),
    ("lines[].article_number", "Item/SellersItemIdentification/ID"),
    ("lines[].gtin", "Item/StandardItemIdentification/ID"),
    ("lines[].name", "Item/Name"),
    ("lines[].description", "Item/Description"),
    ("lines[].quantity", "InvoicedQuantity|CreditedQuantity|Quantity"),
    ("lines[].unit_price", "Price/PriceAmount"),
    ("lines[].tax_rate", "Item/ClassifiedTaxCategory/Percent"),
    ("lines[].net", "LineExtensionAmount"),
)

INVOICE = Standard(
    fields=(("invoice.number", "ID"), ("invoice.date", "IssueDate"), *_FIELDS),
    addresses=_ADDRESSES,
    address_lines=_ADDRESS_LINES,
    line="InvoiceLine|CreditNoteLine",
    line_fields=_LINE_FIELDS,
)
ORDER = replace(
    INVOICE,
    fields=(("order.number", "ID"), ("order.date", "IssueDate"), *_FIELDS),
    line="OrderLine/LineItem",
)
