"""From scores to one choice: softmax over distinct values against "nothing here", then calibration."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sheaf.extraction.scoring import NOTHING, Scored

TEMPERATURE = 0.9
Points: TypeAlias = tuple[tuple[float, float], ...]

#: Sentences are worded in more ways than one half of a set shows: what the tuned half gave (.9 to .97), less the .12 by which rules for
#: agreements do worse on papers that they were not tuned on.
_TOLD: Points = ((0.0, 0.0), (0.4, 0.6), (0.7, 0.75), (0.9, 0.84), (1.0, 0.89))
_DAY: Points = ((0.0, 0.0), (0.4, 0.55), (0.7, 0.68), (0.9, 0.74), (1.0, 0.8))
#: By what backs a value: (softmax share, share of such values that were right), measured by bench/accuracy on the halves that rules were
#: tuned on; straight lines between. A near tie between values with good labels is mostly settled rightly; one without, less often.
CALIBRATION: Mapping[str, Points] = {
    "label": ((0.0, 0.0), (0.4, 0.96), (0.8, 0.975), (0.95, 0.99), (1.0, 0.996)),
    "rival": ((0.0, 0.0), (0.4, 0.87), (0.7, 0.88), (0.8, 0.93), (0.95, 0.945), (0.98, 0.965), (1.0, 0.98)),
    "sentence": _TOLD,
    "day": _DAY,
    "period": ((0.0, 0.0), (0.4, 0.45), (1.0, 0.62)),
    "names": ((0.0, 0.0), (0.5, 0.55), (0.7, 0.66), (0.9, 0.71), (1.0, 0.78)),
    "form": ((0.0, 0.0), (0.3, 0.94), (0.6, 0.955), (0.8, 0.965), (0.95, 0.98), (1.0, 0.988)),
    "": ((0.0, 0.0), (0.3, 0.55), (0.5, 0.78), (0.7, 0.82), (0.8, 0.925), (0.9, 0.965), (1.0, 0.98)),
}
_LABELLED: Points = (
    (0.0, 0.0),
    (0.4, 0.62),
    (0.6, 0.79),
    (0.7, 0.86),
    (0.8, 0.91),
    (0.9, 0.935),
    (0.95, 0.945),
    (0.98, 0.965),
    (1.0, 0.98),
)
_BARE: Points = ((0.0, 0.0), (0.4, 0.5), (0.6, 0.66), (0.7, 0.73), (0.8, 0.81), (0.9, 0.84), (0.95, 0.9), (0.98, 0.96), (1.0, 0.98))
#: The same where trees have ranked the candidates, which draws their scores apart; measured on receipts.
RANKED: Mapping[str, Points] = {
    "label": _LABELLED,
    "rival": _LABELLED,
    "sentence": _TOLD,
    "day": _DAY,
    "period": CALIBRATION["period"],
    "names": CALIBRATION["names"],
    "form": _BARE,
    "": _BARE,
}
#: Least strength of a label, and least plainness of a sentence, that back a value.
LABELLED, TOLD = 0.75, 0.5
#: Kinds whose values cannot be told from other words by how they are written.
PLAIN_KINDS = frozenset({"text", "org", "person", "address", "place", "code", "choice", "boolean"})


@dataclass(frozen=True, slots=True)
class Choice:
    """The best candidate and how sure that is; ``scored`` is None where nothing convinces."""

    scored: Scored | None
    confidence: float = 0.0
    #: Best candidate even when it does not convince.
    runner: Scored | None = None


def choose(scored: Sequence[Scored], nothing: float = NOTHING, *, kind: str = "text", ranked: bool = False) -> Choice:
    """The most probable value of a kind among ``scored`` (best first), or nothing; ``ranked`` where trees have a part in the scores."""
    if not scored:
        return Choice(None)
    if scored[0].score < nothing:
        return Choice(None, runner=scored[0])
    best: dict[object, float] = {}
    for one in scored:
        best.setdefault(one.candidate.key, one.score)
    top = scored[0].score
    total = sum(math.exp((score - top) / TEMPERATURE) for score in best.values()) + math.exp((nothing - top) / TEMPERATURE)
    rivals = sum(score >= nothing for score in best.values()) - 1
    return Choice(scored[0], calibrate(1.0 / total, backing(scored[0], kind=kind, rivals=rivals), ranked=ranked))


def backing(scored: Scored, *, kind: str = "text", rivals: int = 0) -> str:
    """What backs a value: ``label``, ``sentence``, ``form``, or nothing but its look and place.

    A labelled value that another convincing one competes with is backed as ``rival``; a duration in a sentence as ``period`` and a date
    as ``day``, for agreements speak of many. What is written in a form of its own (dates, sums, numbers with check digits) is backed by
    its ``form``.
    """
    if scored.support.strength >= LABELLED:
        return "rival" if rivals else "label"
    if scored.candidate.told >= TOLD:
        return {"duration": "period", "date": "day"}.get(kind, "sentence")
    return "" if kind in PLAIN_KINDS or scored.candidate.told else "form"


def calibrate(share: float, backed_by: str = "", *, ranked: bool = False) -> float:
    """The share of values with this softmax share and backing that are right."""
    points = (RANKED if ranked else CALIBRATION)[backed_by]
    index = min(max(bisect_right([x for x, _ in points], share), 1), len(points) - 1)
    (x0, y0), (x1, y1) = points[index - 1], points[index]
    return round(y0 + (y1 - y0) * (share - x0) / (x1 - x0), 3)
