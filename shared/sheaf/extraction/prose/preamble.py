"""The parties that the head of an agreement lists: after "between", under "Parties", with roles set apart behind their descriptions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sheaf.extraction.parsing.found import squash
from sheaf.extraction.prose.names import Party, is_firm, party_at
from sheaf.extraction.rules import rule
from sheaf.extraction.traits import is_organisation

#: How far into a document its parties are named.
HEAD = 4_000
#: Words that a list of parties begins behind.
_OPENING = re.compile(
    r"\b(?:by\s+and\s+)?(?:(?i:between|among|amongst|zwischen)\b(?:\s+and\s+among)?|(?:entre|ENTRE|Entre|tra|Tra|TRA|fra|FRA|"
    r"tussen|Tussen|TUSSEN)\b)"
    r"(?:\s+(?i:les\s+soussign\u00e9e?s|the\s+undersigned|den\s+parteien|the\s+following\s+parties|de\s+ondergetekenden|"
    r"le\s+parti|os\s+abaixo\s+assinados))?\s*:?"
    r"|\b(?:PARTIES|Parties|PARTEIEN|Vertragsparteien|Vertragspartner|LES PARTIES|LE PARTI|PARTIJEN|PARTES)\b\s*(?::|(?=\s*\(?1[.)]))"
    r"|\b(?i:ondergetekenden?|unterzeichnenden|reunidos|sottoscritti)\b\s*:?|\b(?i:de\s+una\s+parte|de\s+um\s+lado|"
    r"da\s+una\s+parte)\b[,:]?"
    r"|\b(?:made|given|executed|entered\s+into|granted)\s+by\b:?(?!\s+and\s+(?:between|among))"
)
#: Behind a party: the word before the next one.
_AND = (
    r"(?:and(?!/or)|AND|und|UND|et|ET|y|Y|e|E|en|EN|ed|sowie|&|in\s+favou?r\s+of|for\s+the\s+benefit\s+of|"
    r"de\s+otra(?:\s+parte)?|dall'altra(?:\s+parte)?|de\s+outro(?:\s+lado)?)\b\s?:?,?"
)
_NUMBER = r"(?:\(?(?:\d|[ivx]{1,3}|[a-d])\s?[.)])"
_NEXT = re.compile(
    rf"(?:(?<=[\s,;)\]\"\u201d\u00bb\u2013.-])(?P<and>{_AND}|De\s+otra\s+parte,?)\s*{_NUMBER}?|(?<=[\s;,])(?P<number>\(?[2-9]\s?[.)])|"
    rf"(?<=\))[.;]?(?!\s+{_AND}))\s+(?=\S)",
)
_COMMA = re.compile(r"[,;]?\s+(?=[A-Z\u00c0-\u00de0-9])")
#: Where the sentence of the parties is over.
_STOP = re.compile(
    r"WITNESSETH|WHEREAS|RECITALS?\b|Whereas|Recitals|W I T N E S S|NOW,? THEREFORE|BACKGROUND|Background|EXPONEN|Pr\u00e4ambel|"
    r"PREAMBLE|IL A \u00c9T\u00c9|"
    r"In consideration|wird folgende|(?:est|a \u00e9t\u00e9) convenu|si conviene|komen (?:het|als)|\u00a7\s?1|"
    r"(?<=[\s.])1[.)]\s+(?=[A-Z][a-z]+\b)|"
    r"(?:(?:Article|Artikel|Art\.|Articolo|Section)\s+(?:1|I)\b)|[a-z)]{4,}\.\s+(?=(?:The|This|Each|In|For|As|It|By|Die|Der|Das|"
    r"Les|Le|La|Las|Los|I)\b)"
)
#: A place left empty, or filled with what the party is instead of who it is.
_HOLE = re.compile(
    r"[\s,:;(]*(?:(?:the|a|an|each)\s+)?(?:_{3,}|\.{5,}|\u2026|\[[^\]]{0,40}\]|\((?=[\"\u201c])|undersigned|individual|person|employee|"
    r"company|recipient|distributor|participant|"
    r"supplier|vendor|consultant|contractor|client|customer|discloser|executive|part(?:y|ies)\b)",
    re.IGNORECASE,
)
#: Words that join parties, and other things as well.
_LOOSE = frozenset(("and", "und", "et", "y", "e", "en", "ed", "&", "sowie"))
#: Before an "and" that joins a party to its own people, or the name of another paper.
_OWN = re.compile(
    r"(?:subsidiar\w*|affiliat\w*|successors?|divisions?|its|their|his|her|tochtergesellschaften|filiales|parent|directors|"
    r"officers|offices?|"
    r"laws of|organized|existing|under|business|located|behalf of|agents)\W+"
    r"(?:[^\s)\"\u201d;]+\s+){0,6}$",
    re.IGNORECASE,
)
#: One who signs for the party that follows: the mandate stands behind his name.
_FOR = re.compile(
    r"\b(?:(?:en|em)\s+(?:nombre\s+y\s+)?representa(?:ci\u00f3n|\u00e7\u00e3o)\s+de|en\s+nombre\s+de|on\s+behalf\s+of|"
    r"im\s+Namen\s+(?:der|des|von)|"
    r"au\s+nom\s+de|in\s+nome\s+e\s+per\s+conto\s+di|namens|agissant\s+pour|acting\s+for)\s+",
    re.IGNORECASE,
)
#: A term set apart, mostly a role: (the "Tenant"), « le Client », - nachfolgend "Auftragnehmer" genannt -.
_SET_APART = re.compile(
    r"[\"\u201c\u201d\u201e\u00ab(\u2018']\s*(?:(?:the|der|die|das|le|la|les|el|los|il|lo|de|o|a)\s+|l['\u2019])?[\"\u201c\u201e]?"
    r"(?P<role>[^\W\d_][\w -]{2,30}?)\s*[\"\u201c\u201d\u00bb)\u2019']"
)
_NO_ROLE = re.compile(
    r"(?:agreement|effective date|contract|vertrag|contrat|part(?:y|ies)|together|collectively|affiliates?|merger.*|transaction|"
    r"project|plan)",
    re.IGNORECASE,
)
#: A bracket that names or describes the one before it: (the "Company"), ("Blackthorn").
_BRACKET = re.compile(
    r"\(\s*(?:(?:hereinafter|herein|together|the|each|as|referred|to|called|known|individually|collectively|\w+ with \w+ \w+|"
    r"or|nachfolgend|im Folgenden|ci-apr\u00e8s|en adelante|di seguito|hierna|"
    r"doravante)[\s,]*)*[\"\u201c\u201d'\u2018](?P<role>[^\"\u201d\u201c'\u2019)]{1,60})",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"\b(?:company|provider|supplier|vendor|landlord|lessor|lessee|employee|executive|recipient|disclos|receiv|consultant|"
    r"contractor|party|"
    r"employer|buyer|seller|purchaser|licens|client|customer|owner|lender|borrower|tenant|director|associate|participant|you|"
    r"auftraggeber|"
    r"auftragnehmer|verk\u00e4ufer|k\u00e4ufer|prestataire|cliente)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"(?:\b(?:between|among|zwischen|entre|tra|tussen|with|by|to)\b|\)\s*,?\s*(?:and|und|et|y|e|en)\b|[a-z]{3,}\.\s(?=[A-Z])|:\s)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Listed:
    """The parties of one list, and how many places of it name nobody."""

    parties: tuple[Party, ...]
    holes: int = 0

    @property
    def sides(self) -> int:
        """How many parties it speaks of."""
        return len(self.parties) + self.holes


@rule("parties-are-listed", otherwise=lambda _: Listed(()))
def listed(text: str) -> Listed:
    """The first list at the head of an agreement that names two sides, or else the first that names one.

    Assumes that an agreement lists those it is between at its head, behind "between", "Parties" or the like, joined by "and" or numbered.
    """
    found = [one for match in list(_OPENING.finditer(text[:HEAD]))[:8] if (one := _list_at(text, match.end())).parties]
    return next((one for one in found if one.sides > 1), next(iter(found), Listed(())))


def _list_at(text: str, start: int) -> Listed:
    stop = next(
        (one for one in _STOP.finditer(text, start, start + 1_600) if not (_is_numbered(text, start) and one[0].startswith("1"))), None
    )
    end = stop.start() + (1 if stop[0][0].islower() else 0) if stop else min(start + 900, len(text))
    parties: list[Party] = []
    holes, position = 0, start
    for begin, until in _places(text, start, end):
        if begin < position:
            continue
        party = _first_party(text, begin, until)
        if party is not None:
            here = [party, *_more(text, party.end, until)]
            parties += here
            position = here[-1].end
        elif _HOLE.match(text, begin, until):
            holes += 1
        elif not parties:
            break
    return Listed(tuple(_surest([_with_role(text, one, parties, end) for one in parties])), holes)


def _places(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where each party of a list begins, and where the next one's place does."""
    begins, until = [start], []
    for match in _NEXT.finditer(text, start, end):
        if match.start() >= begins[-1] and _parts(text, begins[-1], match, numbered=_is_numbered(text, start)):
            until.append(match.start())
            begins.append(match.end())
    yield from zip(begins, [*until, end], strict=True)


