"""How strongly labels speak for each candidate: its own field's labels, and those of other meanings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sheaf.extraction import lexicon
from sheaf.extraction.candidates import Candidate
from sheaf.extraction.concepts import Reading
from sheaf.extraction.labels import Labels, Occurrence
from sheaf.extraction.layout import Layout
from sheaf.extraction.reach import Target, targets
from sheaf.extraction.rules import rule

#: A label weaker than this says nothing.
FLOOR = 0.2


@dataclass(frozen=True, slots=True)
class Pointer:
    """A label, how surely it means the field, and what it points at."""

    label: Occurrence
    weight: float
    targets: tuple[Target, ...]


class Reach:
    """What each label of one document points at, computed once."""

    def __init__(self, layout: Layout, labels: Labels) -> None:
        self.layout = layout
        self.labels = labels
        self._known: dict[tuple[int, int, int], tuple[Target, ...]] = {}

    def pointers(self, found: Iterable[tuple[Occurrence, float]]) -> list[Pointer]:
        """Pointers for labels with their weights, those too weak left out."""
        return [Pointer(label, weight, self._targets(label)) for label, weight in found if weight >= FLOOR]

    def of(self, reading: Reading) -> list[Pointer]:
        """Pointers of a field's own labels."""
        return self.pointers(self.labels.of(reading))

    def rivals(self, reading: Reading, kinds: frozenset[str]) -> list[Pointer]:
        """Pointers of the labels of other concepts with values of ``kinds``."""
        concepts, meanings = lexicon.concepts(), lexicon.labels()
        found: list[tuple[Occurrence, float]] = []
        own = self.labels.phrases(reading)
        for phrase, occurrences in self.labels.by_phrase.items():
            if phrase not in own and any(concepts[name].kind in kinds for name in meanings.get(phrase, ())):
                found.extend((one, one.strength) for one in occurrences)
        return self.pointers(found)

    def _targets(self, label: Occurrence) -> tuple[Target, ...]:
        key = (label.segment.index, label.first, label.last)
        if key not in self._known:
            self._known[key] = tuple(targets(self.layout, self.labels, label))
        return self._known[key]


@dataclass(frozen=True, slots=True)
class Support:
    """The strongest label behind a candidate: strength 0 to 1, the label and the relation."""

    strength: float = 0.0
    label: Occurrence | None = None
    relation: str = ""


NO_SUPPORT = Support()


def supports(candidates: Iterable[Candidate], pointers: Iterable[Pointer]) -> dict[int, Support]:
    """The best support of each candidate, by its ``id``; absent where no label points at it."""
    by_segment: dict[int, list[Candidate]] = {}
    for one in candidates:
        by_segment.setdefault(one.segment.index, []).append(one)
    best: dict[int, Support] = {}
    for pointer in pointers:
        for target in pointer.targets:
            for rank, one in enumerate(_inside(by_segment.get(target.segment.index, []), target)):
                strength = pointer.weight * target.strength * _nearness(one, target, rank)
                if strength > best.get(id(one), NO_SUPPORT).strength:
                    best[id(one)] = Support(strength, pointer.label, target.relation)
    return best


def _inside(candidates: list[Candidate], target: Target) -> list[Candidate]:
    return sorted((one for one in candidates if target.start <= one.start < target.end), key=lambda one: one.start)


@rule("values-come-first", otherwise=lambda *_: 1.0)
def _nearness(candidate: Candidate, target: Target, rank: int) -> float:
    """1 for what begins the target; less for every word before it.

    Assumes that what stands nearest to a label is its value.
    """
    between = candidate.segment.text[target.start : candidate.start].strip(" :.-#|=(/")
    words = len(between.split())
    return 1.0 if words == 0 else max(0.35, 0.92 - 0.12 * words) * (0.97**rank)
