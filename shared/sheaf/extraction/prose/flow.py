"""The text of a document as one line, with the way back to the words."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from sheaf.documents.model import Word
from sheaf.extraction.candidates import Candidate
from sheaf.extraction.layout import Layout

#: Share of the page's right edge that a line reaches which goes on in the next one.
FULL = 0.72


@dataclass(frozen=True)
class Flow:
    """All segments joined by single spaces; ``starts[i]`` is where segment i begins in ``text``."""

    layout: Layout
    text: str
    starts: tuple[int, ...]

    @cached_property
    def lines(self) -> str:
        """The text with a line feed for the space behind each segment that ends its line early, or that another stands beside."""
        text = list(self.text)
        edges = _right_edges(self.layout)
        for segment, following in pairwise(self.layout.segments):
            if following.row == segment.row or segment.box.x1 < FULL * edges[segment.page]:
                text[self.starts[following.index] - 1] = "\n"
        return "".join(text)

    def candidate(self, start: int, end: int, value: object, *, told: float, quality: float = 0.6) -> Candidate:
        """A candidate for ``text[start:end]``; ``told`` is how plainly its sentence says what it is."""
        first, last = self._segment(start), self._segment(max(end - 1, start))
        words: list[Word] = []
        for index in range(first, last + 1):
            segment = self.layout.segments[index]
            low, high = max(start - self.starts[index], 0), min(end - self.starts[index], len(segment.text))
            if low < high:
                words.extend(segment.between(low, high))
        head = self.layout.segments[first]
        begin = start - self.starts[first]
        return Candidate(
            value,
            self.text[start:end],
            head,
            begin,
            min(end - self.starts[first], len(head.text)),
            tuple(words) or head.words,
            quality,
            told=told,
        )

    def _segment(self, position: int) -> int:
        return max(bisect_right(self.starts, position) - 1, 0)


def _right_edges(layout: Layout) -> dict[int, float]:
    """How far right the text of each page reaches."""
    edges: dict[int, float] = {}
    for segment in layout.segments:
        edges[segment.page] = max(edges.get(segment.page, 0.0), segment.box.x1)
    return edges


def flow_of(layout: Layout) -> Flow:
    """The document's segments in reading order as one text."""
    starts, position = [], 0
    for segment in layout.segments:
        starts.append(position)
        position += len(segment.text) + 1
    return Flow(layout, " ".join(segment.text for segment in layout.segments), tuple(starts))