def _is_numbered(text: str, start: int) -> bool:
    return re.compile(r"\W{0,6}1\s?[.)]").match(text, start) is not None


def _parts(text: str, begin: int, match: re.Match[str], *, numbered: bool) -> bool:
    """Whether what joins stands between two parties: outside brackets, and behind a whole name or description."""
    if match["number"] or numbered:
        return numbered and re.search(r"\d", match[0]) is not None
    before = text[begin : match.start()]
    if before.count("(") > before.count(")") or _OWN.search(before[-90:]):
        return False
    if party_at(text, match.end(), match.end() + 160, 0.9) is None and _HOLE.match(text, match.end()) is None:
        return False
    if not match["and"]:
        following = party_at(text, match.end(), match.end() + 160, 0.9)
        return following is not None and is_firm(following.name)
    if match["and"].casefold() not in _LOOSE:
        return True
    return _stands_behind(text, begin, match.start()) or _named_behind(text, match.end())


def _stands_behind(text: str, begin: int, join: int) -> bool:
    """Whether a description ends right before what joins, or the name itself does."""
    before = text[begin:join].rstrip()
    if not before or before[-1] in ',;)]"\u201d\u00bb\u2013-_.':
        return True
    first = _first_party(text, begin, join)
    return first is not None and first.end >= begin + len(before)


