"""The hand score: features of a candidate for a field, weighed and summed up."""

from __future__ import annotations

from dataclasses import dataclass

from sheaf.extraction.candidates import Candidate
from sheaf.extraction.evidence import NO_SUPPORT, Support
from sheaf.extraction.features import WEIGHTS, Scene, labelled, valued
from sheaf.extraction.rules import holds

#: Score of "nothing here": a candidate below it is not convincing.
NOTHING = 2.3

_ISSUER = ("top", "legal_form", "organisation", "tall", "address_like", "capitals")
#: Concepts whose value may be taken without a label, by the features that mark it.
_UNLABELLED = {
    "invoice_date": ("first", "only", "repeated"),
    "total": ("largest", "repeated"),
    "seller": _ISSUER,
    "address": ("block", "block_top"),
    "buyer": ("recipient",),
    "account_holder": ("recipient",),
    "employer": _ISSUER,
    "bank": ("top", "organisation", "tall"),
}


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its score for one field and the label behind it."""

    candidate: Candidate
    score: float
    support: Support
    #: What sums that agree with each other added to the score.
    proof: float = 0.0


def score_all(scene: Scene) -> list[Scored]:
    """Every candidate scored, the best first."""
    weights = {name: weight for name, weight in WEIGHTS.items() if holds(f"feature-{name}")}
    unlabelled = _weighed_unlabelled(scene)
    scored = []
    for one in scene.candidates:
        found = labelled(scene, one)
        if unlabelled:
            found |= {name: value for name, value in valued(scene, one).items() if name in unlabelled}
        score = sum(weights.get(name, 0.0) * value for name, value in found.items())
        scored.append(Scored(one, score, scene.own.get(id(one), NO_SUPPORT)))
    return sorted(scored, key=lambda pair: -pair.score)


def _weighed_unlabelled(scene: Scene) -> frozenset[str]:
    """Features that count without a label for the field's concepts."""
    marks = {name for concept in scene.reading.concepts for name in _UNLABELLED.get(concept, ())}
    signed = scene.reading.kind != "amount" or "rounding" in scene.reading.concepts
    return frozenset(marks if signed else marks | {"negative", "zero"})
