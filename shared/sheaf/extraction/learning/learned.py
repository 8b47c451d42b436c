"""What a job has learned from its corrected documents: labels of its papers by field, and trees that rank a field's candidates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import msgspec
import numpy as np

from sheaf.domain.fields import Field
from sheaf.extraction.concepts import Reading, understand
from sheaf.extraction.features import NAMES, Scene, features, vector
from sheaf.extraction.learning.trees import Trees
from sheaf.extraction.scoring import Scored

#: Candidates of a field that are ranked; the others keep their score, which puts them far behind.
RANKED = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class OfField:
    """What was learned of one field."""

    #: Texts that stand beside its values, as printed.
    labels: tuple[str, ...] = ()
    trees: Trees | None = None
    #: Of a table: what was learned of its columns, by name.
    columns: Mapping[str, OfField] = field(default_factory=dict)
    #: Documents that it was tried on without having been made from them: how many were right before, and with it.
    tried: int = 0
    right_before: int = 0
    right_after: int = 0

    def counted(self, tried: int, before: int, after: int) -> OfField:
        """The same with what came of trying it."""
        return replace(self, tried=tried, right_before=before, right_after=after)


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """What was learned of a job's fields, by name."""

    fields: Mapping[str, OfField] = field(default_factory=dict)
    #: Documents that it was made from.
    documents: int = 0
    #: Names of the features that the trees read, in order.
    names: tuple[str, ...] = NAMES

    def widened(self, fields: Sequence[Field]) -> list[Field]:
        """The fields with the labels that were learned, and the headers of their columns."""
        return [_widened(one, self.fields.get(one.name)) for one in fields]

    def readings(self, fields: Sequence[Field]) -> list[Reading]:
        """The fields as they are looked for, with the labels and the rankers that were learned."""
        return [replace(one, ranker=self._ranker(one.field)) for one in understand(self.widened(fields))]

    def _ranker(self, of: Field) -> Callable[[Scene, Sequence[Scored]], list[Scored]] | None:
        known = self.fields.get(of.name)
        return partial(ranked, known.trees) if known and known.trees and self.names == NAMES else None

    def encoded(self) -> bytes:
        """As it is stored."""
        return msgspec.json.encode(self)

    @classmethod
    def decoded(cls, data: bytes) -> Learned:
        """What :meth:`encoded` was; raises msgspec.ValidationError for anything else."""
        return msgspec.json.decode(data, type=cls)


def _widened(of: Field, known: OfField | None) -> Field:
    if known is None:
        return of
    columns = tuple(_widened(column, known.columns.get(column.name)) for column in of.columns)
    return replace(of, synonyms=(*of.synonyms, *(label for label in known.labels if label not in of.synonyms)), columns=columns)


def ranked(trees: Trees, scene: Scene, scored: Sequence[Scored]) -> list[Scored]:
    """A field's candidates by their scores and what the trees add to the best of them, the best first."""
    return moved(scored, trees.of(rows_of(scene, scored[:RANKED])))


def moved(scored: Sequence[Scored], added: Iterable[float]) -> list[Scored]:
    """Candidates with what is added to the scores of the first of them, the best first."""
    head = [replace(one, score=one.score + float(more)) for one, more in zip(scored, added, strict=False)]
    return sorted([*head, *scored[len(head) :]], key=lambda one: -one.score)


def rows_of(scene: Scene, scored: Sequence[Scored]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """What the trees read of candidates: their features, and the hand score behind them."""
    rows = [(*vector(features(scene, one.candidate)), one.score) for one in scored]
    return np.asarray(rows, dtype=np.float64).reshape(len(rows), len(NAMES) + 1)
