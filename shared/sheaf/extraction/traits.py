"""What lines look like: organisations, addresses, titles, contact lines; in the words of several languages."""

from __future__ import annotations

import re
from functools import lru_cache

from sheaf.extraction.parsing.dates import find_dates
from sheaf.extraction.parsing.found import fold

_ORG = re.compile(
    r"(?<!\w)(?:gmbh(?: ?& ?co\.? ?kg)?|ag|kg|ohg|ug|e\.? ?k\.?|e\.? ?v\.?|se|inc\.?|incorporated|llc|"
    r"l\.l\.c\.?|llp|l\.?p\.?|ltd\.?|limited|plc|corp\.?|corporation|co\.|company|"
    r"sdn\.? ?bhd|bhd|pte\.?|pty\.?|s\.?a\.?r\.?l\.?|s\.?a\.?s\.?u?|s\.?a\.?|s\.?l\.?u?|s\.?r\.?l\.?s?|"
    r"s\.?p\.?a\.?|s\.?n\.?c\.?|s\.?a\.?s\.?|eurl|b\.?v\.?|n\.?v\.?|v\.?o\.?f\.?|lda\.?|ltda\.?|"
    r"a/s|aps|ab|oy|as|asa|sp\. ?z ?o\. ?o\.?|s\.r\.o\.|a\.s\.|kft|pvt|k\.k\.|s/b|enterprises?|trading|"
    r"holdings?|group|bank|university|foundation|association|partners|stiftung|verein|"
    r"praxis|kanzlei|praktijk|practice|clinic|klinik|clinique|clinica|cabinet|studio|hotel|restaurant|ristorante|restaurante|"
    r"boulangerie|backerei|bakkerij|panaderia|panificio|padaria|pasticceria|pharmacie|apotheke|farmacia|apotheek|pharmacy|"
    r"imprimerie|druckerei|drukkerij|tipografia|garage|autohaus|werkstatt|motors|services|solutions|systems|industries|"
    r"energie|energy|energia|stadtwerke|versicherung|assurances?|seguros|assicurazioni|verzekeringen|insurance|council|gemeente|"
    r"mairie|ayuntamiento|comune|camara|universitat|universite|universidad|universita|universiteit|universidade|hospital|spital|"
    r"krankenhaus|hopital|ospedale|ziekenhuis)(?!\w)",
)
_STRONG_ORG = re.compile(
    r"(?<!\w)(?:gmbh|inc|llc|l\.l\.c|ltd|limited|plc|corp|corporation|sdn\.? ?bhd|bhd|pte|pty|s\.?a\.?r\.?l|"
    r"s\.?r\.?l|s\.?p\.?a|b\.v|bv|lda|ltda|ohg|ug|gmbh & co\.? kg|sp\. z o\. ?o|s\.r\.o|kft|aps|a/s|eurl|"
    r"sasu|sas|e\.? ?k\.|ohg|kg|v\.o\.f|s\.n\.c|s\.l\.(?:[up]\.)?|s\.a\.(?:[su]\.)?|unipessoal)(?!\w)"
)
_POSTAL = re.compile(
    r"\b[A-Z]{2},?\s+\d{5}(?:-\d{4})?\b|\b(?:[A-Z]{1,2}-)?\d{5}\b(?=[,.]?\s+[^\W\d_][^\d]{2,}$)|"
    r"\b(?:[A-Z]{1,2}-)?\d{4,6}\s+[^\W\d_][^\d]{2,}$|\b[A-Z]{1,2}\d[A-Z\d]?\s+\d[A-Z]{2}\b|"
    r"\b\d{4}\s?[A-Z]{2}\b\s+[A-Z]|\b\d{4}-\d{3}\b|\b\d{2}-\d{3}\s+[A-Z]|\b[A-Z]\d[A-Z]\s?\d[A-Z]\d\b|\b\d{5}-\d{3}\b|[^\W\d_],?\s+\d{5,6}$"
)
_STREET = re.compile(
    r"\b(?:street|st|road|rd|avenue|ave|av|lane|ln|drive|dr|boulevard|blvd|bvd|way|court|ct|highway|hwy|suite|"
    r"ste|floor|flr|level|unit|building|bldg|park|square|sq|p\.?o\.? box|box|plaza|lot|block|blk|parkway|pkwy|"
    r"circle|place|terrace|"
    r"strasse|str|weg|platz|allee|gasse|ring|damm|ufer|postfach|rue|chemin|route|quai|impasse|cours|allee|bd|"
    r"cedex|zi|za|calle|avda|avenida|paseo|plaza|carrer|ctra|carretera|poligono|pol|apdo|"
    r"via|viale|piazza|corso|largo|vicolo|strada|loc|straat|laan|plein|gracht|kade|postbus|rua|travessa|praca|"
    r"estrada|alameda|jalan|jln|taman|lorong|kampung|bandar|persiaran|kawasan|seksyen|section|ul|ulica|"
    r"ulice)\b|\w{3,}(?:strasse|str\.|weg|platz|allee|gasse|straat|laan|plein|gracht|singel|dijk)\b|"
    r"\w{3,}str\.(?!\w)"
)
_CONTACT = re.compile(
    r"\b(?:tel|telephone|telefon|telefono|telefax|phone|fax|site|outlet|branch id|mobile|hp|email|e-mail|mail|"
    r"www|http|gst|vat|ust|reg|roc|co\. reg|iban|bic|swift|tva|"
    r"siret|nif|cif|p\.? ?iva|btw|kvk|hrb|steuer|hotline|whatsapps?|website|facebook)\b|"
    # Recognised text may lack the space behind: "GSTID:000", "Tel0345".
    r"\b(?:gst|vat|ust|tax)[ -]?id|\b(?:gst|vat|reg)no\b|\b(?:tel|fax|gst|reg)(?=\d{3})|@\w+\.|www\.|\.com\b"
)
_TITLE = re.compile(
    r"(?:(?:tax|sales|simplified|commercial|proforma|pro forma|official|cash|customer|final|original|"
    r"duplicate|copy|self billed|vat|tax-|e)[\s/-]*)*"
    r"(?:invoice|receipt|bill|statement|order|contract|quotation|quote|credit note|memo|agreement|delivery "
    r"note|purchase order|rechnung|gutschrift|lieferschein|angebot|quittung|mahnung|auftragsbestatigung|"
    r"facture|avoir|devis|recu|bon de commande|factura|recibo|albaran|presupuesto|fattura|ricevuta|scontrino|"
    r"preventivo|factuur|kassabon|offerte|fatura|documento commerciale|"
    r"payslip|pay slip|pay statement|earnings statement|gehaltsabrechnung|lohnabrechnung|bulletin de (?:paie|salaire)|nomina|"
    r"busta paga|cedolino|entgeltabrechnung|verdienstabrechnung|salarisspecificatie|pay advice|salary slip|wage slip|"
    r"recibo de (?:remuneracoes|salarios?|sueldo)|hoja de salarios?|"
    r"loonstrook|salarisstrook|recibo de vencimento|lonespecifikation|lonseddel|kontoauszug|releve de compte|"
    r"rekeningafschrift|estratto conto|"
    r"extracto|jahresabrechnung|abrechnung|pakbon|ddt|kreditnota|kreditfaktura|faktura|inkooporder|bestellung|creditfactuur|"
    r"nota de credito|"
    r"nota di credito|ordine|pedido|foljesedel|folgeseddel|"
    r"welcome|thank you|thanks|page|seite|document)(?:\s*(?:no|number|nr)?[.:#]?\s*)"
)
_TITLE_END = re.compile(
    r"\b(?:agreement|contract|invoice|form|receipt|order|certificate|job sheet|time sheet|statement of account|vertrag|contrat|contrato|"
    r"contratto)$"
)
_JOINING = [[word] for word in "for of and the to by de del der und et y e con with in für van von".split()]
_LOWERED = re.compile(r"\s+")


