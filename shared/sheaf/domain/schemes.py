"""Schemes that numbers belong to, and what their check digits are computed by: one line each.

``modules`` are modules of python-stdnum, the library that knows them; a number is valid when one of them says so. ``lengths`` are those
of the number without spaces and marks. ``weak`` schemes have one check digit or none, so that one number in ten fits by chance: they count
where a label points at them. ``words`` are what names of fields call them, in the lexicon's spelling.
"""

from __future__ import annotations

from typing import NamedTuple


class Scheme(NamedTuple):
    """One scheme of numbers."""

    title: str
    modules: tuple[str, ...]
    lengths: frozenset[int]
    words: tuple[str, ...] = ()
    weak: bool = True


def _scheme(title: str, modules: str, lengths: str, words: str = "", *, weak: bool = True) -> Scheme:
    first_to_last = [tuple(map(int, part.split("-"))) for part in lengths.split()]
    among = frozenset(length for part in first_to_last for length in range(part[0], part[-1] + 1))
    return Scheme(title, tuple(modules.split()), among, tuple(word for word in words.split("|") if word), weak)


SCHEMES = {
    # accounts and payments
    "iban": _scheme("International bank account number (ISO 13616)", "iban", "15-34", "iban", weak=False),
    "bic": _scheme("Business identifier code of banks (ISO 9362)", "bic", "8 11", "bic|swift"),
    "creditor_reference": _scheme("Structured creditor reference (ISO 11649)", "iso11649", "5-25", "creditor reference|rf reference|rf"),
    "ch_qr_reference": _scheme("Swiss payment reference (QRR, ESR)", "ch.esr", "27", "qr referenz|qr reference|qrr|esr"),
    "be_ogm": _scheme(
        "Belgian structured communication", "be.ogm_vcs", "12", "structured communication|gestructureerde mededeling|ogm|vcs"
    ),
    "us_rtn": _scheme("US bank routing number (ABA)", "us.rtn", "9", "routing no|aba no|aba|rtn"),
    "es_ccc": _scheme("Spanish account number (CCC)", "es.ccc", "20", "ccc"),
    "isin": _scheme("International securities identification number (ISO 6166)", "isin", "12", "isin", weak=False),
    "lei": _scheme("Legal entity identifier (ISO 17442)", "lei", "20", "lei|legal entity identifier", weak=False),
    "cusip": _scheme("North American securities number", "cusip", "9", "cusip"),
    "sedol": _scheme("London securities number", "gb.sedol", "7", "sedol"),
    "wkn": _scheme("German securities number", "de.wkn", "6", "wkn"),
    "figi": _scheme("Financial instrument global identifier", "figi", "12", "figi", weak=False),
    # goods and publications
    "ean": _scheme("Article number (GTIN, EAN, UPC)", "ean", "8 12-14", "ean|gtin|upc|barcode|strichcode|ean code|ean no|gtin no"),
    "isbn": _scheme("Book number (ISO 2108)", "isbn", "10 13", "isbn"),
    "issn": _scheme("Serial number (ISO 3297)", "issn", "8", "issn"),
    "imei": _scheme("Mobile equipment identity", "imei", "14-17", "imei"),
    "imo": _scheme("Ship identification number", "imo", "7 10", "imo no|imo"),
    "cas": _scheme("Chemical registry number", "casrn", "5-10", "cas no|cas"),
    # tax and trade registers
    "vat": _scheme("Value added tax number with its country's letters", "eu.vat gb.vat ch.vat ch.uid no.mva", "8-16", "vat id|vat no|vat"),
    "de_stnr": _scheme("German tax number", "de.stnr", "10-13", "steuernummer|steuer no"),
    "de_idnr": _scheme("German tax identification number", "de.idnr", "11", "steuer id|steueridentifikationsnummer|idno"),
    "de_leitweg": _scheme("German routing id of public buyers", "de.leitweg", "5-46", "leitweg id|leitweg"),
    "at_tin": _scheme("Austrian tax number", "at.tin", "9"),
    "fr_siren": _scheme("French company number", "fr.siren", "9", "siren|no siren"),
    "fr_siret": _scheme("French establishment number", "fr.siret", "14", "siret|no siret"),
    "fr_nir": _scheme("French social security number", "fr.nir", "15", "nir|no securite sociale|no de securite sociale"),
    "es_nif": _scheme("Spanish tax number (NIF, CIF, NIE)", "es.nif es.nie es.cif", "9", "nif|cif|nie|dni"),
    "es_cups": _scheme("Spanish supply point", "es.cups", "20 22", "cups"),
    "it_codice_fiscale": _scheme("Italian tax code", "it.codicefiscale it.iva", "11 16", "codice fiscale|cod fiscale"),
    "it_iva": _scheme("Italian VAT number", "it.iva", "11 13", "partita iva|p iva|piva"),
    "nl_btw": _scheme("Dutch VAT number", "nl.btw", "12 14", "btw no|btw id|btw"),
    "nl_bsn": _scheme("Dutch citizen number", "nl.bsn", "9", "bsn|burgerservicenummer"),
    "pt_nif": _scheme("Portuguese tax number", "pt.nif", "9 11", "nipc|contribuinte|no contribuinte"),
    "gb_utr": _scheme("British taxpayer reference", "gb.utr", "10", "utr"),
    "gb_nhs": _scheme("British health number", "gb.nhs", "10", "nhs no|nhs"),
    "ch_uid": _scheme("Swiss company number", "ch.uid", "12", "uid"),
    "be_nn": _scheme("Belgian national number", "be.nn", "11", "rijksregisternummer|no national"),
    "us_ein": _scheme("US employer number", "us.ein", "9", "ein|employer id|employer identification no"),
    "us_ssn": _scheme("US social security number", "us.ssn", "9", "ssn|social security no"),
    "ca_bn": _scheme("Canadian business number", "ca.bn", "9 15", "business no|gst hst no"),
    "br_cnpj": _scheme("Brazilian company number", "br.cnpj", "14", "cnpj", weak=False),
    "br_cpf": _scheme("Brazilian taxpayer number", "br.cpf", "11", "cpf", weak=False),
    "mx_rfc": _scheme("Mexican tax number", "mx.rfc", "10 12 13", "rfc"),
    "ar_cuit": _scheme("Argentinian tax number", "ar.cuit", "11", "cuit"),
    "cl_rut": _scheme("Chilean tax number", "cl.rut", "8 9", "rut"),
    "co_nit": _scheme("Colombian tax number", "co.nit", "8-16", "nit"),
    "au_abn": _scheme("Australian business number", "au.abn", "11", "abn", weak=False),
    "au_acn": _scheme("Australian company number", "au.acn", "9", "acn"),
    "nz_ird": _scheme("New Zealand tax number", "nz.ird", "8 9", "ird no|ird"),
    "in_gstin": _scheme("Indian tax number (GSTIN)", "in_.gstin", "15", "gstin|gst no", weak=False),
    "in_pan": _scheme("Indian permanent account number", "in_.pan", "10", "pan|pan no"),
    "sg_uen": _scheme("Singaporean entity number", "sg.uen", "9 10", "uen"),
    "cn_uscc": _scheme("Chinese social credit code", "cn.uscc", "18", "uscc", weak=False),
    "jp_cn": _scheme("Japanese corporate number", "jp.cn", "13"),
    "kr_brn": _scheme("Korean business number", "kr.brn", "10", "brn"),
    "tr_vkn": _scheme("Turkish tax number", "tr.vkn", "10", "vkn|vergi no"),
    "za_idnr": _scheme("South African identity number", "za.idnr", "13"),
    "se_orgnr": _scheme("Swedish organisation number", "se.orgnr", "10", "organisationsnummer|org no"),
    "no_orgnr": _scheme("Norwegian organisation number", "no.orgnr", "9", "orgno|organisasjonsnummer"),
    "dk_cvr": _scheme("Danish company number", "dk.cvr", "8 10", "cvr|cvr no"),
    "fi_ytunnus": _scheme("Finnish business number", "fi.ytunnus", "8", "y tunnus|ytunnus"),
    "pl_nip": _scheme("Polish tax number", "pl.nip", "10 12", "nip"),
    "pl_regon": _scheme("Polish register number", "pl.regon", "9 14", "regon"),
    "isni": _scheme("Name identifier of people (ISNI, ORCID)", "isni", "16", "isni|orcid", weak=False),
}
