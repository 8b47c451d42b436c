"""Who signs: firms over a line to sign on, people who sign for themselves, letters' sender and receiver."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sheaf.extraction.layout import Segment
from sheaf.extraction.prose.flow import Flow
from sheaf.extraction.prose.names import Party, is_firm, is_name, party_at
from sheaf.extraction.rules import rule

#: Where one signs: "By:", "/s/", a line.
_BY = re.compile(
    r"(?:by|per|par|por|door|durch|im auftrag|i\.\s?a\.|for and on behalf of)\s*:?\s*(?:/s/.*|[_.\u2026-]{3,}.*|)$|/s/|_{6,}|x_+",
    re.IGNORECASE,
)
_MARK = re.compile(r"/[sS]/")
_PERSON_NAME = re.compile(r"\s*(?P<name>[A-Z][\w.'-]+(?:\s+[A-Z][\w.'-]*){1,4})")
#: Over a signature: who signs for himself, or for another.
_PERSON = re.compile(
    r"(?:the )?(?:employee|executive|associate|consultant|recipient|individual|tenant|landlord|participant|arbeitnehmer(?:in)?|"
    r"salari\u00e9e?|"
    r"trabajador|lavoratore|werknemer)\b\W*$",
    re.IGNORECASE,
)
_FOR_HOUSE = re.compile(r"for (?:the|and)\b", re.IGNORECASE)
_FOR_ANOTHER = re.compile(r"(?:for (?:the|and)\b|by\b|per\b|its\b|i\. ?[av]\.|ppa)", re.IGNORECASE)
_FOR = re.compile(
    r"^(?:[\w.' -]{3,40}\s)?(?:for and on behalf of|on behalf of|for|f\u00fcr|pour|por|per|namens|voor)(?: the| die| la| el|"
    r" de)?:?\s+(?=[A-Z0-9])",
    re.IGNORECASE,
)
#: Offices of those who sign for a firm.
_OFFICE = re.compile(
    r"\b(?:title|president|director|officer|c\.?e\.?o|c\.?f\.?o|secretary|chairman|manager|treasurer|counsel|partner|attorney|"
    r"for the company|"
    r"gesch\u00e4ftsf\u00fchrer(?:in)?|vorstand|prokurist(?:in)?|g\u00e9rante?|administrador(?:a)?|amministratore|bestuurder|gerente)\b",
    re.IGNORECASE,
)
_SIGNER = re.compile(r"\b(?:name|title|by|date|its|print|signature|employee|executive)\b.*$", re.IGNORECASE)
_SALUTATION = re.compile(
    r"(?:dear|ladies and gentlemen|gentlemen|to whom|sehr geehrte|madame|monsieur|estimad|egregi|gentile|geachte|exm)\b", re.IGNORECASE
)
#: Rows between a firm's name and where one signs for it, and about a person's signature.
NEAR_ROWS = 3
_HEAD_ROWS = 24
#: Most characters of a line that is a name.
LINE = 70


@rule("firms-over-signatures", otherwise=lambda _: [])
def signing_firms(flow: Flow) -> list[Party]:
    """Firms that stand over a line to sign on, or behind "for" beside one.

    Assumes that an agreement is signed at its end under the names of the firms it is between.
    """
    return list(_signing_firms(flow))


def _signing_firms(flow: Flow) -> Iterator[Party]:
    segments = flow.layout.segments
    lines = [one for one in segments if _BY.search(one.text.strip())]
    for segment in segments:
        text = segment.text.strip()
        mandate = _FOR.match(text)
        head = mandate.end() if mandate else 0
        if len(text) - head > LINE or not is_firm(text[head:]) or not any(_signs(line, segment) for line in lines):
            continue
        start = flow.starts[segment.index] + segment.text.index(text) + head
        party = party_at(flow.text, start, flow.starts[segment.index] + len(segment.text), 0.6)
        if party is not None and flow.text[party.end : flow.starts[segment.index] + len(segment.text)].strip(" .,:;") == "":
            yield party


def _signs(line: Segment, name: Segment) -> bool:
    """Whether the line to sign on belongs to the name: right below it or beside it, in the same column."""
    rows = line.row - name.row
    return line.page == name.page and 0 <= rows <= NEAR_ROWS and line.box.x0 < name.box.x1 + 1 and line.box.x1 > name.box.x0 - 1


@rule("signers-for-firms", otherwise=lambda flow: [party for _, party in _signatures(flow)])
def own_signers(flow: Flow) -> list[Party]:
    """Signers without an office and without a firm's name over their signature.

    Assumes that who signs with an office, or under a firm's name, signs for a firm and is no party himself.
    """
    firms = [one for one in flow.layout.segments if len(one.text) < LINE and is_firm(one.text)]
    return [party for segment, party in _signatures(flow) if _for_himself(flow, segment, firms)]


def _for_himself(flow: Flow, segment: Segment, firms: Sequence[Segment]) -> bool:
    about = [one for one in flow.layout.segments[max(segment.index - 10, 0) : segment.index + 14] if one.page == segment.page]
    column = [one for one in about if _same_column(one, segment)]
    above = [one for one in column if 0 < segment.row - one.row <= NEAR_ROWS]
    if any(_PERSON.match(one.text.strip()) for one in above):
        return True
    below = [one for one in column if 0 <= one.row - segment.row <= NEAR_ROWS]
    beside = [one for one in about if one.row == segment.row and one.index in (segment.index, segment.index - 1)]
    if any(_FOR_ANOTHER.match(one.text.strip()) for one in beside) or any(_FOR_HOUSE.match(one.text.strip()) for one in above):
        return False
    return not any(_OFFICE.search(one.text) for one in below) and not any(_signs(segment, firm) for firm in firms)


def _same_column(one: Segment, other: Segment) -> bool:
    return one.box.x0 < other.box.x1 and one.box.x1 > other.box.x0


def _signatures(flow: Flow) -> Iterator[tuple[Segment, Party]]:
    """Names behind the mark of a signature, in its segment or in the next one of its row."""
    for segment in flow.layout.segments:
        mark = _MARK.search(segment.text)
        if mark is None:
            continue
        beside = flow.layout.segments[segment.index + 1 : segment.index + 2]
        alone = not segment.text[mark.end() :].strip()
        own, head = (beside[0], 0) if alone and beside and beside[0].row == segment.row else (segment, mark.end())
        match = _PERSON_NAME.match(own.text, head)
        name = _SIGNER.sub("", match["name"]).strip(" .,") if match else ""
        if match and " " in name and is_name(name):
            start = flow.starts[own.index] + match.start("name")
            yield own, Party(name, start, start + len(name), 0.5)


@rule("letters-of-agreement", otherwise=lambda _: [])
def receivers(flow: Flow) -> list[Party]:
    """The firm a letter is addressed to: the last line with a legal form before its salutation.

    Assumes that a letter of agreement is between who signs it and whom it is addressed to.
    """
    segments = flow.layout.segments
    greeting = next((one for one in segments[:60] if one.row < _HEAD_ROWS and _SALUTATION.match(one.text.strip())), None)
    if greeting is None:
        return []
    above = [one for one in segments[: greeting.index] if is_firm(one.text) and len(one.text) < LINE and ":" not in one.text]
    found = (party_at(flow.text, flow.starts[one.index], flow.starts[one.index] + len(one.text), 0.6) for one in reversed(above))
    return [party for party in found if party is not None][:1]
