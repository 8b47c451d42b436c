"""Who an agreement is between: the preamble's "between X and Y", names given a role in brackets, signature blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sheaf.extraction.parsing.found import squash
from sheaf.extraction.prose.flow import Flow
from sheaf.extraction.rules import rule
from sheaf.extraction.traits import has_legal_form, has_postal_code

_BETWEEN = re.compile(
    r"\b(?:by\s+and\s+)?(?:between|among|BETWEEN|AMONG|zwischen|Zwischen|entre|ENTRE|Entre|tra|fra|TRA|tussen|"
    r"TUSSEN)\b(?:\s+and\s+among)?\s*:?",
    re.UNICODE,
)
#: A capitalised name: words with capitals or digits, joined by small words, with a legal form after a comma.
_SMALL = r"(?:of|and|&|de|del|der|van|von|du|la|the|for|y|e|et|und)"
_WORD = r"(?:[A-Z\u00c0-\u00dc0-9][\w.'\u2019\u00c0-\u00ff&-]*)"
_FORM = (
    r"(?:Inc|INC|LLC|L\.L\.C|Ltd|LTD|L\.?P|LP|LLP|Corp|CORP|N\.A|S\.A|PLC|Jr|JR|Sr|II|III|GmbH|AG|B\.V|"
    r"Limited|Incorporated|LIMITED|INCORPORATED|P\.C|Ph\.?D|M\.?D|Co|plc|ltd|llc|mbH)"
)
_NAME = re.compile(rf"{_WORD}(?:\s+(?:{_SMALL}\s+)?{_WORD}){{0,8}}(?:,?\s+{_FORM}\b\.?)*")
#: Where a party's description goes on after its name.
_ROLE = re.compile(
    r"\(\s*(?:(?:hereinafter|herein|collectively|together|the|each|as|referred|to|called|known|individually|"
    r"or|nachfolgend|im Folgenden|ci-apr\u00e8s|en adelante|di seguito|hierna|doravante|\w+ with \w+ "
    r"\w+)[\s,]*)*[\"\u201c\u201d'\u2018](?P<role>[^\"\u201d\u201c'\u2019)]{1,60})",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"\b(?:company|provider|supplier|vendor|landlord|lessor|lessee|employee|executive|recipient|disclos|receiv|consultant|"
    r"contractor|party|employer|buyer|"
    r"seller|purchaser|licens|client|customer|owner|lender|borrower|tenant|landlord|director|associate|"
    r"participant|you|auftraggeber|auftragnehmer|verkaufer|kaufer|prestataire|cliente)",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"^(?:the |this |that |an? )?(?:agreement|company|parties|party|section|exhibit|effective date|"
    r"confidential\w*|information|state|employee|executive|recipient|board|and|or|whereas|article|date|"
    r"securities|commission|non-disclosure.*|mutual.*|title|name|by|its|print|signature|address|attention|"
    r"purpose|term|distributor|participant|provider|supplier|seller|buyer|client|customer|consultant|contractor|"
    r"landlord|tenant|lessor|lessee|"
    r"discloser|recipient|affiliated companies|country of|the netherlands|corporation|undersigned|subsidiaries|affiliates|"
    r"each|both|you|your)\b[\w\s-]{0,30}$",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:the|der|die|dem|den|la|le|les|el|los|il|de|het|herrn?|frau|m\.|mme|monsieur|madame|don|do\u00f1a|sig\.(?:ra)?|by|"
    r"and|und|et|y|e|en|among|between|the company|mr\.?|ms\.?|mrs\.?|dr\.?|employee|company|executive|recipient|you|i)[\s,:]+",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"(?:/s/|/S/)\s*(?P<name>[A-Z][\w.'-]+(?:\s+[A-Z][\w.'-]*){1,4})")
_AND = re.compile(r"(?:\)|,|;|\]|\s)\s*(?:and|AND|und|et|y|e|en|&)\s+(?:\(\d\)\s*)?(?=(?:the\s+|THE\s+)?[A-Z\u00c0-\u00dc])")
_STOP = re.compile(r"(?:WITNESSETH|WHEREAS|RECITALS|Whereas|Recitals|W I T N E S S|NOW, THEREFORE|\b1\.\s|[a-z)]{3,}\.\s+[A-Z])")
#: Where the description of a party begins: after another clause.
_CLAUSE = re.compile(
    r"(?:\b(?:between|among|zwischen|entre|tra|tussen)\b|\)\s*,?\s*(?:and|und|et|y|e|en)\b|[a-z]{3,}\.\s(?=[A-Z])|:\s)", re.IGNORECASE
)
_DOTTED = re.compile(r"(?:Inc|Corp|Co|Ltd|Jr|Sr|\b[A-Z]\.[A-Z])\.$")
_HEAD = 4_000


@dataclass(frozen=True, slots=True)
class Party:
    """A name with where it stands in the flow and how plainly it is a party."""

    name: str
    start: int
    end: int
    told: float
    #: The role its bracket gives it, such as ``Provider``.
    role: str = ""


def parties(flow: Flow) -> list[Party]:
    """The parties of an agreement, in order, each once; [] where no sentence names any."""
    found = _with_roles([*_preamble(flow.text), *_roles(flow.text)], flow.text)
    if len(found) < 2:
        found += [*_signing_firms(flow.text), *_for_themselves(flow.text, [*_signatures(flow.text)])]
    found = _surest(found)
    kept: list[Party] = []
    for party in sorted(found, key=lambda party: (-party.told, party.start)):
        key = squash(party.name)
        if len(key) > 2 and not any(_same_party(key, squash(other.name)) for other in kept):
            kept.append(party)
    return sorted(kept, key=lambda party: party.start)


def _surest(found: list[Party]) -> list[Party]:
    """Where two or more have a role, only those with a role or a legal form: a preamble names every party in the same way."""
    if len({squash(party.name) for party in found if party.role}) < 2:
        return found
    return [party for party in found if party.role or has_legal_form(party.name)]


def _same_party(key: str, other: str) -> bool:
    """Whether one name is the other, cut at its start or end."""
    return key == other or other.startswith(key) or (len(key) > 5 and other.endswith(key))


def _with_roles(found: list[Party], text: str) -> list[Party]:
    """Each party with the role that any mention of its name has, or that is set apart behind its description."""
    roles = {squash(party.name): party.role for party in found if party.role}
    starts = sorted(party.start for party in found)
    return [replace(party, role=roles.get(squash(party.name)) or _role_behind(text, party, starts)) for party in found]


#: A role in brackets, quotes or guillemets: (the "Tenant"), « le Client », "Auftragnehmer".
_SET_APART = re.compile(
    r"[\"\u201c\u201d\u201e\u00ab(\u2018']\s*(?:(?:the|der|die|das|le|la|les|el|los|il|lo|de|o|a)\s+|l['\u2019])?[\"\u201c\u201e]?"
    r"(?P<role>[^\W\d_][\w -]{2,30}?)\s*[\"\u201c\u201d\u00bb)\u2019']"
)
#: Terms set apart that are no roles.
_NO_ROLE = re.compile(r"(?:agreement|effective date|contract|vertrag|contrat|part(?:y|ies)|together|collectively)", re.IGNORECASE)


def _role_behind(text: str, party: Party, starts: Sequence[int]) -> str:
    """The first term set apart between a party and the next one, within reach of its address."""
    end = min([party.end + 260, *(start for start in starts if start > party.end)])
    roles = (match["role"] for match in _SET_APART.finditer(text, party.end, end))
    return next((role for role in roles if not _NO_ROLE.fullmatch(role.strip())), "")


def _preamble(text: str) -> list[Party]:
    """Names after the first "between" whose sentence gives at least one, each cut at its description."""
    for match in list(_BETWEEN.finditer(text[:_HEAD]))[:4]:
        found = list(_listed(text, match.end()))
        if found:
            return _halved(text, found) if len(found) == 1 else found
    return []


def _halved(text: str, found: list[Party]) -> list[Party]:
    """A lone name with an "and" in it is two parties, for an agreement has two."""
    party = found[0]
    joint = re.search(r" (?:and|und|et|y|e|en|&) ", text[party.start : party.end])
    if joint is None:
        return found
    middle = party.start + joint.start()
    after = party.start + joint.end()
    return [
        Party(text[party.start : middle], party.start, middle, party.told),
        Party(text[after : party.end], after, party.end, party.told),
    ]


def _listed(text: str, start: int) -> Iterator[Party]:
    end = _sentence_end(text, start)
    position = start
    while position < end:
        name = _name_at(text, position, end)
        if name is not None:
            yield name
        following = _AND.search(text, name.end if name else position, end)
        if following is None:
            return
        position = following.end()


def _sentence_end(text: str, start: int) -> int:
    stop = _STOP.search(text, start, start + 1_200)
    return stop.end() - 2 if stop else min(start + 700, len(text))


def _name_at(text: str, start: int, end: int) -> Party | None:
    head = text[start : min(start + 160, end)]
    skipped = len(head) - len(head.lstrip(" :,;(1)"))
    lead = _LEAD.match(head[skipped:])
    skipped += lead.end() if lead else 0
    match = _NAME.match(text, start + skipped, end)
    return _party(match[0], match.start(), 0.9) if match else None


def _party(raw: str, start: int, told: float) -> Party | None:
    name = re.sub(r"\s+(?:a|an|A|An|of|and|the)$", "", raw).strip(" ,")
    name = name if _DOTTED.search(name) else name.rstrip(".")
    if (
        _GENERIC.match(name)
        or re.match(r"\d+\.\s", name)
        or len(name) < 3
        or not any(c.isalpha() for c in name)
        or re.search(r"\d{4,}$", name)
        or has_postal_code(name)
    ):
        return None
    return Party(name, start, start + len(name), told)


def _roles(text: str) -> Iterator[Party]:
    """Names described before a bracket that gives them a role: Ann Taylor, Inc., a Delaware corporation (the "Company")."""
    boundary = 0
    for role in _ROLE.finditer(text[:_HEAD]):
        start = max(boundary, role.start() - 320)
        boundary = role.end()
        if not _PERSONAL.search(role["role"]):
            continue
        start = max([start, *(match.end() for match in _CLAUSE.finditer(text, start, role.start()))])
        names = list(_NAME.finditer(text, start, role.start()))
        named = [
            match
            for match in names
            if _ends_at(text, match.end(), role.start()) or (len(match[0].split()) > 1 and has_legal_form(match[0]))
        ]
        named.sort(key=lambda match: not has_legal_form(match[0]))
        party = _party(named[0][0], named[0].start(), 0.75) if named else None
        if party is not None:
            yield replace(party, role=role["role"])


def _ends_at(text: str, end: int, bracket: int) -> bool:
    return not text[end:bracket].strip(" ,.")


_NOT_NAME = re.compile(
    r".*(?:\b(?:AGREED|ACCEPTED|ACKNOWLEDGED|EMPLOYEE|COMPANY|RECIPIENT|Employee|Officer|President|Director|Title|Date|WHEREOF|WITNESS)\b"
    r"(?: (?:TO|BY|to|by))?\W+|[a-z]\.\s+)"
)


def _last_words_before(name: str) -> int:
    """How much of what was taken for a firm's name belongs to the line before it."""
    match = _NOT_NAME.match(name)
    return match.end() if match else 0


