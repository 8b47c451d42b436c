"""When nothing was found: is the place blank, is something there that cannot be read, or does nothing speak of it?"""

from __future__ import annotations

from collections.abc import Sequence

from sheaf.domain.rows import MISSING, Cell, CellState
from sheaf.extraction.cells import cite
from sheaf.extraction.concepts import Reading
from sheaf.extraction.evidence import Pointer
from sheaf.extraction.layout import Layout
from sheaf.extraction.reach import CLOSE, Target, alike
from sheaf.extraction.rules import rule

#: A label this sure opens a place of its own.
SURE = 0.7
_FILLERS = " _.\u2026-\u2013\u2014:|=$\u20ac\u00a3[]()\u2610\u00b7"
#: Kinds that a stretch of text may fail to parse as.
_PARSED = frozenset("date date_range span amount number percent boolean choice email phone url iban bic vat_id".split())
#: Fewest fillers in a row that are a line to write on.
_RULED = 3


def state_without_value(reading: Reading, pointers: Sequence[Pointer], layout: Layout) -> Cell:
    """Blank, unreadable or missing, with the label's place as evidence for the first two.

    Of several labels the first that settles it counts: something illegible before a blank place, and both before nothing.
    """
    sure = [pointer for pointer in pointers if pointer.weight >= SURE and _own_place(pointer)]
    states = [_state(reading, pointer, layout) for pointer in sure]
    for wanted in (CellState.UNREADABLE, CellState.BLANK):
        if (found := next((cell for cell in states if cell.state is wanted), None)) is not None:
            return found
    return MISSING


def _state(reading: Reading, pointer: Pointer, layout: Layout) -> Cell:
    places = [target for target in pointer.targets if _is_place(pointer, target, layout)]
    written = next((target for target in places if _written(target)), None)
    if written is None:
        return _blank(pointer, layout) if _is_open(pointer, places, layout) else MISSING
    smudged = not any(character.isalnum() for character in _written(written))
    return _unreadable(pointer, written, layout) if smudged or reading.kind in _PARSED else MISSING


def _own_place(pointer: Pointer) -> bool:
    """Whether the label opens its segment, as labels of forms do, rather than standing in a sentence."""
    label = pointer.label
    rest = label.segment.text[label.end :]
    return label.first == 0 and (label.closed or label.last == len(label.segment.words) or _is_rule(rest))


def _is_place(pointer: Pointer, target: Target, layout: Layout) -> bool:
    """Whether a target is where the label's value stands: behind it, right of it, or close under it."""
    if target.relation in ("same", "right"):
        return True
    gap = target.segment.box.y0 - pointer.label.box.y1
    return target.relation == "below" and not pointer.label.closed and gap <= CLOSE * layout.height(target.segment)


@rule("blank-places", otherwise=lambda pointer, *_: pointer.label.closed)
def _is_open(pointer: Pointer, places: Sequence[Target], layout: Layout) -> bool:
    """Whether nothing at a label's place means that the place was left blank.

    Assumes that a label which ends in a colon, is followed by a line to write on, or stands among other labels of a form is there to be
    filled in; a lone word without any of these may be a heading.
    """
    label = pointer.label
    ruled = any(_is_rule(target.segment.text[target.start : target.end]) for target in places) or _is_rule(label.segment.text[label.end :])
    return label.closed or ruled or _among_labels(pointer, layout)


def _among_labels(pointer: Pointer, layout: Layout) -> bool:
    """Whether a label alone in its segment has neighbours that begin where it does or stand in its row, as boxes of forms do."""
    own = pointer.label.segment
    if pointer.label.last < len(own.words):
        return False
    height = layout.height(own)
    beside = [layout.segments[index] for index in layout.rows[own.row] if layout.segments[index] is not own]
    near = [
        layout.segments[index]
        for row in range(max(own.row - 3, 0), min(own.row + 4, len(layout.rows)))
        for index in layout.rows[row]
        if row != own.row and layout.segments[index].page == own.page
    ]
    lined = [one for one in near if abs(one.box.x0 - own.box.x0) <= 0.6 * height and alike(one, own)]
    return bool(lined) or any(alike(one, own) and not any(map(str.isdigit, one.text)) for one in beside)


def _is_rule(text: str) -> bool:
    """Whether a text is a line to write on: underscores or dots and nothing else."""
    bare = text.strip(" :")
    return len(bare) >= _RULED and not bare.strip("_.\u2026\u00b7 ")


def _written(target: Target) -> str:
    return target.segment.text[target.start : target.end].strip(_FILLERS)


def _blank(pointer: Pointer, layout: Layout) -> Cell:
    page = layout.pages[pointer.label.segment.page]
    words = pointer.label.segment.words[pointer.label.first : pointer.label.last]
    return Cell(state=CellState.BLANK, evidence=cite(page, words, "", pointer.label.text))


def _unreadable(pointer: Pointer, target: Target, layout: Layout) -> Cell:
    text = target.segment.text[target.start : target.end].strip(" :")
    words = target.segment.between(target.start, target.end)
    page = layout.pages[target.segment.page]
    return Cell(state=CellState.UNREADABLE, evidence=cite(page, words, text, pointer.label.text))