def _named_behind(text: str, head: int) -> bool:
    """Whether a firm follows, or a name with a role in brackets."""
    following = party_at(text, head, head + 160, 0.9)
    if following is None or is_firm(following.name):
        return following is not None
    return not any(map(str.isdigit, following.name)) and text[following.end : following.end + 2].strip().startswith("(")


def _first_party(text: str, start: int, end: int) -> Party | None:
    """The name at the head of a party's place; of one who signs for another, that other's."""
    begin = re.compile(rf"[\s:;,(.\u2013-]*(?:{_NUMBER}\s*)?").match(text, start, end)
    head = begin.end() if begin else start
    mandate = _FOR.search(text, head, min(head + 220, end))
    return (party_at(text, mandate.end(), end, 0.9) if mandate else None) or party_at(text, head, end, 0.9)


def _more(text: str, start: int, end: int) -> Iterator[Party]:
    """Further parties behind commas: firms by their legal form, as addresses have none; people where their place is but names."""
    while (gap := _COMMA.match(text, start, end)) is not None:
        party = party_at(text, gap.end(), end, 0.85)
        if party is None or not (is_organisation(party.name) or _person_in_a_row(text, party, end)) or any(c.isdigit() for c in party.name):
            return
        yield party
        start = party.end


def _person_in_a_row(text: str, party: Party, end: int) -> bool:
    return (
        2 <= len(party.name.split()) <= 3
        and re.match(r",?\s*$", text[party.end : end].removesuffix("and ").removesuffix("und ")) is not None
    )


def _surest(found: list[Party]) -> list[Party]:
    """Where two or more have a role, only those with a role or a legal form: a preamble names every party in the same way."""
    if len({squash(party.name) for party in found if party.role}) < 2:
        return found
    return [party for party in found if party.role or is_firm(party.name)]


def _with_role(text: str, party: Party, others: Sequence[Party], end: int) -> Party:
    """The party with the first term set apart between it and the next one, within reach of its address."""
    until = min([party.end + 320, end + 60, *(one.start for one in others if one.start > party.end)])
    roles = (match["role"].strip() for match in _SET_APART.finditer(text, party.end, until))
    return replace(party, role=next((role for role in roles if not _NO_ROLE.fullmatch(role)), ""))


