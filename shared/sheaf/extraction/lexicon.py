"""The lexicon: what concepts are called in documents, loaded once from ``lexicon.toml`` on first use."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from sheaf.extraction.parsing.found import fold

_NUMBER_WORDS = frozenset("no nr num nbr number nummer numero n".split())
#: Compounds that end in these words are taken apart: Rechnungsnummer, ordernummer, Lieferdatum.
_COMPOUND = re.compile(r"(\w{3,}?)[-]?(nummer|datum|nr)")
_PARTS = re.compile(r"[^\W_]+|[#%]|n\u00b0")
#: Endings that a form leaves open: Vorname(n), Né(e), Forename(s).
_ENDING = re.compile(r"(?<=\w)\([a-z]{1,2}\)(?!\w)")
#: The abbreviation of number with its small o, as Spanish and Portuguese print it: "N.\u00ba cliente".
_NUMERO = re.compile(r"\bn\.\s?o\b\.?\s?")
_ABBREVIATION = re.compile(r"\b(?:\w\.){2,}")


@dataclass(frozen=True, slots=True)
class Concept:
    """One meaning that documents share: the form of its values, its names among fields and its labels in print."""

    name: str
    kind: str
    names: tuple[str, ...]
    labels: tuple[str, ...]
    #: Labels that mean it where nothing more exact does.
    weak: tuple[str, ...]
    roles: tuple[str, ...]
    #: ``start`` or ``end`` where the value is that side of a range.
    edge: str = ""


@cache
def concepts() -> dict[str, Concept]:
    """Every concept by name."""
    source = files("sheaf.extraction").joinpath("lexicon.toml").read_text(encoding="utf-8")
    return {name: _concept(name, entry) for name, entry in tomllib.loads(source).items()}


def _concept(name: str, entry: dict[str, object]) -> Concept:
    def keys(part: str) -> tuple[str, ...]:
        values = entry.get(part, [])
        return tuple(dict.fromkeys(label_key(str(value)) for value in values)) if isinstance(values, list) else ()

    roles = entry.get("roles", [])
    return Concept(
        name=name,
        kind=str(entry["kind"]),
        names=keys("names"),
        labels=keys("labels"),
        weak=keys("weak"),
        roles=tuple(map(str, roles)) if isinstance(roles, list) else (),
        edge=str(entry.get("edge", "")),
    )


@cache
def labels() -> dict[str, tuple[str, ...]]:
    """Concept names by printed label."""
    index: dict[str, list[str]] = {}
    for concept in concepts().values():
        for label in concept.labels:
            index.setdefault(label, []).append(concept.name)
    return {label: tuple(names) for label, names in index.items()}


@cache
def by_role() -> dict[str, str]:
    """Concept name by canonical role of machine-readable data."""
    return {role: concept.name for concept in concepts().values() for role in concept.roles}


@lru_cache(maxsize=65_536)
def label_key(text: str) -> str:
    """What two spellings of a label share: ``Invoice No.``, ``INVOICE #`` and ``invoice number`` are one, a compound and its parts too."""
    folded = _ABBREVIATION.sub(lambda match: match[0].replace(".", ""), _NUMERO.sub("no ", _ENDING.sub("", fold(text))))
    return " ".join(_word_key(part) for part in _PARTS.findall(folded))


def _word_key(word: str) -> str:
    if word in _NUMBER_WORDS or word in ("#", "n\u00b0"):
        return "no"
    match = _COMPOUND.fullmatch(word)
    if match:
        return f"{match[1]} {'datum' if match[2] == 'datum' else 'no'}"
    return word
