"""What a label points at: the rest of its segment, what stands right of it, and what stands below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sheaf.domain.rows import Box
from sheaf.extraction.labels import Labels, Occurrence
from sheaf.extraction.layout import Layout, Segment
from sheaf.extraction.lexicon import label_key
from sheaf.extraction.rules import rule

#: Strength of each relation when nothing speaks against it.
SAME, RIGHT, BELOW, ABOVE = 1.0, 0.95, 0.85, 0.3
#: Label keys of rows that sum up the rows above.
TOTAL_WORDS = frozenset("total|totals|grand total|summe|gesamt|totaux|totale|totali|totales|totaal|totais|sum".split("|"))
#: What is left of a relation when the label already has a neighbour that comes first.
TAKEN = 0.45
#: Falling strength from one segment to the next, to the right and down a column.
FADE_RIGHT, FADE_BELOW = 0.8, 0.6
MAX_ROWS_BELOW = 20
#: Least gap, in text heights, to a column beside that is not the label's, and widest one to the value under its label.
FAR, CLOSE = 3.0, 0.8
#: What is left of a relation to the right when the label stands over its value.
ASIDE = 0.7
#: Widest gap, in text heights, between a row of labels and its values.
OVER = 1.6


@dataclass(frozen=True, slots=True)
class Target:
    """A stretch of a segment that a label points at, and how strongly."""

    segment: Segment
    start: int
    end: int
    strength: float
    relation: str


def targets(layout: Layout, labels: Labels, label: Occurrence) -> list[Target]:
    """Everything ``label`` points at, in order of strength."""
    same = _same(labels, label)
    right, blocked = _right(layout, labels, label, taken=bool(same))
    if not same and heads_column(layout, labels, label):
        return list(_below(layout, labels, label, taken=False, header=True)) if _under(layout, label.segment) else []
    if right and not same and _stacked(layout, labels, label, right[0].segment):
        return [*_below(layout, labels, label, taken=False, header=False), *(replace(one, strength=one.strength * ASIDE) for one in right)]
    taken = bool(same or right)
    return [
        *same,
        *right,
        *_below(layout, labels, label, taken=taken, header=blocked and not taken),
        *([] if taken else _above(layout, labels, label)),
    ]


@rule("rows-of-labels", otherwise=lambda *_: False)
def heads_column(layout: Layout, labels: Labels, label: Occurrence) -> bool:
    """Whether a label stands in a row of labels, each over its value or over a place left blank.

    Assumes that a row without digits is one of labels when the next row begins at the same places and is told from it by its digits or by
    the size or weight of its letters.
    """
    own = label.segment
    if label.closed or label.first > 0 or label.last < len(own.words):
        return False
    heads = [layout.segments[index] for index in layout.rows[own.row]]
    pairs = {head.index: (head, under) for head in heads if (under := _under(layout, head)) is not None}
    beside = [pair for pair in pairs.values() if pair[0] is not own and alike(pair[0], own)]
    counted = any(character.isdigit() for head, _ in beside for character in head.text)
    if not beside or counted or any(labels.begins(under) for _, under in pairs.values()):
        return False
    columns = [*beside, *([pairs[own.index]] if own.index in pairs else [])]
    return not any(alike(*pair) for pair in columns) or all(any(map(str.isdigit, under.text)) for _, under in columns)


def _under(layout: Layout, head: Segment) -> Segment | None:
    """What begins right under a segment, at the same place."""
    height = layout.height(head)
    following = layout.rows[head.row + 1] if head.row + 1 < len(layout.rows) else ()
    for index in following:
        one = layout.segments[index]
        close = one.page == head.page and one.box.y0 - head.box.y1 <= OVER * height
        if close and min(abs(one.box.x0 - head.box.x0), abs(one.box.x1 - head.box.x1)) <= 0.6 * height:
            return one
    return None


def alike(one: Segment, other: Segment) -> bool:
    """Whether two segments are printed in the same size and weight."""
    tall, others = one.box.y1 - one.box.y0, other.box.y1 - other.box.y0
    return abs(tall - others) <= 0.07 * max(tall, others) and one.words[0].bold == other.words[0].bold


@rule("label-over-value", otherwise=lambda *_: False)
def _stacked(layout: Layout, labels: Labels, label: Occurrence, beside: Segment) -> bool:
    """Whether an open label stands over its value in a column of its own, and what is beside it belongs to another column.

    Assumes that a label over its value begins where the value does and stands close to it, that its neighbours stand far, and that
    in a list of labels with their values the next line has a value at the same place.
    """
    height = layout.height(label.segment)
    if label.closed or label.first > 0 or beside.box.x0 - label.segment.box.x1 < FAR * height:
        return False
    below = next(_column(layout, label, label.box, height), None)
    if below is None or labels.begins(below) or abs(below.box.x0 - label.box.x0) > 0.6 * height:
        return False
    row = [layout.segments[index] for index in layout.rows[below.row]]
    listed = any(abs(one.box.x0 - beside.box.x0) < height or abs(one.box.x1 - beside.box.x1) < height for one in row if one is not below)
    return below.box.y0 - label.box.y1 <= CLOSE * height and not listed


def _same(labels: Labels, label: Occurrence) -> list[Target]:
    stop = labels.next_start(label.segment, label.end)
    rest = label.segment.text[label.end : stop]
    if not rest.strip(" :.-\u2013#|=/") or _still_label(rest):
        return []
    strength = SAME if label.closed or rest.strip()[:1] in "#$\u20ac\u00a3" or any(c.isdigit() for c in rest[:14]) else 0.8
    return [Target(label.segment, label.end, stop, strength, "same")]


@rule("label-goes-on", otherwise=lambda _: False)
def _still_label(rest: str) -> bool:
    """Whether what follows a label in its segment is more of it, as in "Order / Rev:", whose value stands beside.

    Assumes that a value does not end in a colon.
    """
    text = rest.strip()
    return text.startswith("/") and text.endswith(":") and not any(character.isdigit() for character in text)


def _right(layout: Layout, labels: Labels, label: Occurrence, *, taken: bool) -> tuple[list[Target], bool]:
    """Segments to the right up to the next label; the flag says that a label stands right beside."""
    found: list[Target] = []
    strength = RIGHT * (TAKEN if taken else 1.0)
    width = layout.pages[label.segment.page].width or 1.0
    edge = label.segment.box.x1
    for index in layout.rows[label.segment.row]:
        segment = layout.segments[index]
        if segment.index <= label.segment.index:
            continue
        if labels.begins(segment):
            return found, not found
        if not segment.text.strip(" :.-\u2013|="):
            continue
        distance = max(segment.box.x0 - edge, 0.0) / width
        found.append(Target(segment, 0, labels.next_start(segment, 1), strength * (1.0 - 0.25 * min(distance, 1.0)), "right"))
        strength *= FADE_RIGHT
    return found, False


def _below(layout: Layout, labels: Labels, label: Occurrence, *, taken: bool, header: bool) -> Iterator[Target]:
    box, height = label.box, layout.height(label.segment)
    strength = BELOW * (TAKEN if taken else 1.05 if header else 1.0) * (0.9 if label.closed and taken else 1.0)
    bottom = box.y1
    for segment in _column(layout, label, box, height):
        if labels.begins(segment):
            return
        gap = (segment.box.y0 - bottom) / height
        strength *= 0.6 if gap > 2.5 else 1.0
        reached = 0.95 * BELOW if in_total_row(layout, segment) else strength
        yield Target(segment, 0, labels.next_start(segment, 1), reached * _alignment(box, segment.box, height), "below")
        strength *= FADE_BELOW
        bottom = segment.box.y1


def in_total_row(layout: Layout, segment: Segment) -> bool:
    """Whether the segment's row begins with a word for total, so that a column's value there is its sum."""
    head = layout.segments[layout.rows[segment.row][0]]
    return head is not segment and label_key(head.text) in TOTAL_WORDS


def _column(layout: Layout, label: Occurrence, box: Box, height: float) -> Iterator[Segment]:
    """Segments under the label that share its column, top down."""
    for row in range(label.segment.row + 1, min(label.segment.row + 1 + MAX_ROWS_BELOW, len(layout.rows))):
        for index in layout.rows[row]:
            segment = layout.segments[index]
            if segment.page != label.segment.page:
                return
            if segment.box.x0 < box.x1 + 0.5 * height and segment.box.x1 > box.x0 - 0.5 * height:
                yield segment


def _alignment(label: Box, value: Box, height: float) -> float:
    """1 when left, right or middle line up, less when the columns merely touch."""
    offsets = (abs(label.x0 - value.x0), abs(label.x1 - value.x1), abs(label.x0 + label.x1 - value.x0 - value.x1) / 2)
    return 1.0 if min(offsets) <= 1.5 * height else 0.85


@rule("label-under-value", otherwise=lambda *_: [])
def _above(layout: Layout, labels: Labels, label: Occurrence) -> list[Target]:
    """The line above, where forms print the label under the value.

    Assumes that a label with nothing beside or below it may belong to the line over it.
    """
    row = label.segment.row - 1
    if row < 0 or label.first > 0:
        return []
    box, height = label.box, layout.height(label.segment)
    for index in layout.rows[row]:
        segment = layout.segments[index]
        overlap = segment.box.x0 < box.x1 and segment.box.x1 > box.x0
        if segment.page == label.segment.page and overlap and box.y0 - segment.box.y1 < 1.5 * height and not labels.is_label(segment):
            return [Target(segment, 0, len(segment.text), ABOVE, "above")]
    return []
