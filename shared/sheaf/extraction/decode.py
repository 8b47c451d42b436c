"""From scores to one choice: softmax over distinct values against "nothing here", then calibration."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from sheaf.extraction.scoring import NOTHING, Scored

TEMPERATURE = 0.9
#: (softmax share, share of such values that were right), measured by bench/accuracy; straight lines between.
CALIBRATION = ((0.0, 0.0), (0.4, 0.5), (0.6, 0.66), (0.7, 0.73), (0.8, 0.81), (0.9, 0.84), (0.95, 0.9), (0.98, 0.96), (1.0, 0.98))


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
    return Choice(scored[0], calibrate(1.0 / total))


def calibrate(share: float) -> float:
    """The share of values with this softmax share that are right."""
    index = min(max(bisect_right([x for x, _ in CALIBRATION], share), 1), len(CALIBRATION) - 1)
    (x0, y0), (x1, y1) = CALIBRATION[index - 1], CALIBRATION[index]
    return round(y0 + (y1 - y0) * (share - x0) / (x1 - x0), 3)
