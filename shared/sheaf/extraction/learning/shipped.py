"""The ranker that ships: trees for the fields of till receipts, made by ``python -m tools.train_ranker`` from receipts with their truth.

They serve only where they have seen the like: on what :func:`sheaf.extraction.receipts.is_till_receipt` takes for a receipt, and for the
fields that play one of its roles. What a job has learned itself is added on top. They read the features of candidates anywhere, the hand
score, and those of :mod:`~sheaf.extraction.learning.tills`. ``receipts.json`` holds trees and the names of the features that they read;
nothing of the documents that taught them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from sheaf.extraction import features
from sheaf.extraction.features import Scene
from sheaf.extraction.learning import tills
from sheaf.extraction.learning.learned import moved, rows_of
from sheaf.extraction.learning.trees import Trees
from sheaf.extraction.scoring import Scored

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE = Path(__file__).parent / "receipts.json"
#: Candidates of a field that are ranked.
RANKED = 200
#: What the trees read, in order.
NAMES = (*features.NAMES, "score", *tills.NAMES)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shipped:
    """Trees by role, and the names of the features that they read."""

    names: tuple[str, ...] = NAMES
    roles: Mapping[str, Trees]

    def encoded(self) -> bytes:
        """As it is kept in the package."""
        return msgspec.json.encode(self, order="deterministic") + b"\n"


@cache
def trees_of(role: str) -> Trees | None:
    """The trees for a role, read once; None where the features have changed since they were made, and rules alone rank."""
    made = msgspec.json.decode(FILE.read_bytes(), type=Shipped) if FILE.exists() else None
    return made.roles.get(role) if made and made.names == NAMES else None


def by_role(role: str, scene: Scene, scored: Sequence[Scored]) -> list[Scored]:
    """A field's candidates on a receipt, the best first by what the trees for its role add."""
    trees = trees_of(role)
    return moved(scored, trees.of(measured(scene, scored[:RANKED]))) if trees and scored else list(scored)


def measured(scene: Scene, scored: Sequence[Scored]) -> NDArray[np.float64]:
    """What the trees read of candidates of a receipt."""
    return np.hstack([rows_of(scene, scored), tills.rows_of(scene, [one.candidate for one in scored])])
