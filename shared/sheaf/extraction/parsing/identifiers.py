"""Numbers of a scheme: whether their check digits hold, how the scheme writes them, and where a text holds some."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

from sheaf.domain.schemes import SCHEMES, Scheme
from sheaf.extraction.parsing.found import Found

#: Groups of letters and digits with one mark between them, as long numbers are printed.
_RUN = re.compile(r"(?<![\w.@])[A-Za-z0-9]+(?:[ \u00a0./-][A-Za-z0-9]+){0,11}(?![\w@])")
_GROUP = re.compile(r"[A-Za-z0-9]+")
#: Longest text that is looked at as one number.
MAX_NUMBER = 60
#: Longest text that a misprinted number is looked for in, and how many of its characters must be digits.
MAX_TEXT, FEWEST_DIGITS = 200, 3


def is_valid(scheme: str, text: str) -> bool:
    """Whether ``text`` is a number of the scheme whose check digits hold; marks and spaces do not matter."""
    return len(text) <= MAX_NUMBER and _valid(scheme, text)


def compact(scheme: str, text: str) -> str:
    """The number without the spaces and marks it is printed with, its letters large."""
    plain = re.sub(r"[^A-Z0-9]+", "", text.upper()) if scheme else text
    return plain or text


@lru_cache(maxsize=8192)
def _valid(scheme: str, text: str) -> bool:
    return any(module.is_valid(text) for module in _modules(scheme))


@cache
def _modules(scheme: str) -> tuple[Any, ...]:
    return tuple(import_module(f"stdnum.{name}") for name in SCHEMES[scheme].modules)


def find_numbers_of(scheme: str, text: str) -> list[Found[str]]:
    """Numbers of the scheme in ``text``, left to right, each the longest that holds from where it begins."""
    return list(_numbers(SCHEMES[scheme], scheme, text))


def find_shaped(scheme: str, text: str) -> Found[str] | None:
    """The first run of groups as long as the scheme's numbers are, whether or not its check digits hold."""
    lengths = SCHEMES[scheme].lengths
    for run in _RUN.finditer(text[:MAX_TEXT]):
        ends = [run.start() + group.end() for group in _GROUP.finditer(run[0])]
        for end in reversed(ends):
            printed = text[run.start() : end]
            if sum(map(str.isalnum, printed)) in lengths and sum(map(str.isdigit, printed)) >= FEWEST_DIGITS:
                return Found(printed, run.start(), end, 0.5)
    return None


def _numbers(rules: Scheme, scheme: str, text: str) -> Iterator[Found[str]]:
    for run in _RUN.finditer(text):
        groups = [(run.start() + group.start(), run.start() + group.end()) for group in _GROUP.finditer(run[0])]
        first = 0
        while first < len(groups):
            last = _longest(rules, scheme, text, groups[first:])
            if last:
                start, end = groups[first][0], groups[first + last - 1][1]
                yield Found(text[start:end], start, end, 0.7 if rules.weak else 1.0)
            first += last or 1


def _longest(rules: Scheme, scheme: str, text: str, groups: list[tuple[int, int]]) -> int:
    """How many groups from the first make up a number of the scheme; 0 where none do."""
    for count in range(len(groups), 0, -1):
        printed = text[groups[0][0] : groups[count - 1][1]]
        length = sum(end - start for start, end in groups[:count])
        if length in rules.lengths and any(character.isdigit() for character in printed) and is_valid(scheme, printed):
            return count
    return 0
