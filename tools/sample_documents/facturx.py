"""Factur-X/ZUGFeRD: an invoice as UN/CEFACT Cross Industry Invoice XML (profile EN 16931), and its place inside a PDF."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pikepdf
from lxml import etree
from lxml.builder import ElementMaker
from PIL import ImageCms

from tools.sample_documents.money import Bill, Item, plain

RSM = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
UDT = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
PROFILE = "urn:cen.eu:en16931:2017"
FX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
SPACES = {"rsm": RSM, "ram": RAM, "udt": UDT}
RSM_, RAM_, UDT_ = (ElementMaker(namespace=space, nsmap=SPACES) for space in (RSM, RAM, UDT))
#: UN/ECE recommendation 20.
UNITS = {"Stk": "H87", "Std": "HUR"}
MOMENT = "2026-10-19T09:30:00+02:00"


def cross_industry_invoice(bill: Bill) -> bytes:
    """Return the German sample invoice as XML."""
    root = RSM_.CrossIndustryInvoice(
        RSM_.ExchangedDocumentContext(RAM_.GuidelineSpecifiedDocumentContextParameter(RAM_.ID(PROFILE))),
        RSM_.ExchangedDocument(RAM_.ID("RE-2026-10482"), RAM_.TypeCode("380"), RAM_.IssueDateTime(_day("20261019"))),
        RSM_.SupplyChainTradeTransaction(
            *(_line(n, line) for n, line in enumerate(bill.items, 1)), _agreement(), _delivery(), _settlement(bill)
        ),
    )
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def attach(pdf: bytes, xml: bytes, *, number: str, seller: str) -> bytes:
    """Return the PDF with the invoice inside, marked as PDF/A-3 and Factur-X in its metadata."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        _embed(document, xml)
        _describe(document, number, seller)
        _colour(document)
        document.save(out, deterministic_id=True)
    return out.getvalue()


def _embed(document: pikepdf.Pdf, xml: bytes) -> None:
    stream = document.make_stream(xml, Type=pikepdf.Name.EmbeddedFile, Subtype=pikepdf.Name("/text/xml"))
    stream.Params = pikepdf.Dictionary(Size=len(xml), ModDate="D:20261019093000+02'00'")
    spec = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec,
            F="factur-x.xml",
            UF="factur-x.xml",
            Desc="Invoice as Factur-X/ZUGFeRD XML",
            AFRelationship=pikepdf.Name.Alternative,
            EF=pikepdf.Dictionary(F=stream, UF=stream),
        )
    )
    document.Root.AF = document.make_indirect(pikepdf.Array([spec]))
    document.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("factur-x.xml"), spec])))


def _describe(document: pikepdf.Pdf, number: str, seller: str) -> None:
    with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=True) as metadata:
        metadata["pdfaid:part"] = "3"
        metadata["pdfaid:conformance"] = "B"
        metadata["dc:title"] = f"Rechnung {number}"
        metadata["dc:creator"] = [seller]
        metadata["xmp:CreateDate"] = MOMENT
        metadata["xmp:ModifyDate"] = MOMENT
        metadata.register_xml_namespace(FX, "fx")
        entries = {"DocumentType": "INVOICE", "DocumentFileName": "factur-x.xml", "Version": "1.0", "ConformanceLevel": "EN 16931"}
        for key, value in entries.items():
            metadata[f"{{{FX}}}{key}"] = value


def _colour(document: pikepdf.Pdf) -> None:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes.fromhex("07ea000a0013000900000000")
    stream = document.make_stream(bytes(profile), N=3)
    intent = pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent,
        S=pikepdf.Name("/GTS_PDFA1"),
        OutputConditionIdentifier="sRGB",
        Info="sRGB",
        DestOutputProfile=stream,
    )
    document.Root.OutputIntents = pikepdf.Array([document.make_indirect(intent)])


def _line(number: int, line: Item) -> Any:
    return RAM_.IncludedSupplyChainTradeLineItem(
        RAM_.AssociatedDocumentLineDocument(RAM_.LineID(str(number))),
        RAM_.SpecifiedTradeProduct(RAM_.SellerAssignedID(line.code), RAM_.Name(line.text)),
        RAM_.SpecifiedLineTradeAgreement(RAM_.NetPriceProductTradePrice(RAM_.ChargeAmount(str(line.price)))),
        RAM_.SpecifiedLineTradeDelivery(RAM_.BilledQuantity(plain(line.quantity), unitCode=UNITS[line.unit])),
        RAM_.SpecifiedLineTradeSettlement(
            RAM_.ApplicableTradeTax(RAM_.TypeCode("VAT"), RAM_.CategoryCode("S"), RAM_.RateApplicablePercent(plain(line.rate))),
            RAM_.SpecifiedTradeSettlementLineMonetarySummation(RAM_.LineTotalAmount(str(line.net))),
        ),
    )


def _agreement() -> Any:
    seller = RAM_.SellerTradeParty(
        RAM_.Name("Lindenhof Werkzeugbau GmbH"),
        _address("45701", "Am Eichkamp 14", "Herten"),
        RAM_.SpecifiedTaxRegistration(RAM_.ID("DE287416303", schemeID="VA")),
    )
    buyer = RAM_.BuyerTradeParty(
        RAM_.ID("10774"), RAM_.Name("Maschinenfabrik Ostertag & Söhne KG"), _address("73430", "Industriestraße 88", "Aalen")
    )
    return RAM_.ApplicableHeaderTradeAgreement(seller, buyer)


def _address(code: str, street: str, city: str) -> Any:
    return RAM_.PostalTradeAddress(RAM_.PostcodeCode(code), RAM_.LineOne(street), RAM_.CityName(city), RAM_.CountryID("DE"))


def _delivery() -> Any:
    return RAM_.ApplicableHeaderTradeDelivery(RAM_.ActualDeliverySupplyChainEvent(RAM_.OccurrenceDateTime(_day("20261015"))))


def _settlement(bill: Bill) -> Any:
    means = RAM_.SpecifiedTradeSettlementPaymentMeans(
        RAM_.TypeCode("58"), RAM_.PayeePartyCreditorFinancialAccount(RAM_.IBANID("DE66360999120418873200"))
    )
    terms = RAM_.SpecifiedTradePaymentTerms(RAM_.Description("Zahlbar ohne Abzug bis 18.11.2026"), RAM_.DueDateDateTime(_day("20261118")))
    taxes = [_tax(rate, net, tax) for rate, net, tax in bill.taxes]
    return RAM_.ApplicableHeaderTradeSettlement(
        RAM_.PaymentReference("RE-2026-10482"), RAM_.InvoiceCurrencyCode("EUR"), means, *taxes, terms, _summation(bill)
    )


def _tax(rate: Decimal, net: Decimal, tax: Decimal) -> Any:
    return RAM_.ApplicableTradeTax(
        RAM_.CalculatedAmount(str(tax)),
        RAM_.TypeCode("VAT"),
        RAM_.BasisAmount(str(net)),
        RAM_.CategoryCode("S"),
        RAM_.RateApplicablePercent(plain(rate)),
    )


def _summation(bill: Bill) -> Any:
    return RAM_.SpecifiedTradeSettlementHeaderMonetarySummation(
        RAM_.LineTotalAmount(str(bill.net)),
        RAM_.TaxBasisTotalAmount(str(bill.net)),
        RAM_.TaxTotalAmount(str(bill.tax), currencyID="EUR"),
        RAM_.GrandTotalAmount(str(bill.gross)),
        RAM_.DuePayableAmount(str(bill.gross)),
    )


def _day(digits: str) -> Any:
    return UDT_.DateTimeString(digits, format="102")
