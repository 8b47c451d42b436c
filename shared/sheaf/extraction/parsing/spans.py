"""Spans of time in words: "2 years", "30 days net", "18 Monate", "un an et six mois", "1h30"; the units stay as they are told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import pairwise

from sheaf.domain.errors import InvalidInput
from sheaf.domain.types.time_span import TimeSpan
from sheaf.domain.types.time_span import parse as parse_iso
from sheaf.extraction.parsing.dates import fold_in_place
from sheaf.extraction.parsing.found import Found, overlaps

#: Folded number words, one line a number from 1 on.
_COUNTED = (
    "one a an ein eine einem einen einer eines un une uno una um uma een",
    "two zwei zwo deux dos due twee dois duas",
    "three drei trois tres tre drie",
    "four vier quatre cuatro quattro quatro",
    "five funf cinq cinco cinque vijf",
    "six sechs seis sei zes",
    "seven sieben sept siete sette zeven sete",
    "eight acht huit ocho otto oito",
    "nine neun neuf nueve nove negen",
    "ten zehn dix diez dieci tien dez",
    "eleven elf onze once undici",
    "twelve zwolf douze doce dodici twaalf doze",
)
_TENS = {
    14: "fourteen vierzehn quatorze catorce quattordici veertien catorze",
    15: "fifteen funfzehn quinze quince quindici vijftien",
    18: "eighteen achtzehn dix-huit dieciocho diciotto achttien dezoito",
    20: "twenty zwanzig vingt veinte venti twintig vinte",
    24: "twenty-four vierundzwanzig vingt-quatre veinticuatro ventiquattro vierentwintig",
    30: "thirty dreissig trente treinta trenta dertig trinta",
    36: "thirty-six sechsunddreissig trente-six",
    45: "forty-five funfundvierzig quarante-cinq",
    60: "sixty sechzig soixante sesenta sessanta zestig sessenta",
    90: "ninety neunzig quatre-vingt-dix noventa novanta negentig",
}
_UNITS = {
    "years": "years year's years' year yrs yr y jahre jahren jahres jahr annees annee ans an anos ano anni anno jaren jaar",
    "quarters": "quarters quarter quartale quartalen quartal trimestres trimestre trimestri kwartalen kwartaal",
    "months": "months' months month's month mths mth mos mo monate monaten monats monat mois meses mes mesi mese maanden maand",
    "weeks": "weeks week's week wks wk wochen woche semaines semaine semanas semana settimane settimana weken",
    "days": "days' days day's day d tagen tages tage tag jours jour dias dia giorni giorno dagen dag jrs gg",
    "hours": "hours hour hrs hr h stunden stunde stdn std heures heure horas hora ore ora uren uur",
    "minutes": "minutes minute mins min minuten minutos minuto minuti minuut",
    "seconds": "seconds second secs sec sekunden sekunde sek secondes seconde segundos segundo secondi secondo seconden",
}
#: Units that letters alone may mean something else.
_SHORT = frozenset("y d h mo an ano mes std ora ore min sec dag dia".split())
_ORDER = tuple(_UNITS)
#: Stands for one half, which folding would take apart.
_HALF = "~"
_MORE = r"(?:full |calendar |consecutive |additional |working |business |volle |weitere |jours? (?=ouvr))?"
_ISO = re.compile(r"(?<![\w-])P(?=\d|T\d)[\dYMWDTHS]{2,24}(?![\w-])")
_NET = re.compile(r"\bnet(?:to)?\s{0,2}(\d{1,3})(?!\s?%|[\d.,]\d|\s?\w)")
_CLOCK = re.compile(r"(?<![\w.,:/-])(\d{1,3})\s?h\s?([0-5]\d)(?:\s?(?:m|min)\b)?(?!\w)")
_AND = re.compile(r"\s*(?:,|\band\b|\bund\b|\bet\b|\by\b|\be\b|\ben\b|&)?\s*")
#: The next smaller unit, and how many of it make one.
_SMALLER = {"years": ("months", 12), "hours": ("minutes", 60), "minutes": ("seconds", 60), "weeks": ("days", 7)}


@cache
def _numbers() -> dict[str, int]:
    words = {word: number for number, line in enumerate(_COUNTED, start=1) for word in line.split()}
    tens = {word: number for number, line in _TENS.items() for word in line.split()}
    return words | tens | {word.replace("-", " "): number for word, number in tens.items()}


@cache
def _unit_of() -> dict[str, str]:
    return {word: unit for unit, words in _UNITS.items() for word in words.split()}


@cache
def _told() -> re.Pattern[str]:
    words = "|".join(sorted(_numbers(), key=len, reverse=True))
    units = "|".join(re.escape(unit) for unit in sorted(_unit_of(), key=len, reverse=True))
    number = (
        rf"(?:(?P<word>{words})\b\s*(?:\(\s*(?P<inner>\d{{1,4}})\s*\)\s*)?|(?P<digits>\d{{1,4}}(?:[.,]\d{{1,2}})?)\s?(?P<half>{_HALF})?)"
    )
    return re.compile(rf"(?<![\w.,/-]){number}\s{{0,2}}-?{_MORE}(?P<unit>{units})(?![^\W\d]|-\w)\.?(?:\s?\(s\))?")


def find_spans(text: str) -> list[Found[TimeSpan]]:
    """Every span of time in ``text``, left to right; parts that follow each other from large to small are one."""
    if not any(character.isdigit() for character in text) and not any(word in _numbers() for word in fold_in_place(text).split()):
        return []
    folded = fold_in_place(text.replace("\u00bd", _HALF))
    found = [*_iso(text), *_clock(folded)]
    found += [
        one for one in _joined(list(_parts(folded))) if not overlaps(one.start, one.end, [(other.start, other.end) for other in found])
    ]
    return sorted(found or _net(folded), key=lambda one: one.start)


def _iso(text: str) -> Iterator[Found[TimeSpan]]:
    for match in _ISO.finditer(text):
        try:
            yield Found(parse_iso(match[0]), match.start(), match.end())
        except InvalidInput:
            continue


def _clock(folded: str) -> Iterator[Found[TimeSpan]]:
    """Hours and minutes as the French write them: "1h30"."""
    for match in _CLOCK.finditer(folded):
        yield Found(TimeSpan(hours=int(match[1]), minutes=int(match[2])), match.start(), match.end(), 0.8)


def _net(folded: str) -> list[Found[TimeSpan]]:
    """Terms of payment that leave the unit out: "Net 30"."""
    return [Found(TimeSpan(days=int(match[1])), match.start(), match.end(), 0.7) for match in _NET.finditer(folded)]


def _parts(folded: str) -> Iterator[tuple[Found[dict[str, int]], str]]:
    """Each number with its unit, and the text between them."""
    last = 0
    for match in _told().finditer(folded):
        amounts = _amounts(match)
        if amounts is not None:
            quality = 0.6 if match["unit"] in _SHORT else 1.0
            yield Found(amounts, match.start(), match.end(), quality), folded[last : match.start()]
            last = match.end()


def _amounts(match: re.Match[str]) -> dict[str, int] | None:
    """Units and how many of each; None for a fraction that no smaller unit can tell."""
    unit = _unit_of()[match["unit"]]
    number = Decimal(match["inner"] or (match["digits"] or "").replace(",", ".") or _numbers()[match["word"]])
    number += Decimal("0.5") if match["half"] else 0
    if unit == "quarters":
        unit, number = "months", number * 3
    whole, rest = int(number), number % 1
    if not rest:
        return {unit: whole}
    smaller, times = _SMALLER.get(unit, ("", 0))
    return {unit: whole, smaller: int(rest * times)} if smaller and rest * times % 1 == 0 else None


def _joined(parts: list[tuple[Found[dict[str, int]], str]]) -> list[Found[TimeSpan]]:
    runs: list[list[Found[dict[str, int]]]] = [[part] for part, _ in parts[:1]]
    for (before, _), (part, between) in pairwise(parts):
        if _AND.fullmatch(between) and _follows(before.value, part.value):
            runs[-1].append(part)
        else:
            runs.append([part])
    return [_one(run) for run in runs]


def _follows(before: dict[str, int], after: dict[str, int]) -> bool:
    """Whether the units go on getting smaller, as those of one span do."""
    return max(map(_ORDER.index, before)) < min(map(_ORDER.index, after))


def _one(run: list[Found[dict[str, int]]]) -> Found[TimeSpan]:
    amounts = {unit: number for part in run for unit, number in part.value.items()}
    return Found(TimeSpan(**amounts), run[0].start, run[-1].end, max(part.quality for part in run))