def _signing_firms(text: str) -> Iterator[Party]:
    """Firms over a line to sign on: "Koch Industries, Inc. By:"."""
    for match in re.finditer(rf"(?P<name>{_NAME.pattern})\s*,?\s+By\s*:", text):
        skipped = _last_words_before(match["name"])
        if has_legal_form(match["name"][skipped:]):
            party = _party(match["name"][skipped:], match.start("name") + skipped, 0.55)
            if party is not None:
                yield party


#: Offices of those who sign for a firm.
_OFFICE = re.compile(
    r"\b(?:title|president|director|officer|c\.?e\.?o|c\.?f\.?o|secretary|chairman|manager|treasurer|counsel|for the company|"
    r"gesch\u00e4ftsf\u00fchrer|g\u00e9rant|administrador|amministratore|bestuurder)\b",
    re.IGNORECASE,
)
#: Reach, in characters, of the lines about one signature.
_BLOCK = 140


@rule("signers-for-firms", otherwise=lambda _, found: found)
def _for_themselves(text: str, found: list[Party]) -> list[Party]:
    """Signers without an office beside their name, or all of them where every one has one.

    Assumes that who signs with an office signs for a firm, and is no party himself.
    """
    own = [party for party in found if not _OFFICE.search(text[party.end : party.end + _BLOCK])]
    return own or ([] if any(has_legal_form(one) for one in re.findall(_NAME, text[:_HEAD])) else found)


def _signatures(text: str) -> Iterator[Party]:
    for match in _SIGNED.finditer(text):
        name = re.split(r"\s+(?:Name|Title|By|Date|Its|Print|Signature)\b", match["name"])[0].strip(" .")
        if " " in name:
            yield Party(name, match.start("name"), match.start("name") + len(name), 0.5)
