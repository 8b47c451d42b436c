"""Training: from a job's corrected documents to what it has learned, accepted only where it reads other documents better."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sheaf.documents.model import Document
from sheaf.domain.fields import Field, FieldType
from sheaf.domain.values import to_json
from sheaf.extraction.cells import typed_value
from sheaf.extraction.concepts import understand
from sheaf.extraction.features import Scene
from sheaf.extraction.layout import Layout, lay_out
from sheaf.extraction.learning import columns
from sheaf.extraction.learning.columns import Tabled, is_same
from sheaf.extraction.learning.labels import Seen, seen
from sheaf.extraction.learning.labels import learned as learned_labels
from sheaf.extraction.learning.learned import RANKED, Learned, OfField, ranked, rows_of
from sheaf.extraction.learning.trees import Listed, Trees, fit
from sheaf.extraction.reader import Reader
from sheaf.extraction.scoring import NOTHING, Scored

#: Documents without which nothing is learned, the newest that are learned from, and parts that they are tried in.
FEWEST, NEWEST, FOLDS = 3, 200, 10
#: Values of these types are not chosen among candidates.
_UNRANKED = frozenset({FieldType.LIST, FieldType.TABLE})


@dataclass(frozen=True)
class Example:
    """One document and what is true of it: JSON of the right value by field, None where it has none; what is unknown is absent."""

    document: Document
    truth: Mapping[str, Any]

    @cached_property
    def layout(self) -> Layout:
        """Its words in rows."""
        return lay_out(self.document)


def train(examples: Sequence[Example], fields: Sequence[Field]) -> Learned:
    """What the examples teach about each field; nothing of it that does not read documents better that it was not made from."""
    newest = [one for one in examples if one.document.pages][-NEWEST:]
    if len(newest) < FEWEST:
        return Learned(documents=len(newest))
    wanted = [one for one in fields if one.type not in _UNRANKED]
    lesson = _Lesson(newest, wanted)
    found = {of.name: _accepted(lesson, of, _tried(lesson, of)) for of in wanted}
    tables = {of.name: _of_table(newest, of) for of in fields if of.type is FieldType.TABLE and of.columns}
    return Learned(fields={**found, **tables}, documents=len(newest))


def train_rows(examples: Sequence[Tabled], fields: Sequence[Field]) -> Learned:
    """What examples teach whose rows are those of tables: the headers of each field's column, under the same condition."""
    newest = [one for one in examples if one.document.pages][-NEWEST:]
    wanted = [one for one in fields if one.type not in _UNRANKED]
    found = columns.learn(newest, wanted, columns.of_rows) if len(newest) >= FEWEST else {}
    return Learned(fields=found, documents=len(newest))


def _of_table(examples: Sequence[Example], of: Field) -> OfField:
    """The headers of a table's columns, from the documents whose whole table is known."""
    tables = [(one.document, one.truth[of.name]) for one in examples if isinstance(one.truth.get(of.name), list)]
    known = [Tabled(document, dict(enumerate(rows)), whole=True) for document, rows in tables if rows]
    return OfField(columns=columns.learn(known, of.columns, columns.of_table(of)) if len(known) >= FEWEST else {})


@dataclass(frozen=True, slots=True)
class _Tried:
    """How many of the held-out documents were read rightly: by rules, with learned labels, and with trees besides."""

    documents: int = 0
    by_rules: int = 0
    by_labels: int = 0
    by_trees: int = 0


def _accepted(lesson: _Lesson, of: Field, tried: _Tried) -> OfField:
    counts = (tried.documents, tried.by_rules)
    best = max(tried.by_labels, tried.by_trees)
    if best <= tried.by_rules:
        return OfField().counted(*counts, tried.by_rules)
    made = OfField(labels=lesson.labels()[of.name], trees=lesson.trees(of) if tried.by_trees > tried.by_labels else None)
    return made.counted(*counts, best)


def _tried(lesson: _Lesson, of: Field) -> _Tried:
    """Every example read with what was learned of a field from the others: one by one where they are few, else in ten parts.

    Trees are not tried where labels or rules alone leave nothing to gain.
    """
    known = lesson.known(of)
    by_rules, by_labels = (
        sum(_is_right(read[at][of.name].scored, lesson.examples[at], of) for at in known) for read in lesson.readings(of)
    )
    if len(known) in (by_rules, by_labels):
        return _Tried(len(known), by_rules, by_labels, by_labels)
    return _Tried(len(known), by_rules, by_labels, sum(_by_trees(lesson, of, known)))


