"""How reading improves with corrected documents: a ranker and labels learned from a few of one half, scored on the whole other half.

Fields are asked for as a person would who writes no descriptions: once by their names, once by codes of his own (``F1``, ``F2`` …), which
say nothing and stand for fields that no lexicon knows.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from bench.accuracy.run import Set, score
from sheaf.documents.model import Document
from sheaf.domain.fields import Field, RowMode
from sheaf.domain.values import to_json
from sheaf.extraction.candidates import customs_of
from sheaf.extraction.engine import Extraction, Source, SourceFile
from sheaf.extraction.engines.embedded import EmbeddedEngine
from sheaf.extraction.layout import lay_out
from sheaf.extraction.learning.learned import Learned
from sheaf.extraction.learning.training import Example, train
from sheaf.extraction.parse import parse_as

#: Documents learned from, and how often they are drawn anew.
SIZES = {0: 1, 3: 2, 5: 2, 10: 2, 20: 1, 50: 1}


@dataclass(frozen=True, slots=True)
class Taught:
    """The embedded engine with what was learned."""

    learned: Learned
    name: str = "embedded"
    version: str = "embedded/1"

    def extract(
        self, document: Document, fields: Sequence[Field], *, rows: RowMode = RowMode.FILE, source: Source | None = None
    ) -> Extraction:
        """See :class:`sheaf.extraction.engine.Engine`."""
        path, name = (source.path, source.name) if source else (Path(), "")
        return EmbeddedEngine().extract(document, fields, rows=rows, source=SourceFile(path=path, name=name, learned=self.learned))


def print_curve(one: Set) -> None:
    """A table in Markdown: documents, share read rightly by name and by code, seconds to train, size of what was learned."""
    print(
        f"\n| {one.name}: documents | by name (least–most) | by code (least–most) | training s | bytes |\n| --- | --- | --- | --- | --- |"
    )
    sets = [_plain(one), _coded(one)]
    pools = [_examples(each.half("tuned")) for each in sets]
    for size, draws in SIZES.items():
        if size <= len(pools[0]):
            points = [[_point(each, pool, size, seed) for seed in range(draws)] for each, pool in zip(sets, pools, strict=True)]
            shares = [_spread([point.share for point in drawn]) for drawn in points]
            every = [point for drawn in points for point in drawn]
            seconds, largest = fmean(point.seconds for point in every), max(point.size for point in every)
            print(f"| {size} | {shares[0]} | {shares[1]} | {seconds:.2f} | {largest} |", flush=True)


@dataclass(frozen=True, slots=True)
class _Point:
    share: float
    seconds: float
    size: int


def _point(one: Set, pool: Sequence[Example], size: int, seed: int) -> _Point:
    """What comes of one draw."""
    drawn = [Example(each.document, each.truth) for each in random.Random(seed).sample(pool, size)]
    started = time.process_time()
    learned = train(drawn, one.fields)
    seconds = time.process_time() - started
    whole = score(Taught(learned), one.half("held_out")).whole
    return _Point(whole.normalised / max(whole.n, 1), seconds if size else 0.0, len(learned.encoded()))


def _spread(shares: Sequence[float]) -> str:
    return f"{fmean(shares):.3f}" + (f" ({min(shares):.3f}–{max(shares):.3f})" if len(shares) > 1 else "")


def _plain(one: Set) -> Set:
    return replace(one, fields=tuple(replace(of, description="") for of in one.fields))


def _coded(one: Set) -> Set:
    """The same with fields named by codes, in the truth too."""
    codes = {of.name: f"F{number}" for number, of in enumerate(one.fields, 1)}
    fields = tuple(replace(of, name=codes[of.name], description="", synonyms=()) for of in one.fields)
    renamed = [replace(each, truth={codes[name]: value for name, value in each.truth.items() if name in codes}) for each in one.documents]
    return replace(one, fields=fields, documents=tuple(renamed))


def _examples(one: Set) -> list[Example]:
    """The documents that can be read, with their truth as a correction would give it."""
    documents = [(one.read(each), each.truth) for each in one.documents]
    return [Example(each, dict(_truth(one.fields, each, truth))) for each, truth in documents if isinstance(each, Document) and each.pages]


def _truth(fields: Sequence[Field], document: Document, truth: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    customs = customs_of(lay_out(document).text)
    for of in fields:
        given = truth.get(of.name)
        text = given[0] if isinstance(given, list) and given else given
        value = parse_as(of, str(text), customs) if text is not None else None
        if text is None or value is not None:
            yield of.name, to_json(value)
