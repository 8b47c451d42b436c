"""What labels and field names mean, word by word, in any language: "Vertragsnummer" is a contract's number, as ``numero_contrato`` is.

``senses.toml`` lists words by meaning. **Heads** say what form a value has (number, date, amount, name); the **core** is what it is of. A
label means a field when both have the same core, and the label's head, where it has one, is the field's. Words not in the list mean
nothing, and a label with such a word is left to its spelling.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from sheaf.extraction.concepts import Reading, name_key
from sheaf.extraction.lexicon import concepts, label_key
from sheaf.extraction.rules import rule

#: Weight of a label whose head is the field's, of one without a head, and of one that has a head where the field has none.
SAME_HEAD, NO_HEAD, MORE = 0.88, 0.8, 0.75
#: Shortest word that a compound may be made of.
SHORTEST = 3
LONGEST_LABEL = 6
#: Form of values → heads that their labels may have.
_HEADS_OF = {
    "date": frozenset({"date"}),
    "amount": frozenset({"amount"}),
    "number": frozenset({"amount", "number", "rate"}),
    "percent": frozenset({"rate"}),
    "code": frozenset({"number"}),
    "org": frozenset({"name"}),
    "person": frozenset({"name"}),
    "address": frozenset({"address"}),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What some words mean together."""

    heads: frozenset[str]
    #: What each word of the core may mean; a word of several meanings has them all.
    core: tuple[frozenset[str], ...]
    #: Words that may be core or head, as accounts are to contracts: they count only where there is no other core.
    loose: tuple[frozenset[str], ...] = ()


@cache
def _known() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], frozenset[str]]:
    """Heads and cores by word, and the words that mean nothing by themselves."""
    source = tomllib.loads(files("sheaf.extraction").joinpath("senses.toml").read_text(encoding="utf-8"))
    return _by_word(source["heads"]), _by_word(source["core"]), frozenset(source["small"]["words"].split())


