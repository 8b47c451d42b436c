"""What a parser returns, and the folding of text that all of them share."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Found(Generic[T_co]):
    """A value parsed out of ``text[start:end]``; ``quality`` is 0 to 1: how much its form alone speaks for the type."""

    value: T_co
    start: int
    end: int
    quality: float = 1.0


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Casefolded, without accents; the length may change."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def squash(text: str) -> str:
    """Folded letters and digits only: what two spellings of the same text share."""
    return "".join(character for character in fold(text) if character.isalnum())


_BLANKS = re.compile(r"\s+")


def tidy(text: str) -> str:
    """White space collapsed to single spaces, ends stripped."""
    return _BLANKS.sub(" ", text).strip()


def overlaps(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    """Whether ``[start, end)`` touches one of ``spans``."""
    return any(start < other_end and other_start < end for other_start, other_end in spans)
