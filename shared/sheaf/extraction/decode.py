"""From scores to one choice: softmax over distinct values against "nothing here", then calibration."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from sheaf.extraction.scoring import NOTHING, Scored

TEMPERATURE = 0.9
#: By what backs a value: (softmax share, share of such values that were right), measured by bench/accuracy; straight lines between.
#: A near tie between values with good labels is mostly settled rightly; one between lines of a letterhead is not.
CALIBRATION = {
    "label": ((0.0, 0.0), (0.4, 0.62), (0.6, 0.79), (0.7, 0.86), (0.8, 0.91), (0.9, 0.935), (0.95, 0.945), (0.98, 0.965), (1.0, 0.98)),
    "sentence": ((0.0, 0.0), (0.4, 0.46), (0.6, 0.57), (0.8, 0.7), (0.9, 0.78), (0.95, 0.84), (1.0, 0.95)),
    "": ((0.0, 0.0), (0.4, 0.5), (0.6, 0.66), (0.7, 0.73), (0.8, 0.81), (0.9, 0.84), (0.95, 0.9), (0.98, 0.96), (1.0, 0.98)),
}
#: Least strength of a label, and least plainness of a sentence, that back a value.
LABELLED, TOLD = 0.75, 0.5


@dataclass(frozen=True, slots=True)
class Choice:
    """The best candidate and how sure that is; ``scored`` is None where nothing convinces."""

    scored: Scored | None
    confidence: float = 0.0
    #: Best candidate even when it does not convince.
    runner: Scored | None = None


def choose(scored: Sequence[Scored], nothing: float = NOTHING) -> Choice:
    """The most probable value among ``scored`` (best first), or nothing."""
    if not scored:
        return Choice(None)
    if scored[0].score < nothing:
        return Choice(None, runner=scored[0])
    best: dict[object, float] = {}
    for one in scored:
        best.setdefault(one.candidate.key, one.score)
    top = scored[0].score
    total = sum(math.exp((score - top) / TEMPERATURE) for score in best.values()) + math.exp((nothing - top) / TEMPERATURE)
    return Choice(scored[0], calibrate(1.0 / total, backing(scored[0])))


def backing(scored: Scored) -> str:
    """What backs a value: ``label``, ``sentence`` or nothing but its look and place."""
    if scored.support.strength >= LABELLED:
        return "label"
    return "sentence" if scored.candidate.told >= TOLD else ""


def calibrate(share: float, backed_by: str = "") -> float:
    """The share of values with this softmax share and backing that are right."""
    points = CALIBRATION[backed_by]
    index = min(max(bisect_right([x for x, _ in points], share), 1), len(points) - 1)
    (x0, y0), (x1, y1) = points[index - 1], points[index]
    return round(y0 + (y1 - y0) * (share - x0) / (x1 - x0), 3)
