"""When nothing was found: is the place blank, is something there that cannot be read, or does nothing speak of it?"""

from __future__ import annotations

from collections.abc import Sequence

from sheaf.domain.rows import MISSING, Cell, CellState
from sheaf.extraction.cells import cite
from sheaf.extraction.concepts import Reading
from sheaf.extraction.evidence import Pointer
from sheaf.extraction.layout import Layout
from sheaf.extraction.reach import Target

#: A label this sure opens a place of its own.
SURE = 0.85
_FILLERS = " _.\u2026-\u2013\u2014:|=$\u20ac\u00a3[]()\u2610"
#: Kinds that a stretch of text may fail to parse as.
_PARSED = frozenset({"date", "date_range", "span", "amount", "number", "percent", "boolean", "choice"})


def state_without_value(reading: Reading, pointers: Sequence[Pointer], layout: Layout) -> Cell:
    """Blank, unreadable or missing, with the label's place as evidence for the first two."""
    sure = [pointer for pointer in pointers if pointer.weight >= SURE and _own_place(pointer)]
    if not sure:
        return MISSING
    pointer = sure[0]
    beside = [target for target in pointer.targets if target.relation in ("same", "right")]
    written = next((target for target in beside if _written(target)), None)
    if written is not None and reading.kind in _PARSED:
        return _unreadable(pointer, written, layout)
    if written is not None or not pointer.label.closed:
        return MISSING
    page = layout.pages[pointer.label.segment.page]
    words = pointer.label.segment.words[pointer.label.first : pointer.label.last]
    return Cell(state=CellState.BLANK, evidence=cite(page, words, "", pointer.label.text))


def _own_place(pointer: Pointer) -> bool:
    """Whether the label opens its segment, as labels of forms do, rather than standing in a sentence."""
    label = pointer.label
    return label.first == 0 and (label.closed or label.last == len(label.segment.words))


def _written(target: Target) -> str:
    return target.segment.text[target.start : target.end].strip(_FILLERS)


def _unreadable(pointer: Pointer, target: Target, layout: Layout) -> Cell:
    text = target.segment.text[target.start : target.end].strip(" :")
    words = target.segment.between(target.start, target.end)
    page = layout.pages[target.segment.page]
    return Cell(state=CellState.UNREADABLE, evidence=cite(page, words, text, pointer.label.text))
