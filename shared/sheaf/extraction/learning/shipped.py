"""The ranker that ships: trees for the fields of till receipts, made by ``python -m tools.train_ranker`` from receipts with their truth.

They serve only where they have seen the like: on what :func:`sheaf.extraction.receipts.is_till_receipt` takes for a receipt, and for the
fields that play one of its roles. What a job has learned itself is added on top. ``receipts.json`` holds trees and the names of the
features that they read; nothing of the documents that taught them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from sheaf.extraction.features import NAMES, Scene
from sheaf.extraction.learning.learned import ranked
from sheaf.extraction.learning.trees import Trees
from sheaf.extraction.scoring import Scored

FILE = Path(__file__).parent / "receipts.json"
#: Candidates of a field that are ranked.
RANKED = 200


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
    return ranked(trees, scene, scored, most=RANKED) if trees else list(scored)
