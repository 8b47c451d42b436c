"""Grounding: an answer counts where its quote stands on the page and says the same as its value."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import accumulate

from sheaf.documents.model import Page
from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field
from sheaf.domain.rows import Cell, CellNote, CellState, Evidence, Value
from sheaf.domain.types import value_type
from sheaf.extraction.candidates import Customs
from sheaf.extraction.cells import cite
from sheaf.extraction.models.answers import Json, Said
from sheaf.extraction.parse import parse_as
from sheaf.extraction.parsing.found import fold

#: Confidence in a value whose quote says the same; whose quote stands there and cannot be parsed; and that nothing on the page bears out.
GROUNDED, WEAK, UNGROUNDED = 0.85, 0.6, 0.1
#: A quote shorter than this has to be whole words: a lone digit stands everywhere.
_SHORT = 4
#: What stands between two figures of one word, and in none.
_SEAM = re.compile(r"[^\w.,'\u2019\u00b7]+")


@dataclass(frozen=True, slots=True)
class Ground:
    """The pages that answers are looked up on."""

    pages: Mapping[int, Page]
    customs: Customs
    _texts: dict[int, _Text] = field(default_factory=dict)

    def cell(self, of: Field, said: Said) -> Cell:
        """The answer as a cell: found with its place; found without any, which is never accepted by itself; or its state alone."""
        if said.value is None:
            return Cell(state=said.state)
        place = self.place(said)
        value = self._typed(of, said.value)
        if value is None:
            return Cell(state=CellState.UNREADABLE, evidence=place)
        if place is None:
            return _ungrounded(value)
        confidence = self._agreement(of, value, said.quote, place.text)
        if confidence == UNGROUNDED:
            return _ungrounded(value)
        return Cell(state=CellState.FOUND, value=value, confidence=confidence, evidence=place)

    def _typed(self, of: Field, told: Json) -> Value | None:
        """The value of the field's type: from its own JSON, or from text however it is written; None where it is none."""
        if isinstance(told, str):
            return parse_as(of, told, self.customs)
        with suppress(InvalidInput):
            value: Value = value_type(of.type).load(told, of.columns)
            return value
        return None if isinstance(told, dict) else parse_as(of, str(told), self.customs)

    def place(self, said: Said) -> Evidence | None:
        """Where the quote stands: on the page that was named, else on the first that has it."""
        if not said.quote:
            return None
        named = [said.page] if said.page in self.pages else []
        for number in dict.fromkeys([*filter(None, named), *sorted(self.pages)]):
            words = [self.pages[number].words[at] for at in self._text(number).find(said.quote, short=_SHORT)]
            if words:
                return cite(self.pages[number], words, " ".join(word.text for word in words))
        return None

    def _agreement(self, of: Field, value: Value, quote: str, printed: str) -> float:
        """How far the quote, and the same characters as they are printed, with their points and signs, bear the value out."""
        if isinstance(value, str):
            return GROUNDED if _Text.of(quote.split()).find(value) or _bare(value) == _bare(quote) else UNGROUNDED
        read = [parse_as(of, text, self.customs) for text in (quote, printed if _bare(printed) == _bare(quote) else quote)]
        if any(one is not None and not _same(one, value) for one in read):
            return UNGROUNDED
        return WEAK if None in read else GROUNDED

    def _text(self, number: int) -> _Text:
        if number not in self._texts:
            self._texts[number] = _Text.of(word.text for word in self.pages[number].words)
        return self._texts[number]


def _ungrounded(value: Value) -> Cell:
    return Cell(state=CellState.FOUND, value=value, confidence=UNGROUNDED, notes=(CellNote.UNGROUNDED,))


def _same(read: Value, value: Value) -> bool:
    """Equal; an amount may leave out the currency that the other names."""
    mine, other = getattr(read, "amount", read), getattr(value, "amount", value)
    currencies = {getattr(read, "currency", None), getattr(value, "currency", None)} - {None}
    return mine == other and len(currencies) < 2


@dataclass(frozen=True, slots=True)
class _Text:
    """Words as one text without blanks, punctuation and case; which words they are, and where each begins in it."""

    numbers: Sequence[int]
    starts: Sequence[int]
    #: Where a figure may end and another begin: at words, and at what stands between figures, as in 04.05.2023-07.05.2023.
    seams: frozenset[int]
    text: str

    @classmethod
    def of(cls, words: Iterable[str]) -> _Text:
        kept = [(number, word) for number, word in enumerate(words) if _bare(word)]
        pieces = [[bare for piece in _SEAM.split(word) if (bare := _bare(piece))] for _, word in kept]
        seams = accumulate((len(bare) for word in pieces for bare in word), initial=0)
        starts = accumulate((sum(map(len, word)) for word in pieces), initial=0)
        text = "".join(bare for word in pieces for bare in word)
        return cls([number for number, _ in kept], list(starts)[: len(kept)], frozenset(seams), text)

    def find(self, quote: str, *, short: int = 0) -> Sequence[int]:
        """The words that hold the quote, which is whole words if it is ``short``er; none where it does not stand there."""
        wanted = _bare(quote)
        at = self.text.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            first, last = bisect_right(self.starts, at) - 1, bisect_right(self.starts, end - 1) - 1
            if not (self._parts_figures(at) or self._parts_figures(end)) and (len(wanted) >= short or self._whole(first, last, at, end)):
                return self.numbers[first : last + 1]
            at = self.text.find(wanted, at + 1)
        return ()

    def _parts_figures(self, at: int) -> bool:
        """Whether a figure goes on there: 250.00 does not stand in 1,250.00."""
        return self.text[at - 1 : at].isdigit() and self.text[at : at + 1].isdigit() and at not in self.seams

    def _whole(self, first: int, last: int, start: int, end: int) -> bool:
        after = self.starts[last + 1] if last + 1 < len(self.starts) else len(self.text)
        return self.starts[first] == start and after == end


def _bare(text: str) -> str:
    return "".join(character for character in fold(text) if character.isalnum())
