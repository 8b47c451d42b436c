"""List fields: every convincing value, in reading order, each once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import mean

from sheaf.domain.rows import Cell, CellState
from sheaf.extraction.cells import cite
from sheaf.extraction.concepts import Reading
from sheaf.extraction.decode import backing, calibrate
from sheaf.extraction.evidence import Pointer
from sheaf.extraction.layout import Layout
from sheaf.extraction.parsing.found import squash
from sheaf.extraction.scoring import NOTHING, Scored
from sheaf.extraction.states import state_without_value

#: A value counts when its score reaches this share of the best one's.
NEAR_BEST = 0.55
MAX_ITEMS = 500
_PARTS = re.compile(r"\s*[;\u2022|]\s*|,\s+(?![A-Z][a-z]{1,4}\.)")


def read_list(reading: Reading, scored: Sequence[Scored], pointers: Sequence[Pointer], layout: Layout) -> Cell:
    """A cell with all values that convince; its evidence cites the first."""
    if not scored or scored[0].score < NOTHING:
        return state_without_value(reading, pointers, layout)
    floor = max(NOTHING, NEAR_BEST * scored[0].score)
    chosen = _in_order([one for one in scored if one.score >= floor])
    items = _items(chosen)
    first = chosen[0]
    label = first.support.label.text if first.support.label else None
    beside = [one.candidate for one in chosen if one.candidate.segment.page == first.candidate.segment.page]
    words = [word for one in beside for word in one.words]
    text = "; ".join(one.text for one in beside)
    evidence = cite(layout.pages[first.candidate.segment.page], words, text, label)
    return Cell(state=CellState.FOUND, value=items[:MAX_ITEMS], confidence=_confidence(scored[0], chosen), evidence=evidence)


def _confidence(best: Scored, chosen: Sequence[Scored]) -> float:
    """How sure a list is: in sentences, as sure as they tell its items on average; else by how far the best one convinces."""
    if backing(best) == "sentence":
        return calibrate(min(mean(one.candidate.told for one in chosen), 1.0), "names")
    return calibrate(min(0.9, 0.4 + 0.1 * (best.score - NOTHING)), backing(best))


def _in_order(chosen: Sequence[Scored]) -> list[Scored]:
    """Reading order, without repeats of a value or candidates inside others."""
    ordered = sorted(chosen, key=lambda one: (one.candidate.segment.index, one.candidate.start))
    seen: set[object] = set()
    kept = []
    for one in ordered:
        if one.candidate.key not in seen:
            seen.add(one.candidate.key)
            kept.append(one)
    return kept


def _items(chosen: Sequence[Scored]) -> tuple[str, ...]:
    """The values as text; a single text that enumerates is taken apart."""
    texts = [str(one.candidate.value) if isinstance(one.candidate.value, str) else one.candidate.text for one in chosen]
    if len(texts) == 1 and chosen[0].candidate.told == 0.0:
        texts = [part for part in _PARTS.split(texts[0]) if part]
    return tuple(dict.fromkeys(text for text in texts if squash(text)))
