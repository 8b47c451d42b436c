"""Who an agreement is between: the preamble's "between X and Y", names given a role in brackets, signature blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sheaf.extraction.parsing.found import squash
from sheaf.extraction.prose.flow import Flow

_BETWEEN = re.compile(r"\b(?:by\s+and\s+)?(?:between|among|BETWEEN|AMONG|zwischen|Zwischen|entre|ENTRE|Entre|tra|fra|TRA|tussen|TUSSEN)\b(?:\s+and\s+among)?\s*:?", re.UNICODE)
#: A capitalised name: words with capitals or digits, joined by small words, with a legal form after a comma.
_SMALL = r"(?:of|and|&|de|del|der|van|von|du|la|the|for|y|e|et|und)"
_WORD = r"(?:[A-Z\u00c0-\u00dc0-9][\w.'\u2019\u00c0-\u00ff&-]*)"
_FORM = r"(?:Inc|INC|LLC|L\.L\.C|Ltd|LTD|L\.?P|LP|LLP|Corp|CORP|N\.A|S\.A|PLC|Jr|JR|Sr|II|III|GmbH|AG|B\.V|Limited|Incorporated|LIMITED|INCORPORATED|P\.C|Ph\.?D|M\.?D|Co)"
_NAME = re.compile(rf"{_WORD}(?:\s+(?:{_SMALL}\s+)?{_WORD}){{0,8}}(?:,?\s+{_FORM}\b\.?)*")
#: Where a party's description goes on after its name.
_ROLE = re.compile(
    r"\(\s*(?:(?:hereinafter|herein|collectively|together|the|each|as|referred|to|called|known|individually|or|nachfolgend|im Folgenden|ci-apr\u00e8s|en adelante|di seguito|hierna|doravante|\w+ with \w+ \w+)[\s,]*)*[\"\u201c\u201d'\u2018](?P<role>[^\"\u201d\u201c'\u2019)]{1,60})",
    re.IGNORECASE,
)
_PERSONAL = re.compile(r"\b(?:company|employee|executive|recipient|disclos|receiv|consultant|contractor|party|employer|buyer|seller|purchaser|licens|client|customer|owner|lender|borrower|tenant|landlord|director|associate|participant|you|auftraggeber|auftragnehmer|verkaufer|kaufer|prestataire|cliente)", re.IGNORECASE)
_GENERIC = re.compile(r"^(?:the |this |that |an? )?(?:agreement|company|parties|party|section|exhibit|effective date|confidential\w*|information|state|employee|executive|recipient|board|and|or|whereas|article|date|securities|commission|non-disclosure.*|mutual.*|title|name|by|its|print|signature|address|attention|corporation|undersigned|subsidiaries|affiliates|each|both|you|your)\b[\w\s-]{0,30}$", re.IGNORECASE)
_LEAD = re.compile(r"^(?:the|by|and|und|et|y|e|en|among|between|the company|mr\.?|ms\.?|mrs\.?|dr\.?|employee|company|executive|recipient|you|i)[\s,:]+", re.IGNORECASE)
_SIGNED = re.compile(r"(?:/s/|/S/)\s*(?P<name>[A-Z][\w.'-]+(?:\s+[A-Z][\w.'-]*){1,4})")
_HEAD = 4_000


@dataclass(frozen=True, slots=True)
class Party:
    """A name with where it stands in the flow and how plainly it is a party."""

    name: str
    start: int
    end: int
    told: float


def parties(flow: Flow) -> list[Party]:
    """The parties of an agreement, in order, each once; [] where no sentence names any."""
    found = [*_preamble(flow.text), *_roles(flow.text)]
    if len(found) < 2:
        found += list(_signatures(flow.text))
    kept: list[Party] = []
    for party in found:
        key = squash(party.name)
        if len(key) > 2 and not any(key == squash(other.name) or squash(other.name).startswith(key) for other in kept):
            kept.append(party)
    return kept


def _preamble(text: str) -> Iterator[Party]:
    """Names after the first "between" whose sentence gives at least one, each cut at its description."""
    for match in list(_BETWEEN.finditer(text[:_HEAD]))[:4]:
        found = list(_listed(text, match.end()))
        if found:
            yield from found
            return


def _listed(text: str, start: int) -> Iterator[Party]:
    end = _sentence_end(text, start)
    position = start
    while position < end:
        name = _name_at(text, position, end)
        if name is None:
            return
        yield name
        following = re.compile(r"(?:\)|,|;|\s)\s*(?:and|AND|und|et|y|e|en|&)\s+(?:\(\d\)\s*)?(?=(?:the\s+|THE\s+)?[A-Z\u00c0-\u00dc])").search(text, name.end, end)
        if following is None:
            return
        position = following.end()


def _sentence_end(text: str, start: int) -> int:
    stop = re.compile(r"(?:WITNESSETH|WHEREAS|RECITALS|Whereas|Recitals|W I T N E S S|NOW, THEREFORE|\b1\.\s|[a-z)]{3,}\.\s+[A-Z])").search(text, start, start + 1_200)
    return stop.start() + 3 if stop else min(start + 700, len(text))


def _name_at(text: str, start: int, end: int) -> Party | None:
    head = text[start : min(start + 160, end)]
    skipped = len(head) - len(head.lstrip(" :,;(1)"))
    lead = _LEAD.match(head[skipped:])
    skipped += lead.end() if lead else 0
    match = _NAME.match(text, start + skipped, end)
    return _party(match, 0.9) if match else None


def _party(match: re.Match[str], told: float) -> Party | None:
    name = re.sub(r"\s+(?:a|an|A|An|of|and|the)$", "", match[0]).strip(" ,")
    name = name if name.endswith(("Inc.", "Corp.", "Co.", "Ltd.", "Jr.", ".A.", ".P.", ".C.", ".V.")) else name.rstrip(".")
    if _GENERIC.match(name) or len(name) < 3 or not any(c.isalpha() for c in name):
        return None
    return Party(name, match.start(), match.start() + len(name), told)


def _roles(text: str) -> Iterator[Party]:
    """Names right before a bracket that gives them a role: Ann Taylor, Inc. (the "Company")."""
    for role in _ROLE.finditer(text[:_HEAD]):
        if not _PERSONAL.search(role["role"]):
            continue
        before = text[max(role.start() - 220, 0) : role.start()]
        names = [match for match in _NAME.finditer(before) if " " in match[0] or len(match[0]) > 4]
        adjacent = next((match for match in reversed(names) if not before[match.end() :].strip(" ,")), None)
        if adjacent is not None:
            offset = max(role.start() - 220, 0)
            party = _party(adjacent, 0.7)
            if party is not None:
                yield Party(party.name, offset + party.start, offset + party.end, 0.7)


def _signatures(text: str) -> Iterator[Party]:
    for match in _SIGNED.finditer(text):
        name = re.split(r"\s+(?:Name|Title|By|Date|Its|Print)\b", match["name"])[0]
        yield Party(name.strip(" ."), match.start("name"), match.start("name") + len(name), 0.4)
