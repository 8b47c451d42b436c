"""The date an agreement is made or takes effect: "dated as of", "effective", "mit Wirkung vom", "en date du"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from sheaf.extraction.candidates import Candidate
from sheaf.extraction.parsing.dates import Order, find_dates
from sheaf.extraction.parsing.found import Found, fold
from sheaf.extraction.prose.flow import Flow
from sheaf.extraction.rules import rule

#: Words that end right before the date → how plainly they say it.
_BEFORE = (
    (re.compile(r"(?:effective(?: date)?(?: is| as of| from| on| of)?|with effect (?:from|on)|takes? effect (?:on|as of)|"
        r"in effect (?:as of|from)|commenc\w+ on)\W*(?:the |this )?$"), 1.0),
    (re.compile(r"(?:mit wirkung (?:zum|vom|ab)|tritt am|wirksam ab|prend effet (?:le|au)|a compter du|con efecto "
        r"(?:desde|el|a partir del?)|con efficacia dal|a partire dal|com efeitos a partir de|met ingang van|"
        r"ingaande)\W*(?:dem |den )?$"), 1.0),
    (re.compile(r"(?:dated|made|entered into|executed|concluded|signed)(?: and entered into| and effective| and made)?(?: "
        r"as of| effective| effective as of| on| this| by and between the parties)*\W*(?:the |this )?$"), 0.9),
    (re.compile(r"(?:geschlossen am|abgeschlossen am|vom|en date du|conclu le|signe le|fait (?:a \w+,? )?le|celebrado "
        r"(?:el|a)|suscrito el|firmado el|stipulato (?:in data|il)|sottoscritto il|in data|gesloten op|celebrado "
        r"em|assinado em)\W*$"), 0.75),
    (re.compile(r"(?:vertrag|vereinbarung|verhaltnis|contrat|contrato|contratto|locazione|overeenkomst|huur|agreement|lease)\b[^.;]{0,40}"
        r"(?:beginnt|debute|comienza|inicia|decorre|begint|gaat in|begins|commences|starts)"
        r"\W+(?:am|le|el|il|dal|em|op|on)?\W*(?:dem )?$"), 0.8),
    (re.compile(r"(?:^|[\s,])(?:en|in|a|te|em|at)?\s*[a-z]{3,}, (?:a|den|le|li|il|el|aos?|op)\W*(?:dia )?$"), 0.55),
    (re.compile(r"\bas of\W*(?:the |this )?$"), 0.85),
    (re.compile(r"\b(?:this|on)\W*(?:the )?$"), 0.5),
    (re.compile(r"\bdate[d]?\W{0,4}$"), 0.6),
)  # fmt: skip
_AFTER = re.compile(
    r"\W{0,4}(?:\(?\W*(?:the|hereinafter)?\W*)?[\"\u201c']?(?:effective date|commencement date|agreement "
    r"date)|^\W{0,3}(?:is made |is entered into|by and between|between|among|by and among)"
)
#: What follows a date that belongs to something else: an older agreement, a law, a filing.
_OTHER = re.compile(
    r"(?:amended|expires?|expiration|terminat\w+|end(?:s|ing|et)|until|through|prior to|no later than|before|born|"
    r"filed)\W*(?:\w+\W+){0,2}$|"
    r"\bthat certain\b.{0,70}$|\bplan of merger\b.{0,30}$|"
    r"\b(?:that|the|an?|certain|such|its|their|his|her|prior|previous|existing|original|jener|de[nms]|einem|del|du|della|un|una|een)\s+"
    r"(?:(?!(?:this|dies\w*|present\w*|vorliegend\w*|quest[oa]|deze|este|cet?)\b)[\w-]+\s+){0,4}"
    r"(?:agreements?|contracts?|leases?|letters?|notes?|amendments?|plans?|vertrags?|vereinbarung|contrat|contrato|contratto|overeenkomst)"
    r"\s+(?:\w+\s+){0,3}$"
)
#: Before a date that someone signs with.
_DATED = re.compile(r"\b(?:date[d]?|datum|fecha|data)\W{0,4}$")
#: Least plainness of a sentence that dates an agreement.
PLAIN = 0.5
#: How plainly the date of something else is told to be the agreement's.
ANOTHER = -0.5
#: How plainly a date beside a signature dates what was signed.
SIGNED = 0.65
#: Segments of a document's head, in which a date by itself is the letter's.
_HEAD_SEGMENTS = 14


def effective_dates(flow: Flow, order: Order) -> list[Candidate]:
    """Every date that its sentence introduces as the agreement's own; earlier ones are likelier. Else the date it was signed on."""
    length = max(len(flow.text), 1)
    dates = find_dates(flow.text, order)
    found = []
    for one in dates:
        told = _told(flow, one.start, one.end)
        if told:
            early = 1.0 - 0.25 * min(one.start / length, 1.0)
            found.append(flow.candidate(one.start, one.end, one.value, told=told * early if told > 0 else told))
    return found if any(one.told >= PLAIN for one in found) else [*_signed_on(flow, dates), *found]


