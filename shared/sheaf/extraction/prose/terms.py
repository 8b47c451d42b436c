"""How long an agreement lasts: "for a period of two (2) years", "Laufzeit von 24 Monaten"; normalised to "2 years"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sheaf.extraction.candidates import Candidate
from sheaf.extraction.prose.flow import Flow

#: Number words, folded, one line a number from 1 on.
_COUNTED = (
    "one ein eine einem einen einer un une uno una een um uma",
    "two zwei deux dos due twee dois duas",
    "three drei trois tres tre drie",
    "four vier quatre cuatro quattro quatro",
    "five funf cinq cinco cinque vijf",
    "six sechs seis sei zes",
    "seven sieben sept siete sette zeven sete",
    "eight acht huit ocho otto oito",
    "nine neun neuf nueve nove negen",
    "ten zehn dix diez dieci tien dez",
    "eleven elf",
    "twelve zwolf douze doce dodici twaalf doze",
)
_NUMBERS = {word: number for number, words in enumerate(_COUNTED, start=1) for word in words.split()} | {
    "fourteen": 14,
    "fifteen": 15,
    "eighteen": 18,
    "twenty": 20,
    "twenty-four": 24,
    "twenty four": 24,
    "thirty": 30,
    "thirty-six": 36,
    "thirty six": 36,
    "sixty": 60,
    "ninety": 90,
}
_UNITS = {
    "year": "years years' year year's jahr jahre jahren annee annees an ans ano anos anni anno jaar jaren",
    "month": "months month months' month's monat monate monaten mois mes meses mesi mese maand maanden",
    "week": "weeks week woche wochen semaine semaines semana semanas settimane weken",
    "day": "days day tag tage tagen jour jours dia dias giorni dagen",
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_DURATION = re.compile(
    rf"(?<![\w-])(?:(?P<word>{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\s*(?:\(\s*(?P<inner>\d{{1,3}})\s*\)\s*)?|"
    rf"(?P<digits>\d{{1,3}})\s*-?\s*(?:\(\s*[^\W\d]+\s*\)\s*)?)"
    rf"(?:full |calendar |consecutive |additional )?(?P<unit>{'|'.join(sorted(_UNIT_OF, key=len, reverse=True))})(?![\w-])"
)
_NEAR = (
    (re.compile(r"(?:term of (?:this|the) (?:agreement|contract)|this agreement (?:shall|will) (?:\w+ ){0,4}(?:remain|"
        r"continue|expire|terminate|be in|commence)|laufzeit|vertragsdauer|duree\b|duracion|durata|"
        r"looptijd|vigencia|prazo)[^.]{0,120}$"), 1.0),
    (re.compile(r"(?:initial term|for a (?:period|term) of|period of|term of|expir\w+|remain in (?:full )?(?:force and "
        r")?effect|surviv\w+|continues? for|effective for|duurt|dauert|remains? in force for|in force for)[^.]{0,40}$"), 0.75),
    (re.compile(r"(?:confidential\w*|obligations?|disclos\w+)[^.]{0,160}$"), 0.5),
)  # fmt: skip


#: Periods of other things than the agreement: of notice, of not competing, after an employment.
_OTHER = re.compile(r"(?:employ\w*|solicit\w*|compet\w*|hire|recruit\w*|severance|notice|restrict\w*|salary|prior to)[^.]{0,140}$")


#: What follows a period that only begins when the agreement or an employment has ended.
_AFTER_END = re.compile(
    r"\W{0,3}(?:following|after|from|nach|apres|despues de|dopo|na|apos)\s+(?:the\s+|its\s+|any\s+|such\s+|la\s+|der\s+|dem\s+)?"
    r"(?:date of\s+)?(?:terminat|expir|separat|cessation|end of|employ|vertragsende|ende|fin |cessazione|beendigung)"
)


#: Words for the agreement itself, whose own period is asked for.
_AGREEMENT = re.compile(r"agreement|\bterm\b|vertrag|laufzeit|contrat|duree|durata|duracion|overeenkomst|looptijd|prazo|vigencia")
#: Least plainness of a sentence that tells a term; agreements hold many periods.
PLAIN = 0.5
_SENTENCE = re.compile(r"(?<=[a-z)\"\u201d])[.;] ")


def durations(text: str) -> list[tuple[int, int, str]]:
    """(start, end, normalised) of every duration in folded ``text``, such as ``2 years``."""
    found = []
    for match in _DURATION.finditer(text):
        number = int(match["inner"] or match["digits"] or _NUMBERS[match["word"]])
        unit = _UNIT_OF[match["unit"]]
        found.append((match.start(), match.end(), f"{number} {unit}" + ("" if number == 1 else "s")))
    return found


_OPEN_END = re.compile(r"indefini|indeterminat|unbefrist|unbestimmt|perpetu|onbepaald|until|hasta|jusqu|bis |fino|ate ")


def is_period(text: str) -> bool:
    """Whether ``text``, folded, can say how long something lasts: a number with a unit, a date, or no end."""
    return bool(durations(text)) or any(character.isdigit() for character in text) or _OPEN_END.search(text) is not None


def terms(flow: Flow, folded: str) -> Iterator[Candidate]:
    """Durations that their sentence introduces as the agreement's; ``folded`` is the flow's text folded in place."""
    for start, end, value in durations(folded):
        before = _SENTENCE.split(folded[max(start - 200, 0) : start])[-1]
        told = max((weight for pattern, weight in _NEAR if pattern.search(before)), default=0.0)
        unit = 1.0 if value.endswith(("year", "years")) else 0.7 if "month" in value else 0.3
        told *= 0.4 if _OTHER.search(before[-150:]) or _AFTER_END.match(folded, end) else 1.0
        told *= unit * (1.0 if _AGREEMENT.search(before) else 0.55)
        if told >= PLAIN:
            yield flow.candidate(start, end, value, told=told)
