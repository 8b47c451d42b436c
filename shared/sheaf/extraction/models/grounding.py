"""Grounding: an answer counts where its quote stands on the page and says the same as its value."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from sheaf.documents.model import Page, Word
from sheaf.domain.fields import Field
from sheaf.domain.rows import Cell, CellNote, CellState, Evidence, Value
from sheaf.extraction.candidates import Customs
from sheaf.extraction.cells import cite
from sheaf.extraction.models.answers import Said
from sheaf.extraction.parse import parse_as
from sheaf.extraction.parsing.found import fold

#: Confidence in a value whose quote says the same; whose quote stands there and cannot be parsed; and that nothing on the page bears out.
GROUNDED, WEAK, UNGROUNDED = 0.85, 0.6, 0.1
#: A quote shorter than this has to be whole words: a lone digit stands everywhere.
_SHORT = 4


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
        value = parse_as(of, said.value, self.customs)
        if value is None:
            return Cell(state=CellState.UNREADABLE, evidence=place)
        if place is None:
            return _ungrounded(value)
        confidence = self._agreement(of, value, said)
        if confidence == UNGROUNDED:
            return _ungrounded(value)
        return Cell(state=CellState.FOUND, value=value, confidence=confidence, evidence=place)

    def place(self, said: Said) -> Evidence | None:
        """Where the quote stands: on the page that was named, else on the first that has it."""
        if not said.quote:
            return None
        named = [said.page] if said.page in self.pages else []
        for number in dict.fromkeys([*filter(None, named), *sorted(self.pages)]):
            words = self._text(number).find(said.quote)
            if words:
                return cite(self.pages[number], words, " ".join(word.text for word in words))
        return None

    def _agreement(self, of: Field, value: Value, said: Said) -> float:
        """How far the quote bears the value out."""
        read = parse_as(of, said.quote, self.customs)
        if isinstance(value, str):
            return GROUNDED if _bare(value) in _bare(said.quote) else UNGROUNDED
        if read is None:
            return WEAK
        return GROUNDED if _same(read, value) else UNGROUNDED

    def _text(self, number: int) -> _Text:
        if number not in self._texts:
            self._texts[number] = _Text.of(self.pages[number].words)
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
    """A page's words as one text without blanks, punctuation and case, and where each begins in it."""

    words: Sequence[Word]
    starts: Sequence[int]
    text: str

    @classmethod
    def of(cls, words: Iterable[Word]) -> _Text:
        kept = [(word, bare) for word in words if (bare := _bare(word.text))]
        lengths = accumulate((len(bare) for _, bare in kept), initial=0)
        return cls([word for word, _ in kept], list(lengths)[: len(kept)], "".join(bare for _, bare in kept))

    def find(self, quote: str) -> Sequence[Word]:
        """The words that hold the quote; none where it does not stand there."""
        wanted = _bare(quote)
        at = self.text.find(wanted) if wanted else -1
        while at >= 0:
            first, last = bisect_right(self.starts, at) - 1, bisect_right(self.starts, at + len(wanted) - 1) - 1
            if len(wanted) >= _SHORT or self._whole(first, last, at, at + len(wanted)):
                return self.words[first : last + 1]
            at = self.text.find(wanted, at + 1)
        return ()

    def _whole(self, first: int, last: int, start: int, end: int) -> bool:
        after = self.starts[last + 1] if last + 1 < len(self.starts) else len(self.text)
        return self.starts[first] == start and after == end


def _bare(text: str) -> str:
    return "".join(character for character in fold(text) if character.isalnum())
