"""Labels learned: what stands before or above right values in several of a job's documents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sheaf.extraction.layout import Layout, Segment
from sheaf.extraction.lexicon import label_key
from sheaf.extraction.parsing.found import squash

#: A label has at most so many words, and most of its characters are letters.
_MAX_WORDS, _LETTERS = 5, 0.6
#: Labels of one field, the best first.
MOST = 6
#: Share of the documents with the text in which it stands beside the right value.
_PRECISION = 0.6
_EDGE = re.compile(r"^[\s:.\-#*()|]+|[\s:.\-#*()|]+$")


def spots(layout: Layout, values: Sequence[str]) -> Iterator[tuple[Segment, int]]:
    """Where one of the values stands: the segment, and where in its text it begins."""
    wanted = {squash(value) for value in values} - {""}
    for segment in layout.segments:
        words = segment.text.split(" ")
        for first, start in enumerate(segment.starts):
            text = ""
            for word in words[first:]:
                text += squash(word)
                if text in wanted:
                    yield segment, start
                if len(text) > max(map(len, wanted), default=0):
                    break


def beside(layout: Layout, segment: Segment, start: int) -> set[str]:
    """Texts that may label what begins there: before it in its row, and above it."""
    before = _EDGE.sub("", segment.text[:start])
    row = layout.rows[segment.row]
    at = row.index(segment.index)
    found = [before] if before else [layout.segments[row[at - 1]].text] if at else []
    found += [one.text for one in _above(layout, segment)]
    return {tidy for text in found if (tidy := _EDGE.sub("", text)) and _is_label(tidy)}


def _above(layout: Layout, segment: Segment) -> list[Segment]:
    """The nearest segment over this one, at most two rows up."""
    for row in range(segment.row - 1, max(segment.row - 3, -1), -1):
        over = [layout.segments[index] for index in layout.rows[row]]
        covering = [one for one in over if one.page == segment.page and one.box.x0 < segment.box.x1 and segment.box.x0 < one.box.x1]
        if covering:
            return covering[:1]
    return []


def _is_label(text: str) -> bool:
    letters = sum(character.isalpha() for character in text)
    return len(text.split()) <= _MAX_WORDS and letters >= _LETTERS * len(text.replace(" ", "")) and letters > 1


@dataclass(frozen=True, slots=True)
class Seen:
    """A text that stands beside right values: in which documents it does, and in which it begins a segment at all."""

    key: str
    text: str
    beside: frozenset[int]
    anywhere: frozenset[int]


def seen(layouts: Sequence[Layout], values: Sequence[Sequence[str]]) -> list[Seen]:
    """Texts beside a field's values, from documents and the values that each prints."""
    texts: dict[str, dict[int, str]] = {}
    for at, (layout, known) in enumerate(zip(layouts, values, strict=True)):
        for text in (text for segment, start in spots(layout, known) for text in beside(layout, segment, start)):
            if key := label_key(text):
                texts.setdefault(key, {})[at] = text
    anywhere = _anywhere(layouts, texts)
    return [Seen(key, Counter(by.values()).most_common(1)[0][0], frozenset(by), anywhere[key]) for key, by in texts.items()]


def _anywhere(layouts: Sequence[Layout], keys: Mapping[str, object]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {key: set() for key in keys}
    for at, layout in enumerate(layouts):
        for segment in layout.segments:
            words = label_key(segment.text).split()
            for size in range(1, min(len(words), _MAX_WORDS) + 1):
                if (start := " ".join(words[:size])) in found:
                    found[start].add(at)
    return {key: frozenset(documents) for key, documents in found.items()}


def learned(found: Iterable[Seen], documents: int, left_out: int | None = None) -> tuple[str, ...]:
    """A field's labels, without what the document ``left_out`` says; of three documents and more, only what two of them agree on."""
    out = frozenset() if left_out is None else frozenset({left_out})
    fewest = 2 if documents - len(out) > 2 else 1
    good = {one: len(one.beside - out) for one in found if fewest <= len(one.beside - out) >= _PRECISION * len(one.anywhere - out)}
    return tuple(one.text for one in sorted(good, key=lambda one: (-good[one], one.key))[:MOST])