def _by_trees(lesson: _Lesson, of: Field, known: Sequence[int]) -> Iterator[bool]:
    """Whether each example is read rightly by trees that the others have grown."""
    folds = min(FOLDS, len(known))
    for held in (known[fold::folds] for fold in range(folds)):
        grown = lesson.trees(of, held)
        for at in held:
            read = lesson.widened[at][of.name]
            yield _is_right(ranked(grown, read.scene, read.scored) if grown else read.scored, lesson.examples[at], of)


def _is_right(scored: Sequence[Scored], example: Example, of: Field) -> bool:
    best = scored[0] if scored and scored[0].score >= NOTHING else None
    truth = example.truth[of.name]
    return truth is None if best is None else _is_truth(best, of, truth)


@dataclass(frozen=True, slots=True)
class _Read:
    """A field's candidates in one document, scored by hand."""

    scene: Scene
    scored: list[Scored]


class _Lesson:
    """Some examples, and what they teach; each document is read twice: by rules, and with the labels that the others teach."""

    def __init__(self, examples: Sequence[Example], fields: Sequence[Field]) -> None:
        self.examples, self.fields = examples, fields

    @cached_property
    def plain(self) -> list[dict[str, _Read]]:
        """The examples as the rules read them."""
        return [_read(one, self.fields) for one in self.examples]

    @cached_property
    def _seen(self) -> dict[str, list[Seen]]:
        layouts = [one.layout for one in self.examples]
        return {of.name: seen(layouts, [self._printed(at, of) for at in range(len(self.examples))]) for of in self._misread}

    def _printed(self, at: int, of: Field) -> list[str]:
        """How a document prints a field's right value: as the candidates that have it, or as the value itself."""
        truth = self.examples[at].truth.get(of.name)
        if truth is None:
            return []
        printed = {one.candidate.text for one in self.plain[at][of.name].scored if _is_truth(one, of, truth)}
        return [*printed, truth] if isinstance(truth, str) else [*printed]

    def known(self, of: Field) -> list[int]:
        """The examples whose truth says something of a field."""
        return [at for at, example in enumerate(self.examples) if of.name in example.truth]

    def readings(self, of: Field) -> tuple[list[dict[str, _Read]], list[dict[str, _Read]]]:
        """By rules, and with the others' labels, which a field that rules always read rightly has no use for."""
        return self.plain, self.widened if of in self._misread else self.plain

    @cached_property
    def _misread(self) -> list[Field]:
        """Fields that rules do not always read rightly; nothing can be learned of the others."""
        return [
            of for of in self.fields if not all(_is_right(self.plain[at][of.name].scored, self.examples[at], of) for at in self.known(of))
        ]

    def labels(self, left_out: int | None = None) -> dict[str, tuple[str, ...]]:
        """Labels of each field, without what one document says of them."""
        return {of.name: learned_labels(self._seen[of.name], len(self.examples), left_out) for of in self._misread}

    @cached_property
    def widened(self) -> list[dict[str, _Read]]:
        """The examples, each read with the labels that the others teach."""
        return [self._widened(at) for at in range(len(self.examples))]

    def _widened(self, at: int) -> dict[str, _Read]:
        found = {name: OfField(labels=texts) for name, texts in self.labels(at).items() if texts}
        new = [of for of in Learned(fields=found).widened(self.fields) if of.name in found]
        return {**self.plain[at], **(_read(self.examples[at], new) if new else {})}

    def trees(self, of: Field, held: Container[int] = ()) -> Trees | None:
        """Trees for a field from the examples that are not held out; None where no two lists teach anything."""
        lists = [
            _listed(self.widened[at][of.name], example, of)
            for at, example in enumerate(self.examples)
            if at not in held and of.name in example.truth and self.widened[at][of.name].scored
        ]
        return fit(lists, NOTHING) if len(lists) > 1 else None


def _read(example: Example, fields: Sequence[Field]) -> dict[str, _Read]:
    reader = Reader(example.layout, understand(fields))
    return {name: _Read(scene, scored) for name, (scene, scored) in reader.scored_scenes().items()}


def _listed(read: _Read, example: Example, of: Field) -> Listed:
    head = read.scored[:RANKED]
    right = np.array([_is_truth(one, of, example.truth[of.name]) for one in head])
    return Listed(rows_of(read.scene, head), np.array([one.score for one in head]), right)


def _is_truth(scored: Scored, of: Field, truth: Any) -> bool:
    """Whether a candidate has the right value: as typed; texts without case, blanks and punctuation; amounts by their number."""
    if truth is None:
        return False
    return is_same(to_json(typed_value(of, scored.candidate)), truth)
