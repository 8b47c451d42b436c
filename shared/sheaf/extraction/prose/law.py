"""The law that governs: "governed by the laws of the State of New York", "unterliegt deutschem Recht", "droit français"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sheaf.extraction.candidates import Candidate
from sheaf.extraction.prose.flow import Flow

_CAPITAL = r"(?:[A-Z\u00c0-\u00dc][\w'\u00c0-\u00ff-]+|(?:[A-Z]\.){2,})"
_PLACE = (
    rf"(?P<place>(?!(?:State|STATE|Commonwealth|United)\b){_CAPITAL}(?:\s+(?:of\s+|de\s+|and\s+(?=Wales|"
    rf"Northern))?{_CAPITAL}){{0,3}}|United\s+(?:States|Kingdom)(?:\s+of\s+America)?)"
)
_OF = (
    r"(?:the\s+|THE\s+)?(?:(?:[Ss]tate|STATE|[Cc]ommonwealth|COMMONWEALTH|[Pp]rovince|PROVINCE|[Rr]epublic|"
    r"[Kk]ingdom|[Tt]erritory|[Cc]anton)(?:\s+and\s+\w+)?\s+(?:of|OF)\s+)?(?:the\s+)?"
)
#: Each pattern with how plainly it says it; matched with the letters' case, for places are capitalised.
_RULES = tuple(
    (re.compile(pattern), weight)
    for pattern, weight in (
        (rf"[Ll]aws\s+of\s+the\s+United\s+States(?:\s+of\s+America)?,?\s+(?:and\s+)?(?:the\s+)?State\s+of\s+{_PLACE}", 1.1),
        (
            (
                rf"(?:[Gg]overned|GOVERNED|[Cc]onstrued|CONSTRUED|[Ii]nterpreted|[Ee]nforced|"
                rf"ENFORCED)\b[^.;]{{0,140}}?\b(?:[Ll]aws?|LAWS?)\s+(?:of|in|OF)\s+(?:and\s+\w+\s+in\s+)?{_OF}{_PLACE}"
            ),
            1.0,
        ),
        (
            (
                rf"(?:[Gg]overned|[Cc]onstrued|[Ii]nterpreted)\b[^.;]{{0,80}}?\b(?:by|under|"
                rf"with)\s+(?:the\s+)?(?:laws\s+of\s+)?{_PLACE}\s+(?:state\s+)?[Ll]aws?\b"
            ),
            0.95,
        ),
        (rf"\b(?:[Ll]aws?|LAWS)\s+(?:of|OF)\s+{_OF}{_PLACE}\s+(?:shall|will|SHALL|govern)", 0.95),
        (rf"\b{_PLACE}\s+law\s+(?:shall|will|governs|applies)", 0.85),
        (rf"\b(?:[Ll]aws?|LAWS)\s+(?:of|OF)\s+{_OF}{_PLACE}", 0.6),
        (rf"(?:courts?\s+(?:of|in|located\s+in)|jurisdiction\s+of)\s+{_OF}{_PLACE}", 0.35),
        (
            (
                r"(?:unterliegt|gilt|findet|nach)\b[^.;]{0,60}?\b(?:das\s+|dem\s+)?(?P<place>[Dd]eutsche[sm]?|"
                r"[\u00d6\u00f6]sterreichische[sm]?|[Ss]chweizer(?:ische[sm]?)?)\s+Recht"
            ),
            0.95,
        ),
        (r"Recht\s+der\s+(?P<place>Bundesrepublik\s+Deutschland|Schweiz(?:erischen\s+Eidgenossenschaft)?|Republik\s+\u00d6sterreich)", 1.0),
        (r"(?:soumis|r\u00e9gi|r\u00e9gie|soumise)\b[^.;]{0,60}?\b(?:droit|loi)\s+(?P<place>[a-z\u00e0-\u00ff]+)", 0.95),
        (
            (
                r"(?:regir\u00e1|rige|sujeto|somete)\b[^.;]{0,60}?\b(?:leyes|legislaci\u00f3n|ley|"
                r"derecho)\s+(?:de\s+(?:la\s+|los\s+)?)?(?P<place>[A-Za-z\u00c0-\u00ff]+(?:\s+[A-Z][\w\u00c0-\u00ff]+)?)"
            ),
            0.95,
        ),
        (
            (
                r"(?:regolat\w|disciplinat\w|soggett\w)\b[^.;]{0,60}?\b(?:legge|diritto|"
                r"leggi)\s+(?:dell[ao']\s*)?(?P<place>[A-Za-z\u00c0-\u00ff]+)"
            ),
            0.95,
        ),
        (r"(?:is|zijn)\s+(?:uitsluitend\s+)?(?P<place>[A-Z][a-z]+)\s+recht\s+van\s+toepassing", 0.95),
        (r"(?:regid\w|sujeit\w)\b[^.;]{0,60}?\b(?:leis?|direito)\s+(?:d[aoe]s?\s+)?(?P<place>[A-Za-z\u00c0-\u00ff]+)", 0.95),
    )
)
_TRAILING = re.compile(
    r"\s+(?:Without|Applicable|And|The|As|In|Excluding|Law|Laws|State|Court|Courts|WITHOUT|AND|Any|For|"
    r"Regardless|Each|All|This|Section|Its|Except|USA|Except|Shall|Employee|Company|Both|Executive|You|If|It|"
    r"Such).*$|[.']+$|\s+\d.*$"
)


def governing_places(flow: Flow) -> Iterator[Candidate]:
    """Places whose law a sentence names as governing."""
    for pattern, weight in _RULES:
        for match in pattern.finditer(flow.text):
            raw = match["place"]
            place = _TRAILING.sub("", raw).strip(" ,.")
            if len(place) > 1:
                value = place.title() if place.isupper() and len(place) > 3 else place
                start = match.start("place")
                yield flow.candidate(start, start + len(place), value, told=weight)
