"""Words into lines, lines into reading order."""

from __future__ import annotations

from collections.abc import Iterable

from sheaf.documents.model import Word

#: Two words stand on one line when their middles differ by less than this share of the smaller height.
_SAME_LINE = 0.5


def in_reading_order(words: Iterable[Word]) -> list[Word]:
    """The words line by line from the top, each line from the left."""
    return [word for line in lines_of(words) for word in line]


def lines_of(words: Iterable[Word]) -> list[list[Word]]:
    """The words grouped into lines from the top, each sorted from the left."""
    lines: list[list[Word]] = []
    anchor, height = 0.0, 0.0
    for word in sorted(words, key=_middle):
        middle, tall = _middle(word), word.box.y1 - word.box.y0
        if not lines or middle - anchor >= _SAME_LINE * min(height, tall):
            lines.append([])
            anchor, height = middle, tall
        lines[-1].append(word)
    return [sorted(line, key=_left) for line in lines]


def _middle(word: Word) -> float:
    return (word.box.y0 + word.box.y1) / 2


def _left(word: Word) -> float:
    return word.box.x0
