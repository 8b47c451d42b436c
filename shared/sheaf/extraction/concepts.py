"""What a field asks for: from its name, type and description to a kind of value, concepts and the labels to look for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from sheaf.domain.fields import Field, FieldType
from sheaf.extraction.lexicon import Concept, concepts, label_key
from sheaf.extraction.rules import rule
from sheaf.extraction.types import reads
from sheaf.extraction.types.schemes import kind_of, words_of

#: What a field of a type is where no concept says it.
_USUAL_KIND = {FieldType.IDENTIFIER: "code", FieldType.PARTY: "org"}
#: The last word of a name that no concept covers → the form of its values.
_LAST_WORD_KIND = {
    word: kind
    for kind, words in {
        "date": "date datum fecha data day",
        "code": "no id code ref reference",
        "amount": "amount total price fee cost balance sum premium salary rent betrag montant importe importo",
        "address": "address adresse",
        "email": "email mail",
        "phone": "phone",
        "iban": "iban",
        "percent": "rate percent percentage",
        "number": "qty count quantity",
        "org": "name",
        "place": "country city",
        "url": "url website",
    }.items()
    for word in words.split()
}
_EXPANSIONS = dict(
    pair.split("=")
    for pair in (
        "inv=invoice amt=amount addr=address cust=customer desc=description descr=description acct=account dt=date ref=reference "
        "tel=phone telephone=phone nbr=number org=organisation"
    ).split()
) | {"po": "purchase order", "dob": "date of birth"}
_STARTS = frozenset("from start begin beginning since von ab du desde dal debut inicio begins starts".split())
_ENDS = frozenset("to end until till through bis au hasta al fin ends ending expiry".split())
#: Labels of a range of dates that says no more than that; they serve where nothing more exact does.
_RANGES = (
    "period",
    "dates",
    "contract dates",
    "contract period",
    "service period",
    "date range",
    "zeitraum",
    "periode",
    "periodo",
    "laufzeit",
)
#: Weight of a label that means a concept only where nothing more exact does.
WEAK = 0.6
#: What is left of the weight of a label that only names the document whose number is meant.
BARE = 0.8
#: Words for kinds of documents that number themselves.
DOCUMENT_WORDS = frozenset(
    "invoice order contract receipt statement agreement quote quotation rechnung bestellung auftrag vertrag "
    "facture commande contrat factura pedido contrato fattura ordine contratto factuur fatura".split()
)
_SELLERS = frozenset(
    (
        "seller supplier vendor merchant issuer provider company store shop payee lieferant verkaufer fournisseur vendeur emetteur "
        "proveedor vendedor emisor fornitore venditore cedente leverancier verkoper fornecedor emitente leverantor leverandor"
    ).split()
)
_BUYERS = frozenset(
    (
        "buyer customer client recipient purchaser billing debtor payer kunde kaufer empfanger acheteur destinataire cliente comprador "
        "acquirente destinatario klant koper kund kopare kober"
    ).split()
)
#: How German umlauts are written where there are only the letters of ASCII.
_UMLAUT = re.compile(r"([aou])e")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_+|(?<=[A-Za-z])(?=\d)")
_QUOTED = re.compile(r"[\"'\u201c\u2018\u00ab]([^\"'\u201d\u2019\u00bb]{2,40})[\"'\u201d\u2019\u00bb]")
_LISTED = re.compile(r",\s*|;\s*|/|\s+or\s+|\s+and\s+|\s+oder\s+|\s+ou\s+|\s+o\s+", re.IGNORECASE)
_ARTICLES = frozenset("the a an of der die das des le la les l el los il lo gli i de del het this that its full".split())


@dataclass(frozen=True, slots=True)
class Reading:
    """A field, understood."""

    field: Field
    index: int
    #: Form of its values: date, amount, number, percent, code, org, person, address, place, duration, iban …, text, boolean, choice.
    kind: str
    concepts: tuple[str, ...]
    #: Label key → weight 0 to 1: how surely that label means this field.
    phrases: dict[str, float]
    #: ``start`` or ``end`` of a range, or "".
    edge: str = ""
    #: ``seller`` or ``buyer`` where the name says whose value it is, or "".
    side: str = ""
    #: Sorts its scored candidates anew by what was learned of the field; None where nothing was.
    ranker: Callable[[Any, Sequence[Any]], list[Any]] | None = None


def understand(fields: Iterable[Field]) -> list[Reading]:
    """One reading per field, in order."""
    return [read_field(field, index) for index, field in enumerate(fields)]


@lru_cache(maxsize=512)
def read_field(field: Field, index: int = 0) -> Reading:
    """What ``field`` asks for; the same reading for every document of a run."""
    key = name_key(field.name)
    words = key.split()
    meant = _concepts_of(field, key)
    edge = next((concept.edge for concept in meant if concept.edge), "") or _edge(words)
    return Reading(
        field=field,
        index=index,
        kind=_kind(field, words, meant),
        concepts=tuple(concept.name for concept in meant),
        phrases=_phrases(field, words, meant, edge),
        edge=edge,
        side=_side(words),
    )


#: Words for who sends and who gets a document, whichever side of the trade that is.
_SENT_BY, _SENT_TO = frozenset({"issuer", "sender"}), frozenset({"recipient", "addressee"})


def as_in_order(reading: Reading) -> Reading:
    """The reading for an order, which the buyer issues and the seller receives; fields that name a side of the trade keep it."""
    words = set(name_key(reading.field.name).split())
    other = "buyer" if words & _SENT_BY else "seller" if words & _SENT_TO else ""
    if not other:
        return reading
    concept = concepts()[other]
    return replace(reading, concepts=(other,), phrases=dict.fromkeys(concept.labels, 0.9), side=other)


#: Words for what is handed over in the end.
_TO_PAY = frozenset(
    "pay payable paid payer paye payment pagar pagare pagato pago betalen uitbetaald zahlen receber percibir net netto neto".split()
)


@rule("payslips-pay-net", otherwise=lambda reading: reading)
def as_in_payslip(reading: Reading) -> Reading:
    """The reading for a payslip: a field for the sum to be paid asks for the net pay.

    Assumes that what is paid by a payslip is what is left after deductions.
    """
    if reading.concepts[:1] != ("total",) or not _TO_PAY & set(name_key(reading.field.name).split()):
        return reading
    own = {phrase: weight for phrase, weight in reading.phrases.items() if _TO_PAY & set(phrase.split())}
    return replace(reading, concepts=("net_pay",), phrases=dict.fromkeys(concepts()["net_pay"].labels, 0.95) | own)


def name_key(name: str) -> str:
    """A field's name as a label key, abbreviations written out: ``inv_no`` and ``invoiceNumber`` both give ``invoice no``.

    Where the lexicon knows another spelling, that one: ``MwSt`` is one word, ``Faelligkeit`` has an umlaut.
    """
    words = [part.casefold() for part in _CAMEL.split(name) if part]
    apart = label_key(" ".join(_EXPANSIONS.get(word, word) for word in words))
    spellings = [apart, label_key(name.replace("_", " "))]
    spellings += [_UMLAUT.sub(r"\1", spelling) for spelling in spellings]
    return next((spelling for spelling in spellings if spelling in _known()), apart)


@cache
def _known() -> frozenset[str]:
    """Every name and label of the lexicon."""
    return frozenset(key for concept in concepts().values() for key in (*concept.names, *concept.labels))


def _concepts_of(field: Field, key: str) -> list[Concept]:
    compatible = [concept for concept in concepts().values() if _fits(field, concept)]
    for keys in ([key, *map(label_key, field.synonyms)], [label_key(field.description)] if len(field.description) < 60 else []):
        exact = [concept for concept in compatible if any(one in concept.names for one in keys)]
        exact = exact or sorted((one for one in compatible if any(key in one.labels for key in keys)), key=_is_general)[:1]
        if exact:
            return exact[:2]
    near = _without_side(compatible, key) or _nearest(compatible, key, label_key(field.description))
    return near or [concept for concept in compatible if concept.kind == kind_of(field)][:1]


def _without_side(compatible: list[Concept], key: str) -> list[Concept]:
    """What a name means without the word that says whose value it is: ``vendor_vat``, ``nif_proveedor``."""
    rest = " ".join(word for word in key.split() if word not in _SELLERS | _BUYERS)
    if not rest or rest == key or rest in ("no", "name"):
        return []
    exact = [concept for concept in compatible if rest in concept.names]
    return (exact or [concept for concept in compatible if rest in concept.labels])[:1]


def _is_general(concept: Concept) -> bool:
    """Whether other concepts say the same more exactly: an invoice's number is a document's number."""
    return concept.name == "document_number"


def _fits(field: Field, concept: Concept) -> bool:
    allowed = reads(field.type).concepts
    return allowed is None or concept.kind in allowed


def _nearest(compatible: list[Concept], key: str, description: str) -> list[Concept]:
    """The concept whose name covers most of the field's name, else one that the description opens with."""
    scored = [(max((_cover(name, key) for name in concept.names), default=0.0), concept) for concept in compatible]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    if best[1] is not None and best[0] >= 0.6:
        return [best[1]]
    head = " ".join(word for word in description.split()[:8] if word not in _ARTICLES)
    opening = [
        (len(name), concept) for concept in compatible for name in concept.names if f" {head} ".startswith(f" {name} ") and " " in name
    ]
    return [max(opening, key=lambda pair: pair[0])[1]] if opening else []