def _told(flow: Flow, start: int, end: int) -> float:
    """How plainly the words about a date say that it is the agreement's own; below 0 where they say that it is another's."""
    before = fold(flow.text[max(start - 90, 0) : start])
    if _of_another(before):
        return ANOTHER
    after = fold(flow.text[end : end + 50])
    told = max((weight for pattern, weight in _BEFORE if pattern.search(before)), default=0.0)
    told = max(told, 1.0) if _AFTER.match(after) else told
    return max(told, _standing_alone(flow, start, end))


@rule("dates-of-others", otherwise=lambda _: False)
def _of_another(before: str) -> bool:
    """Whether the words before a date say that it is another paper's, a filing's or an end's.

    Assumes that an agreement calls itself "this", and speaks of other papers as "that", "the" or "a".
    """
    return _OTHER.search(before) is not None


@rule("signed-on", otherwise=lambda *_: [])
def _signed_on(flow: Flow, dates: Sequence[Found[date]]) -> list[Candidate]:
    """The last date behind the word "date", where no sentence dates the agreement.

    Assumes that an agreement without a date of its own takes effect when the last party has signed.
    """
    signed = [one for one in dates if _DATED.search(fold(flow.text[max(one.start - 30, 0) : one.start]))]
    return [flow.candidate(one.start, one.end, one.value, told=SIGNED) for one in signed[-1:]]


_STARTING = re.compile(
    r"(?:\bbegin(?:s|ning|nt)?|commenc\w+|start(?:s|ing)?|effective|prend effet|debut\w*|commence|a compter|comienza|"
    r"inicia\w*|inizia|decorre\w*|"
    r"begint|ingaande|gaat in|inicio|mit wirkung|ab dem|borjar|begynder)\W+(?:date\W+)?(?:is\W+|on\W+|from\W+|am\W+|zum\W+|"
    r"vom\W+|le\W+|du\W+|el\W+|"
    r"il\W+|dal\W+|em\W+|op\W+|den\W+|the\W+)*$"
)
_ENDING = re.compile(
    r"(?:\bend(?:s|ing|et)?|expir\w+|terminat(?:es|ing)|until|through|prend fin|se termine|fini\w*|finaliza|termina|scad\w+|"
    r"eindigt|tot en met|tot|"
    r"bis zum|bis|jusqu'au|hasta el|hasta|fino al|ate|slutar|ophorer)\W+(?:date\W+)?(?:is\W+|on\W+|and including\W+|am\W+|"
    r"mit ablauf des\W+|le\W+|"
    r"el\W+|il\W+|em\W+|op\W+|den\W+|the\W+)*$"
)


def range_dates(flow: Flow, order: Order, edge: str) -> Iterator[Candidate]:
    """Dates that a sentence calls the start or the end: "begins on …", "endet am …"; ``edge`` is ``start`` or ``end``."""
    pattern = _ENDING if edge == "end" else _STARTING
    for found in find_dates(flow.text, order):
        if pattern.search(fold(flow.text[max(found.start - 60, 0) : found.start])):
            yield flow.candidate(found.start, found.end, found.value, told=0.75)


#: A place before the day on which something is signed there.
_PLACED = re.compile(
    r"\W*(?:(?:in|en|\u00e0|a|te|em|at)\s+)?[A-Z\u00c0-\u00de][\w.'-]+(?:[ -][\w.'-]+){0,2},\s*"
    r"(?:(?:den|le|l\u00ec|il|el|a|op|em|aos?)\s+)?\Z",
    re.IGNORECASE,
)


def _standing_alone(flow: Flow, start: int, end: int) -> float:
    """How much a date says that stands on a line of its own at the head of a letter, or behind the place it was signed at."""
    candidate = flow.candidate(start, end, None, told=0.0)
    text = candidate.segment.text
    if end - start >= len(text.strip(" .,")) - 2:
        return 0.6 if candidate.segment.index < _HEAD_SEGMENTS else 0.0
    ends = len(text[candidate.start + (end - start) :].strip(" .,")) == 0
    return 0.55 if ends and _PLACED.match(text[: candidate.start]) else 0.0
