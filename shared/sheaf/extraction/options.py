"""Yes or no, and one of several: from ticks, words beside labels, and options that a document names only one of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sheaf.extraction.candidates import Candidate, make
from sheaf.extraction.concepts import Reading
from sheaf.extraction.evidence import Pointer
from sheaf.extraction.layout import Layout
from sheaf.extraction.parsing.booleans import parse_boolean
from sheaf.extraction.parsing.dates import fold_in_place
from sheaf.extraction.parsing.found import fold

_TICKED = re.compile(r"(?:\[\s?[xX\u2713\u2714]\s?\]|\([xX]\)|[\u2611\u2612\u2713\u2714\u25cf\u25a0])\s*([^\W\d_][\w-]*)")
_OPEN = re.compile(r"\[\s?\]|\(\s?\)|[\u2610\u25cb\u25a1]")
_TICK = re.compile(r"\[\s?[xX\u2713\u2714]\s?\]|\([xX]\)|[\u2611\u2612\u2713\u2714]")
_WORD = re.compile(r"[^\s,;:|/]+")


def booleans(pointers: Iterable[Pointer]) -> Iterator[Candidate]:
    """Yes and no where labels point: a ticked option first, then a word that says so, then a tick before the label itself."""
    for pointer in pointers:
        before = pointer.label.segment.text[: pointer.label.segment.starts[pointer.label.first]]
        tick, box = _TICK.search(before), _OPEN.search(before)
        span = tick or box
        if span is not None:
            yield make(pointer.label.segment, span.start(), span.end(), tick is not None, 0.9)
        for target in pointer.targets:
            text = target.segment.text[target.start : target.end]
            ticked = _TICKED.search(text)
            words = [ticked] if ticked else list(_WORD.finditer(text))[:1]
            for match in words:
                value = parse_boolean(match[1] if ticked else match[0])
                if value is not None:
                    yield make(target.segment, target.start + match.start(), target.start + match.end(), value, 1.0 if ticked else 0.8)


def choices(reading: Reading, layout: Layout) -> list[Candidate]:
    """Every place that names one of the field's options; ticked ones count most, unticked ones of a ticked set not at all."""
    patterns = {option: re.compile(rf"(?<!\w){re.escape(fold(option))}(?!\w)") for option in reading.field.choices}
    found = [
        make(segment, match.start(), match.end(), option, _mark(low[: match.start()]))
        for segment in layout.segments
        for low in (fold_in_place(segment.text),)
        for option, pattern in patterns.items()
        for match in pattern.finditer(low)
    ]
    ticked = [one for one in found if one.quality == 1.0]
    return ticked or [one for one in found if one.quality > 0.0]


def _mark(before: str) -> float:
    """1 after a tick, 0 after an empty box, else in between."""
    tail = before[-5:].strip()
    if _TICK.search(tail):
        return 1.0
    return 0.0 if _OPEN.search(tail) else 0.5


def only_option(candidates: list[Candidate]) -> bool:
    """Whether the document names just one of the options."""
    return len({one.key for one in candidates}) == 1