def _cover(name: str, key: str) -> float:
    """Share of the field's name that a concept's name covers, when it stands at its end or start as whole words."""
    if f" {key} ".endswith(f" {name} ") and (" " in name or len(key.split()) <= 2):
        return max(len(name) / len(key), 0.65 if " " in name else 0.0)
    return 0.9 * len(name) / len(key) if f" {key} ".startswith(f" {name} ") and " " in name else 0.0


def _kind(field: Field, words: list[str], meant: list[Concept]) -> str:
    if kind := reads(field.type).kind or kind_of(field):
        percent = field.type is FieldType.NUMBER and any(concept.kind == "percent" for concept in meant)
        return "percent" if percent else kind
    if meant:
        return meant[0].kind
    usual = _USUAL_KIND.get(field.type, "")
    return usual or next((_LAST_WORD_KIND[word] for word in reversed(words) if word in _LAST_WORD_KIND), "text")


def _edge(words: list[str]) -> str:
    if len(words) < 2:
        return ""
    return "start" if _STARTS & set(words) else "end" if _ENDS & set(words) else ""


def side_of(field: Field) -> str:
    """``seller`` or ``buyer`` where the field's name says that it is theirs, or ""."""
    return _side(name_key(field.name).split())


def _side(words: list[str]) -> str:
    return "seller" if _SELLERS & set(words) else "buyer" if _BUYERS & set(words) else ""