#: Roles that a form prints before the name of who has them.
_ROLE_LABEL = re.compile(
    r"(?<!\S)(?:(?i:the )?(?:Landlord|Tenant|Lessor|Lessee|Employer|Employee|Seller|Buyer|Purchaser|Supplier|Customer|"
    r"Client|Contractor|"
    r"Consultant|Discloser|Disclosing Party|Recipient|Receiving Party|Licensor|Licensee|Lender|Borrower|Auftraggeber(?:in)?|"
    r"Auftragnehmer(?:in)?|"
    r"Vermieter(?:in)?|Mieter(?:in)?|Arbeitgeber(?:in)?|Arbeitnehmer(?:in)?|Verk\u00e4ufer(?:in)?|K\u00e4ufer(?:in)?|Bailleur|"
    r"Locataire|Employeur|"
    r"Salari\u00e9e?|Vendeur|Acheteur|Prestataire|Client|Arrendador[a]?|Arrendatari[oa]|Vendedor[a]?|Comprador[a]?|Locatore|"
    r"Conduttore|Committente|"
    r"Verhuurder|Huurder|Opdrachtgever|Opdrachtnemer|Werkgever|Werknemer|Senhorio|Inquilin[oa]|Locador[a]?|Locat\u00e1ri[oa]))\s*:\s*"
)


@rule("roles-as-labels", otherwise=lambda _: [])
def labelled(text: str) -> list[Party]:
    """Names behind a role and a colon: "Landlord: Beatrice Okafor"; for lists of parties, as fields for one role have labels of their own.

    Assumes that a form of agreement which prints a role before a colon wants the name of a party behind it.
    """
    found = []
    for label in _ROLE_LABEL.finditer(text[:HEAD]):
        end = text.find("\n", label.end())
        party = party_at(text, label.end(), end if end >= 0 else len(text), 0.85)
        if party is not None and text[label.end() : party.start].strip() == "":
            found.append(party)
            join = re.compile(r"\s+(?:and|und|et|y|e|en)\s+").match(text, party.end)
            other = party_at(text, join.end(), end if end >= 0 else len(text), 0.8) if join else None
            found += [other] if other else []
    return found


@rule("brackets-name-parties", otherwise=lambda _: [])
def bracketed(text: str) -> list[Party]:
    """Names before a bracket that gives them a role or a short name: Ann Taylor, Inc., a Delaware corporation (the "Company").

    Assumes that an agreement defines what it calls its parties when it first names them.
    """
    return list(_bracketed(text))


def _bracketed(text: str) -> Iterator[Party]:
    boundary = 0
    for bracket in _BRACKET.finditer(text[:HEAD]):
        start = max(boundary, bracket.start() - 320)
        boundary = bracket.end()
        start = max([start, *(match.end() for match in _CLAUSE.finditer(text, start, bracket.start()))])
        party = _before(text, start, bracket)
        if party is not None:
            yield replace(party, role=bracket["role"])


def _before(text: str, start: int, bracket: re.Match[str]) -> Party | None:
    """The name that a bracket is about: right before it or with a legal form; for a short name, the one it is short for."""
    heads = (match.start() for match in re.finditer(r"(?<!\S)[a-z]?[A-Z\u00c0-\u00de0-9]", text[start : bracket.start()]))
    found: list[Party] = []
    for head in heads:
        party = party_at(text, start + head, bracket.start(), 0.75)
        if party is not None and (not found or party.start >= found[-1].end):
            found.append(party)
    short = _PERSONAL.search(bracket["role"]) is None
    fitting = [one for one in found if _short_for(bracket["role"], one.name)] if short else found
    named = [one for one in fitting if is_firm(one.name)] or [
        one for one in fitting if not text[one.end : bracket.start()].strip(" ,.\n") and " " in one.name
    ]
    return named[0] if named else None


def _short_for(alias: str, name: str) -> bool:
    """Whether a name is shortened to ``alias``: its first words, or the first letters of its words."""
    short = squash(alias)
    initials = "".join(word[0] for word in re.findall(r"\w+", name)).casefold()
    return len(short) > 1 and (squash(name).startswith(short) or initials.startswith(short))
