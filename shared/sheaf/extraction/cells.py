"""Candidates to cells: the typed value, and the evidence that cites its place."""

from __future__ import annotations

from collections.abc import Sequence

from sheaf.documents.model import Page, Place, Word
from sheaf.domain.fields import Field
from sheaf.domain.rows import Cell, CellState, Evidence, Value
from sheaf.extraction.candidates import Candidate
from sheaf.extraction.layout import Layout, union
from sheaf.extraction.rules import rule
from sheaf.extraction.types import reads

#: Least confidence of recognition of a word that may stand for a value.
LEGIBLE = 0.4


def found(field: Field, candidate: Candidate, confidence: float, layout: Layout, label: str | None) -> Cell:
    """A found cell for ``candidate``."""
    evidence = cite(layout.pages[candidate.segment.page], candidate.words, candidate.text, label)
    value = typed_value(field, candidate)
    if value is None or not legible(candidate.words):
        return Cell(state=CellState.UNREADABLE, evidence=evidence)
    return Cell(state=CellState.FOUND, value=value, confidence=confidence, evidence=evidence)


@rule("smudges", otherwise=lambda _: True)
def legible(words: Sequence[Word]) -> bool:
    """Whether words were recognised surely enough to stand for a value.

    Assumes that a word which its recogniser holds for more likely wrong than right is a smudge.
    """
    return all(word.confidence >= LEGIBLE for word in words)


def typed_value(field: Field, candidate: Candidate) -> Value | None:
    """The candidate's value in the shape of the field's type; text stays as printed for kinds that parse."""
    value: Value | None = reads(field.type).chosen(field, candidate)
    return value


def cite(page: Page, words: Sequence[Word], text: str, label: str | None = None) -> Evidence:
    """Evidence for words of a page: their box where the layout is fixed, their place where it is made up."""
    if not words:
        return Evidence(text=text, page=page.number, label=label)
    if not page.grid:
        return Evidence(text=text, page=page.number, box=page.shown(union(words)), label=label)
    place = next((word.place for word in words if word.place is not None), None) or Place()
    return Evidence(text=text, page=page.number, cell=place.cell, line=place.line, path=place.path, label=label)