@lru_cache(maxsize=16_384)
def plain(text: str) -> str:
    """Folded, one space between words."""
    return _LOWERED.sub(" ", fold(text)).strip()


def is_organisation(text: str) -> bool:
    """Whether a legal form or a word for a business stands in it."""
    return _ORG.search(plain(text)) is not None


def has_legal_form(text: str) -> bool:
    """Whether an unmistakable legal form stands in it."""
    return _STRONG_ORG.search(plain(text)) is not None


def is_bare_form(text: str) -> bool:
    """Whether it is nothing but a legal form or the end of a name that begins on another line: "SDN BHD", "Inc", "& Co. KG"."""
    rest = re.sub(r"[\W_]", "", _ORG.sub("", plain(text)))
    return len(rest) <= 2 or (is_organisation(text) and ")" in text and "(" not in text)


def goes_on(text: str) -> bool:
    """Whether a text cannot end where it ends: a comma, an open bracket, a joining word."""
    low = plain(text)
    return low.endswith((",", "&", "-", "/", "+")) or low.count("(") > low.count(")") or low.split()[-1:] in _JOINING


def is_aside(text: str) -> bool:
    """Whether it is a remark about a name rather than the name: "(formerly known as …)"."""
    return (
        re.match(
            r"\W*(?:formerly|previously|trading as|d/?b/?a|t/a|c/o|a member of|a division of|member of|part of|"
            r"vormals|anciennement|welcome|powered by|thank)\b|\W*(?:firma|herrn?|frau|an|to|attn|attention|company|"
            r"messrs|monsieur|madame|senor|spett\.?\s?le|aan|de|von|from)\W*$",
            plain(text),
        )
        is not None
    )


def is_title(text: str) -> bool:
    """Whether it is the name of a kind of document, or a greeting."""
    low = plain(text).strip("*-= .:")
    return len(text.split()) <= 5 and (_TITLE.match(low) is not None or _TITLE_END.search(low) is not None)


