"""Features of a candidate for a field, and the one table of weights that turns them into a score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sheaf.domain.rows import Amount
from sheaf.extraction.candidates import Candidate
from sheaf.extraction.concepts import Reading
from sheaf.extraction.evidence import NO_SUPPORT, Support
from sheaf.extraction.layout import Layout
from sheaf.extraction.parsing.found import fold
from sheaf.extraction.ranges import RangeSide
from sheaf.extraction.reach import in_total_row
from sheaf.extraction.traits import address_score, has_legal_form, is_organisation

#: What each feature adds to a score. Set by hand on half of the development documents; see bench/accuracy.
WEIGHTS = {
    "label": 6.0,
    "rival": -4.0,
    "quality": 1.0,
    "first": 1.3,
    "only": 0.8,
    "repeated": 0.4,
    "largest": 1.4,
    "negative": -1.5,
    "zero": -1.5,
    "range_side": 1.3,
    "range_other": -2.5,
    "top": 1.8,
    "legal_form": 1.6,
    "organisation": 0.9,
    "tall": 0.8,
    "address_like": -1.2,
    "block": 3.0,
    "block_top": 0.8,
    "proven": 2.2,
    "prose": 5.0,
    "capitals": 0.3,
    "total_row": 1.2,
    "recipient": 3.4,
}
#: Score of "nothing here": a candidate below it is not convincing.
NOTHING = 2.3

#: Concepts whose value may be taken without a label, by what marks it.
_UNLABELLED = {
    "invoice_date": ("first", "only", "repeated"),
    "total": ("largest", "repeated"),
    "seller": ("top", "legal_form", "organisation", "tall", "address_like", "capitals"),
    "address": ("block", "block_top"),
    "buyer": ("recipient",),
    "account_holder": ("recipient",),
    "employer": ("top", "legal_form", "organisation", "tall", "address_like", "capitals"),
    "bank": ("top", "organisation", "tall"),
}
#: Kinds whose check digits or form say as much as a label.
_PROVEN = frozenset({"iban", "bic", "vat_id", "email", "url"})


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its score for one field and the label behind it."""

    candidate: Candidate
    score: float
    support: Support


@dataclass(frozen=True, slots=True)
class Scene:
    """What features of one field's candidates are measured against."""

    reading: Reading
    layout: Layout
    candidates: Sequence[Candidate]
    own: Mapping[int, Support]
    rivals: Mapping[int, Support]
    sides: Mapping[int, RangeSide]


def score_all(scene: Scene) -> list[Scored]:
    """Every candidate scored, the best first."""
    measure = _measures(scene)
    scored = []
    for one in scene.candidates:
        own = scene.own.get(id(one), NO_SUPPORT)
        features = _common(scene, one, own) | measure(one)
        scored.append(Scored(one, sum(WEIGHTS[name] * value for name, value in features.items()), own))
    return sorted(scored, key=lambda pair: -pair.score)


def _common(scene: Scene, one: Candidate, own: Support) -> dict[str, float]:
    rival = scene.rivals.get(id(one), NO_SUPPORT)
    features = {
        "label": own.strength,
        "rival": max(0.0, rival.strength - own.strength) * (1.0 - min(one.told, 1.0)),
        "quality": one.quality,
        "prose": one.told,
    }
    side = scene.sides.get(id(one))
    if side and scene.reading.edge:
        features["range_side" if side == scene.reading.edge else "range_other"] = 1.0
    elif side == "end" and scene.reading.kind == "date":
        features["range_other"] = 0.3
    if scene.reading.kind in ("amount", "number") and own.relation == "below" and in_total_row(scene.layout, one.segment):
        features["total_row"] = 1.0
    if scene.reading.kind in _PROVEN and one.quality >= 0.8:
        features["proven"] = 1.0
    return features


def _measures(scene: Scene) -> Callable[[Candidate], dict[str, float]]:
    """The features that say something without a label, for concepts that may do without one."""
    allowed = {name for concept in scene.reading.concepts for name in _UNLABELLED.get(concept, ())}
    if scene.reading.kind == "date":
        found = _date_measures(scene)
    elif scene.reading.kind in ("amount", "number"):
        found = _amount_measures(scene)
        allowed |= {"negative", "zero"} if scene.reading.kind == "amount" else set()
    else:
        found = lambda one: _text_measures(scene, one)  # noqa: E731 - one of three interchangeable functions
    return lambda one: {name: value for name, value in found(one).items() if name in allowed}


def _date_measures(scene: Scene) -> Callable[[Candidate], dict[str, float]]:
    counts = Counter(one.key for one in scene.candidates)
    order = {id(one): rank for rank, one in enumerate(scene.candidates)}
    only = float(len(counts) == 1)
    return lambda one: {"first": 1.0 / (1 + order[id(one)]), "only": only, "repeated": float(counts[one.key] > 1)}


def _amount_measures(scene: Scene) -> Callable[[Candidate], dict[str, float]]:
    money = [one.value.amount if isinstance(one.value, Amount) else one.value for one in scene.candidates if one.quality >= 0.8]
    counts = Counter(one.key for one in scene.candidates)
    ranked = sorted({value for value in money if not isinstance(value, str | None)}, reverse=True)  # type: ignore[type-var]
    ranks = {value: rank for rank, value in enumerate(ranked)}

    def measure(one: Candidate) -> dict[str, float]:
        value = one.value.amount if isinstance(one.value, Amount) else one.value
        rank = ranks.get(value, 9)
        return {
            "largest": (1.0, 0.6, 0.3)[rank] if rank < 3 and one.quality >= 0.8 else 0.0,
            "repeated": float(counts[one.key] > 1),
            "negative": float(value < 0),  # type: ignore[operator]
            "zero": float(value == 0),
        }

    return measure


def _text_measures(scene: Scene, one: Candidate) -> dict[str, float]:
    first_page = scene.layout.segments[0].page if scene.layout.segments else 0
    on_top = one.segment.page == first_page
    height = scene.layout.height(one.segment)
    text = str(one.value)
    features = {
        "top": 1.0 / (1 + 0.35 * one.segment.row) if on_top else 0.0,
        "block": one.quality if one.lines > 1 or address_score(text) > 0.8 else 0.0,
        "recipient": 1.0 / (1 + 0.03 * one.segment.row) if on_top else 0.0,
        "block_top": 1.0 / (1 + 0.1 * one.segment.row) if on_top else 0.0,
    }
    return features | _name_measures(text, one, height)


def _name_measures(text: str, one: Candidate, height: float) -> dict[str, float]:
    tall = (one.box.y1 - one.box.y0) / height - 1.0
    return {
        "legal_form": float(has_legal_form(text)),
        "organisation": float(is_organisation(text)),
        "tall": min(max(tall, 0.0), 1.0),
        "address_like": float(address_score(text) > 0.4 and not has_legal_form(text)),
        "capitals": float(text.upper() == text and fold(text) != text),
    }