def _by_word(senses: dict[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for sense, words in senses.items():
        for word in words.split():
            found[word] = (*found.get(word, ()), sense)
    return found


@lru_cache(maxsize=32_768)
def meaning(key: str) -> Meaning | None:
    """What a label key means; None when a word of it is unknown, it ends in one of no weight, or nothing is left but heads."""
    found = words_of(key)
    return found if found is not None and found.core and key.rsplit(maxsplit=1)[-1] not in _known()[2] else None


@lru_cache(maxsize=32_768)
def words_of(key: str) -> Meaning | None:
    """What the words of a label key mean, be they heads alone; None when one is unknown."""
    heads: set[str] = set()
    core: list[frozenset[str]] = []
    loose: list[frozenset[str]] = []
    words = key.split()
    if len(words) > LONGEST_LABEL or not words:
        return None
    for word in words:
        parts = _senses(word)
        if parts is None:
            return None
        heads |= parts[0]
        (loose if parts[0] and len(parts[1]) == 1 and word in _known()[1] else core).extend(parts[1])
    return Meaning(frozenset(heads), tuple(core), tuple(loose)) if core else Meaning(frozenset(heads), tuple(loose))


@lru_cache(maxsize=16_384)
def _senses(word: str) -> tuple[frozenset[str], tuple[frozenset[str], ...]] | None:
    """(heads, core) of a word or of the two words it is made of; None for one that is not known."""
    heads, cores, small = _known()
    if word in heads or word in cores:
        return frozenset(heads.get(word, ())), _slots(cores.get(word, ()))
    if word in small or len(word) == 1:
        return frozenset(), ()
    for cut in range(SHORTEST, len(word) - SHORTEST + 1):
        first, last = word[:cut], word[cut:]
        first = first if first in cores else first.removesuffix("s")
        if first in cores and (last in heads or last in cores):
            return frozenset(heads.get(last, ())), _slots(cores[first]) + _slots(cores.get(last, ()))
    return None


def _slots(senses: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    return (frozenset(senses),) if senses else ()


@rule("columns-by-meaning", otherwise=lambda *_: 0.0)
def column(reading: Reading, key: str) -> float:
    """How surely a column's header names the field by what its words mean, 0 to 1.

    Assumes that in a table a word for sums or days alone heads the column of sums or days.
    """
    printed, name = words_of(key), words_of(name_key(reading.field.name))
    if printed is None:
        return 0.0
    best = max((_likeness(reading, one, printed) for one in _wanted(reading)), default=0.0)
    bare = name is not None and not name.core and bool(name.heads & printed.heads)
    return max(best, 0.0 if not bare else 0.7 if not printed.core else 0.6)


@lru_cache(maxsize=8_192)
def heads_column(key: str) -> bool:
    """Whether a label's words are such as head columns of tables."""
    found = words_of(key)
    return found is not None and bool(found.heads & _COLUMN_HEADS or any(one & _COLUMN_SENSES for one in found.core))


_COLUMN_HEADS = frozenset({"amount", "date", "rate"})
_COLUMN_SENSES = frozenset("description transaction quantity item unit position weight discount tax reason consumption".split())


def meanings(keys: Iterable[str]) -> dict[str, Meaning]:
    """Of printed label keys, those that mean something: few of the many runs of words that prose is made of."""
    return {key: found for key in keys if (found := meaning(key)) is not None}


@rule("labels-by-meaning", otherwise=lambda *_: {})
def meant(reading: Reading, printed: Mapping[str, Meaning]) -> dict[str, float]:
    """Of the label keys printed here, with what they mean, those that mean the field though they are spelt otherwise; with their weight.

    Assumes that the words of a label mean in every document what the list says, and that labels and names that share all their
    meanings ask for the same value.
    """
    wanted = _wanted(reading)
    if not wanted:
        return {}
    found = {}
    for key, its in printed.items():
        weight = max(_likeness(reading, one, its) for one in wanted)
        if weight and key not in reading.phrases and not (_TAX in reading.concepts and _HOLDS & set(key.split())):
            found[key] = weight
    return found


#: A label with one of these words names a sum by whether it holds the tax, not the tax.
_TAX, _HOLDS = "tax_amount", frozenset("incl inkl excl exkl ht ttc".split())


#: Meanings of a title's words → that of the day which such a paper bears under a bare "Date".
_DAYS = {
    "deliverynote": "delivery",
    "salary": "pay",
    "certificate": "issued",
    "ticket": "departure",
    "order": "order",
    "invoice": "invoice",
}
#: Weight of a label that says no more than "Date".
BARE_DATE = 0.62


def days_of_title(title: str) -> frozenset[str]:
    """What day a paper with this title bears: a delivery note that of delivery, a payslip that of payment."""
    parts = [_senses(word) for word in title.split()]
    meant_by = {sense for part in parts if part for slot in part[1] for sense in slot}
    return frozenset(_DAYS[one] for one in meant_by & _DAYS.keys())


@rule("dates-by-title", otherwise=lambda *_: {})
def bare_dates(reading: Reading, days: frozenset[str], keys: Iterable[str]) -> dict[str, float]:
    """Labels that say no more than "Date", for the field of the day that the paper's title speaks of.

    Assumes that a paper bears the date of what it is: a delivery note that of the delivery, a payslip that of the payment.
    """
    if reading.kind != "date" or not any(one & days for wanted in _wanted(reading) for one in wanted.core):
        return {}
    return {
        key: BARE_DATE
        for key in keys
        if key not in reading.phrases and (found := words_of(key)) and found.heads == {"date"} and not found.core
    }


#: Whom a form may be about.
_WHOM = frozenset("employee passenger patient tenant insured member guest person tenant holder child".split())
#: Weight of a label that says no more than "Name".
BARE_NAME = 0.7


@rule("bare-names", otherwise=lambda *_: {})
def bare_names(reading: Reading, keys: Iterable[str]) -> dict[str, float]:
    """Labels that say no more than "Name", for the field of the person whom such a paper is about.

    Assumes that a paper which asks for a name without saying whose is about one person: a payslip's employee, a ticket's passenger.
    """
    if reading.kind not in ("person", "text", "org") or not any(one & _WHOM for wanted in _wanted(reading) for one in wanted.core):
        return {}
    return {
        key: BARE_NAME
        for key in keys
        if key not in reading.phrases and (found := words_of(key)) and found.heads == {"name"} and not found.core
    }


def _wanted(reading: Reading) -> list[Meaning]:
    """What the field's name, its synonyms and the first name of its concept mean."""
    known = (name for concept in reading.concepts[:1] for name in concepts()[concept].names[:1])
    named = (meaning(key) for key in (name_key(reading.field.name), *map(label_key, reading.field.synonyms), *known))
    return list(dict.fromkeys(one for one in named if one is not None))


def _likeness(reading: Reading, wanted: Meaning, printed: Meaning) -> float:
    if not _same_core(wanted, printed):
        return 0.0
    allowed = wanted.heads | _HEADS_OF.get(reading.kind, frozenset())
    if not printed.heads:
        return NO_HEAD
    if printed.heads & allowed:
        return SAME_HEAD
    return MORE if not allowed else 0.0


def _same_core(one: Meaning, other: Meaning) -> bool:
    """Whether each word of either core has one of the other, or a loose one of it, that may mean the same."""
    theirs, ours = (*other.core, *other.loose), (*one.core, *one.loose)
    return all(any(part & it for it in theirs) for part in one.core) and all(any(part & it for it in ours) for part in other.core)