def _phrases(field: Field, words: list[str], meant: list[Concept], edge: str) -> dict[str, float]:
    """Label key → weight, the strongest source of each."""
    weighed = [
        *((label, 0.9) for concept in meant for label in concept.labels),
        *((label, WEAK) for concept in meant for label in concept.weak),
        *((label, 0.85) for label in _party_labels(words, meant)),
        (" ".join(words), 1.0),
        *_shorter(words, edge),
        *_described(field.description),
        *((synonym, 1.0) for synonym in field.synonyms),
        *((word, 0.9) for word in words_of(field)),
    ]
    weighed += [(bare, weight * BARE) for text, weight in weighed if (bare := _without_number(text))]
    phrases: dict[str, float] = {}
    for text, weight in weighed:
        key = label_key(text)
        if len(key) > 1 and len(key.split()) <= 6:
            phrases[key] = max(weight, phrases.get(key, 0.0))
    return phrases


def _without_number(text: str) -> str:
    """A kind of document whose number is meant, as forms print it beside the number itself: "Order / Rev: 1344601"."""
    words = label_key(text).split()
    return words[0] if len(words) == 2 and words[1] == "no" and words[0] in DOCUMENT_WORDS else ""


def _party_labels(words: list[str], meant: list[Concept]) -> tuple[str, ...]:
    """Labels of the party whose address is asked for: a customer's stands under "Bill to"."""
    ours = _side(words) == "buyer" and [concept.name for concept in meant] == ["address"]
    return concepts()["buyer"].labels if ours else ()


def _shorter(words: list[str], edge: str) -> list[tuple[str, float]]:
    """Labels that keep the core of a name: ``flight_from`` stands beside "Flight dates", ``vendor_name`` beside "Vendor"."""
    core = [word for word in words if word not in _STARTS | _ENDS]
    if edge and core and core != words and core[-1] != "date":
        name = " ".join(core)
        ranges = [(label, 0.5) for label in _RANGES]
        return [
            *ranges,
            (name, 0.8),
            (f"{name} dates", 1.0),
            (f"{name} date", 0.9),
            (f"{name} period", 0.9),
            (f"{name} {edge} date", 1.0),
            (f"{name} {edge}", 1.0),
            *((f"{name} {word}", 0.95) for word in sorted(_STARTS if edge == "start" else _ENDS)),
        ]
    if len(words) > 1 and words[-1] in ("name", "no", "date", "amount", "value", "id"):
        return [(" ".join(words[:-1]), 0.75)]
    return []


def _described(description: str) -> list[tuple[str, float]]:
    """Labels out of a description: quoted words, and the whole or its listed parts when it is short."""
    found = [(match, 1.0) for match in _QUOTED.findall(description)]
    head = re.split(r"[.:(\u2013]|\s-\s|\bas printed\b", description)[0].strip()
    if not head or len(head.split()) > 9:
        return found
    parts = [part for part in (_bare(part) for part in _LISTED.split(head)) if part]
    last = parts[-1].split()[-1] if parts else ""
    shared = last if len(parts) > 1 and label_key(last) in ("no", "date", "amount", "id", "code", "name") else ""
    for part in parts:
        found.append((part, 0.95))
        if shared and not part.endswith(shared):
            found.append((f"{part} {shared}", 0.95))
    return found


def _bare(text: str) -> str:
    words = text.split()
    while words and words[0].casefold() in _ARTICLES:
        words = words[1:]
    return " ".join(words)
