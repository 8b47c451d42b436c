"""Yes or no, and one of several: from ticks, words beside labels, and options that a document names only one of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from sheaf.extraction.candidates import Candidate, make
from sheaf.extraction.concepts import Reading
from sheaf.extraction.evidence import Pointer
from sheaf.extraction.labels import Occurrence
from sheaf.extraction.layout import Layout, Segment
from sheaf.extraction.parsing.booleans import parse_boolean
from sheaf.extraction.parsing.dates import fold_in_place
from sheaf.extraction.parsing.found import fold
from sheaf.extraction.reach import Target
from sheaf.extraction.rules import rule

_TICKED = re.compile(r"(?:\[\s?[xX\u2713\u2714]\s?\]|\([xX]\)|[\u2611\u2612\u2713\u2714\u25cf\u25a0])\s*([^\W\d_][\w-]*)")
_OPEN = re.compile(r"\[\s?\]|\(\s?\)|[\u2610\u25cb\u25a1]")
_TICK = re.compile(r"\[\s?[xX\u2713\u2714]\s?\]|\([xX]\)|[\u2611\u2612\u2713\u2714]")
_WORD = re.compile(r"[^\s,;:|/]+")


def booleans(pointers: Iterable[Pointer], layout: Layout) -> Iterator[Candidate]:
    """Yes and no where labels point: a ticked option first, then a word that says so, then a tick before the label itself."""
    for pointer in pointers:
        before = pointer.label.segment.text[: pointer.label.segment.starts[pointer.label.first]]
        tick, box = _TICK.search(before), _OPEN.search(before)
        span = tick or box
        if span is not None:
            yield make(pointer.label.segment, span.start(), span.end(), tick is not None, 0.9)
        yield from _answers(pointer.targets, list(_beside(pointer.label, layout)))


@rule("ticked-answers", otherwise=lambda targets, _: [one for target in targets for one in _said(target)])
def _answers(targets: Iterable[Target], words: Sequence[tuple[Segment, re.Match[str]]]) -> list[Candidate]:
    """What a label's targets, and the ``words`` right of it, answer: the ticked one, and nothing where both are printed without a tick.

    Assumes that yes and no side by side are there to choose from, and that a lone x before one of them is the cross that chooses it.
    """
    found = [one for target in targets for one in _said(target)]
    crossed = [
        _made(segment, match, 1.0)
        for (_, before), (segment, match) in pairwise(words)
        if before[0] in ("x", "X") and parse_boolean(match[0]) is not None
    ]
    if crossed or any(one.quality == 1.0 for one in found):
        return crossed or [one for one in found if one.quality == 1.0]
    return [] if {True, False} <= {parse_boolean(match[0]) for _, match in words} else found


def _beside(label: Occurrence, layout: Layout) -> Iterator[tuple[Segment, re.Match[str]]]:
    """The words right of a label, up to one that ends in a colon."""
    for index in layout.rows[label.segment.row]:
        segment = layout.segments[index]
        if segment.index < label.segment.index:
            continue
        for match in _WORD.finditer(segment.text, label.end if segment is label.segment else 0):
            if segment.text[match.end() : match.end() + 1] == ":":
                return
            yield segment, match


def _said(target: Target) -> Iterator[Candidate]:
    """The ticked option of a target, or its first word where it says yes or no."""
    ticked = _TICKED.search(target.segment.text, target.start, target.end)
    match = ticked or _WORD.search(target.segment.text, target.start, target.end)
    if match is not None and parse_boolean(match[1] if ticked else match[0]) is not None:
        yield _made(target.segment, match, 1.0 if ticked else 0.8)


def _made(segment: Segment, match: re.Match[str], quality: float) -> Candidate:
    said = match[match.lastindex or 0]
    return make(segment, match.start(), match.end(), parse_boolean(said), quality)


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
