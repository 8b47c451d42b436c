"""Where UN/CEFACT Cross Industry Invoices keep what: Factur-X, ZUGFeRD 1 and 2, XRechnung's CII syntax, Order-X.

Source: https://fnfe-mpe.org/factur-x/ (Factur-X 1.07 and Order-X 1.0), https://www.ferd-net.de (ZUGFeRD 1.0, whose names differ).
"""

from __future__ import annotations

from dataclasses import replace

from sheaf.documents.xml.einvoice import Standard

_DOCUMENT = "ExchangedDocument|HeaderExchangedDocument"
_TRADE = "SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction"
_AGREEMENT = f"{_TRADE}/ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement"
_DELIVERY = f"{_TRADE}/ApplicableHeaderTradeDelivery|ApplicableSupplyChainTradeDelivery"
_SETTLEMENT = f"{_TRADE}/ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement"
_TOTAL = f"{_SETTLEMENT}/SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation"
_MEANS = f"{_SETTLEMENT}/SpecifiedTradeSettlementPaymentMeans"
_SHIP_TO = f"{_DELIVERY}/ShipToTradeParty"
_CURRENCY = "InvoiceCurrencyCode|OrderCurrencyCode"


def _party(role: str, path: str) -> tuple[tuple[str, str], ...]:
    return (
        (f"{role}.name", f"{path}/Name"),
        (f"{role}.vat_id", f"{path}/SpecifiedTaxRegistration/ID[@schemeID='VA']"),
        (f"{role}.tax_id", f"{path}/SpecifiedTaxRegistration/ID"),
        (f"{role}.registration_id", f"{path}/SpecifiedLegalOrganization/ID"),
        (f"{role}.number", f"{path}/ID"),
        (f"{role}.street", f"{path}/PostalTradeAddress/LineOne"),
        (f"{role}.postcode", f"{path}/PostalTradeAddress/PostcodeCode"),
        (f"{role}.city", f"{path}/PostalTradeAddress/CityName"),
        (f"{role}.country", f"{path}/PostalTradeAddress/CountryID"),
        (f"{role}.contact", f"{path}/DefinedTradeContact/PersonName"),
        (f"{role}.phone", f"{path}/DefinedTradeContact/TelephoneUniversalCommunication/CompleteNumber"),
        (f"{role}.email", f"{path}/DefinedTradeContact/EmailURIUniversalCommunication/URIID"),
    )