def is_contact(text: str) -> bool:
    """Whether it tells how to reach or register someone: phone, mail, tax number."""
    return _CONTACT.search(plain(text)) is not None


@lru_cache(maxsize=16_384)
def address_score(text: str) -> float:
    """How much a line looks like part of an address: above 0 when more than not."""
    low = plain(text)
    score = -0.35
    score += 1.3 * (_POSTAL.search(text) is not None)
    score += 0.9 * (_STREET.search(low) is not None)
    score += 0.3 * (text.count(",") > 0)
    score += 0.3 * (re.match(r"(?:no\.?|lot|nr\.?)?\s*[\d-]+[a-z]?\b", low) is not None and any(c.isalpha() for c in low))
    score -= 2.0 * (is_contact(text) or is_registration(text) or is_bare_phone(text)) + 1.5 * has_legal_form(text) + 2.0 * is_title(text)
    score -= 1.5 * (bool(find_dates(text)) or re.search(r"\d\.\d\d\b", text) is not None)
    score -= 0.8 * (":" in text) + 1.0 * (len(text.split()) > 14) + 0.8 * (not any(c.isalpha() for c in text))
    return score


_HOUSE = re.compile(
    r"(?:(?:no|nr|num|number|lot|lots|unit|suite|shop|kiosk|level|lvl|floor|block|blk|ground|g|p\.?t|house|haus|apt|room|po box)\b\.?"
    r"[\s:#-]*)*[a-z]{0,3}[\s.-]?\d{1,5}[a-z]?(?:\s*[-/&,+.]\s*[a-z]{0,2}-?\d{1,5}[a-z]?|\s+\d{1,5}[a-z]?|-[a-z])*(?:\s+\w{1,2})?[\s,.]*$"
)


def opens_address(text: str) -> bool:
    """Whether a line is a bare house number, lot or floor, as stands over a street: "No. 31", "Lot 5 & 6", "12A"."""
    low = plain(text)
    return len(low) <= 24 and _HOUSE.match(low) is not None and not is_contact(text) and not find_dates(text) and not _CENTS.search(text)


def is_unit(text: str) -> bool:
    """Whether a line is one code of a few letters and digits, as lots and units of malls are: "PT17920", "A-G-06"."""
    code = text.strip(" .,#")
    return 1 < len(code) <= 10 and " " not in code and any(c.isdigit() for c in code) and any(c.isalpha() for c in code)


_CENTS = re.compile(r"\d[.,]\d\d(?!\d)")


def may_be_address(text: str) -> bool:
    """Whether nothing speaks against a line being part of an address: no contact, registration, title, firm, date or sum."""
    against = is_contact(text) or is_registration(text) or is_bare_phone(text) or is_title(text) or has_legal_form(text) or is_aside(text)
    return (
        not against
        and any(character.isalnum() for character in text)
        and not find_dates(text)
        and not _CENTS.search(text)
        and len(text.split()) <= 14
    )


_REGISTERED = re.compile(r"\(?\s*[a-z]{0,3}-?\d{5,}\s*-?\s*[a-z]?\s*\)?$|.*\(\s*[a-z]{0,3}-?\d{5,}\s*-?\s*[a-z]?\s*\)?$")


def is_bare_phone(text: str) -> bool:
    """Whether a line is nothing but a telephone number: at least seven digits, in groups."""
    return re.fullmatch(r"[+(]?\d[\d\s()/.-]{6,}", text.strip()) is not None and sum(map(str.isdigit, text)) >= 7


def is_registration(text: str) -> bool:
    """Whether a line is or ends in a firm's number in a register: "(867388-U)", "789417-W"."""
    return _REGISTERED.match(plain(text)) is not None


def closes_address(text: str) -> bool:
    """Whether a line may be the region, country or bare postal code under a street or town: few words, no firm, title or contact."""
    words = text.strip(" .,").split()
    if re.fullmatch(r"\d{4,6}", text.strip(" .,")):
        return True
    letters = all(character.isalpha() or character in ".'-() " for character in text.strip(" .,"))
    return 0 < len(words) <= 3 and letters and len(text) > 2 and not is_organisation(text) and may_name(text)


def has_postal_code(text: str) -> bool:
    """Whether a postal code with its town, or of an unmistakable form, stands in it."""
    return _POSTAL.search(text) is not None


def may_name(text: str, *, lower: bool = False) -> bool:
    """Whether it can be the name of somebody or of a place: letters more than digits, no title, contact line or remark.

    It begins with a capital unless it may be ``lower``, as nationalities are in many languages.
    """
    letters = sum(character.isalpha() for character in text)
    digits = sum(character.isdigit() for character in text)
    if (
        len(text.split()) > 10
        or ";" in text
        or (not lower and text[:1].islower() and not text[:2].endswith(tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")))
    ):
        return False
    return letters >= 2 and letters > digits and not (is_title(text) or is_contact(text) or is_bare_form(text) or is_aside(text))
