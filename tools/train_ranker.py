"""Makes the ranker that ships: trees for the fields of till receipts, from a folder of receipts with their truth.

Usage: python -m tools.train_ranker FOLDER [OUT]

FOLDER is one that ``python -m bench.accuracy`` scores; only its tuned half teaches. OUT is the package's own file unless it is given.
A receipt whose true value is not among its candidates, because it is misprinted or was misread, teaches nothing of that field: the value is
there all the same. See ``docs/decisions/2026-11-22-trees-for-receipts.md``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bench.accuracy.folder import Labelled, half_of, load
from sheaf.domain.fields import Field, FieldType
from sheaf.extraction.cells import typed_value
from sheaf.extraction.concepts import understand
from sheaf.extraction.evaluation import agreement
from sheaf.extraction.features import Scene
from sheaf.extraction.layout import lay_out
from sheaf.extraction.learning.shipped import FILE, RANKED, Shipped, measured
from sheaf.extraction.learning.trees import Listed, Manner, fit
from sheaf.extraction.reader import Reader
from sheaf.extraction.receipts import is_till_receipt
from sheaf.extraction.scoring import NOTHING, score_all

#: The roles as fields, named like the truth.
FIELDS = (
    Field(name="company"),
    Field(name="date", type=FieldType.DATE),
    Field(name="address"),
    Field(name="total", type=FieldType.AMOUNT),
)
MANNER = Manner(rounds=160, rate=0.1, lists=0.7, columns=0.2)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make it; answers the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) not in (1, 2):
        print(__doc__)
        return 2
    receipts = [one for one in load(Path(given[0])) if half_of(one) == "tuned"]
    made = shipped(receipts).encoded()
    (Path(given[1]) if len(given) > 1 else FILE).write_bytes(made)
    print(f"{len(receipts)} receipts, {len(made)} bytes")
    return 0


def shipped(receipts: Sequence[Labelled]) -> Shipped:
    """Trees for every role that the receipts teach."""
    lists: dict[str, list[Listed]] = {of.name: [] for of in FIELDS}
    for receipt in receipts:
        for name, one in _lists(receipt):
            lists[name].append(one)
    return Shipped(roles={name: fit(taught, NOTHING, MANNER) for name, taught in lists.items() if len(taught) > 1})


def _lists(receipt: Labelled) -> Iterator[tuple[str, Listed]]:
    reader = Reader(lay_out(receipt.read()), understand(FIELDS))
    if not is_till_receipt(reader.layout):
        return
    for of, reading in zip(FIELDS, reader.readings, strict=False):
        truth = receipt.truth.get(of.name)
        scene = reader.scene(reading)
        if truth is not None and (listed := _listed(scene, of, truth)).right.any():
            yield of.name, listed


def _listed(scene: Scene, of: Field, truth: object) -> Listed:
    head = score_all(scene)[:RANKED]
    right = [agreement(of, typed_value(of, one.candidate), truth).score > 0 for one in head]
    return Listed(measured(scene, head), np.array([one.score for one in head]), np.array(right, dtype=bool))


if __name__ == "__main__":
    sys.exit(main())