_FIELDS = (
    ("invoice.type", f"{_DOCUMENT}/TypeCode"),
    ("invoice.note", f"{_DOCUMENT}/IncludedNote/Content"),
    ("invoice.due_date", f"{_SETTLEMENT}/SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString"),
    ("invoice.currency", f"{_SETTLEMENT}/{_CURRENCY}"),
    ("invoice.buyer_reference", f"{_AGREEMENT}/BuyerReference"),
    ("order.number", f"{_AGREEMENT}/BuyerOrderReferencedDocument/IssuerAssignedID|ID"),
    ("contract.number", f"{_AGREEMENT}/ContractReferencedDocument/IssuerAssignedID|ID"),
    ("project.number", f"{_AGREEMENT}/SpecifiedProcuringProject/ID"),
    ("delivery.date", f"{_DELIVERY}/ActualDeliverySupplyChainEvent/OccurrenceDateTime/DateTimeString"),
    ("delivery.name", f"{_SHIP_TO}/Name"),
    ("delivery.note_number", f"{_DELIVERY}/DespatchAdviceReferencedDocument|DeliveryNoteReferencedDocument/IssuerAssignedID|ID"),
    ("period.start", f"{_SETTLEMENT}/BillingSpecifiedPeriod/StartDateTime/DateTimeString"),
    ("period.end", f"{_SETTLEMENT}/BillingSpecifiedPeriod/EndDateTime/DateTimeString"),
    *_party("seller", f"{_AGREEMENT}/SellerTradeParty"),
    *_party("buyer", f"{_AGREEMENT}/BuyerTradeParty"),
    ("payee.name", f"{_SETTLEMENT}/PayeeTradeParty/Name"),
    ("totals.lines", f"{_TOTAL}/LineTotalAmount"),
    ("totals.allowances", f"{_TOTAL}/AllowanceTotalAmount"),
    ("totals.charges", f"{_TOTAL}/ChargeTotalAmount"),
    ("totals.net", f"{_TOTAL}/TaxBasisTotalAmount"),
    ("totals.gross", f"{_TOTAL}/GrandTotalAmount"),
    ("totals.prepaid", f"{_TOTAL}/TotalPrepaidAmount"),
    ("totals.due", f"{_TOTAL}/DuePayableAmount"),
    # A second total may stand in the currency that taxes are accounted in.
    ("totals.tax", f"{_TOTAL}/TaxTotalAmount[not(@currencyID) or @currencyID = /*/{_SETTLEMENT}/{_CURRENCY}]"),
    ("taxes[].rate", f"{_SETTLEMENT}/ApplicableTradeTax/RateApplicablePercent|ApplicablePercent"),
    ("taxes[].basis", f"{_SETTLEMENT}/ApplicableTradeTax/BasisAmount"),
    ("taxes[].amount", f"{_SETTLEMENT}/ApplicableTradeTax/CalculatedAmount"),
    ("payment.iban", f"{_MEANS}/PayeePartyCreditorFinancialAccount/IBANID"),
    ("payment.account_name", f"{_MEANS}/PayeePartyCreditorFinancialAccount/AccountName"),
    ("payment.bic", f"{_MEANS}/PayeeSpecifiedCreditorFinancialInstitution/BICID"),
    ("payment.reference", f"{_SETTLEMENT}/PaymentReference"),
    ("payment.means", f"{_MEANS}/TypeCode"),
    ("payment.terms", f"{_SETTLEMENT}/SpecifiedTradePaymentTerms/Description"),
)
_ADDRESSES = (
    ("seller.address", f"{_AGREEMENT}/SellerTradeParty/PostalTradeAddress"),
    ("buyer.address", f"{_AGREEMENT}/BuyerTradeParty/PostalTradeAddress"),
    ("delivery.address", f"{_SHIP_TO}/PostalTradeAddress"),
)
_ADDRESS_LINES = (("LineOne",), ("LineTwo",), ("LineThree",), ("PostcodeCode", "CityName"), ("CountrySubDivisionName",), ("CountryID",))
_LINE_AGREEMENT = "SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement"
_LINE_DELIVERY = "SpecifiedLineTradeDelivery|SpecifiedSupplyChainTradeDelivery"
_LINE_SETTLEMENT = "SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement"
_LINE_TOTAL = "SpecifiedTradeSettlementLineMonetarySummation|SpecifiedTradeSettlementMonetarySummation"
_LINE_FIELDS = (
    ("lines[].number", "AssociatedDocumentLineDocument/LineID"),
    ("lines[].article_number", "SpecifiedTradeProduct/SellerAssignedID"),
    ("lines[].gtin", "SpecifiedTradeProduct/GlobalID"),
    ("lines[].name", "SpecifiedTradeProduct/Name"),
    ("lines[].description", "SpecifiedTradeProduct/Description"),
    ("lines[].quantity", f"{_LINE_DELIVERY}/BilledQuantity|RequestedQuantity"),
    ("lines[].unit_price", f"{_LINE_AGREEMENT}/NetPriceProductTradePrice/ChargeAmount"),
    ("lines[].tax_rate", f"{_LINE_SETTLEMENT}/ApplicableTradeTax/RateApplicablePercent|ApplicablePercent"),
    ("lines[].net", f"{_LINE_SETTLEMENT}/{_LINE_TOTAL}/LineTotalAmount"),
)
_LINE = f"{_TRADE}/IncludedSupplyChainTradeLineItem"

INVOICE = Standard(
    fields=(("invoice.number", f"{_DOCUMENT}/ID"), ("invoice.date", f"{_DOCUMENT}/IssueDateTime/DateTimeString"), *_FIELDS),
    addresses=_ADDRESSES,
    address_lines=_ADDRESS_LINES,
    line=_LINE,
    line_fields=_LINE_FIELDS,
)
ORDER = replace(
    INVOICE,
    fields=(("order.number", f"{_DOCUMENT}/ID"), ("order.date", f"{_DOCUMENT}/IssueDateTime/DateTimeString"), *_FIELDS),
)
