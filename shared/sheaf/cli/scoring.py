"""Scoring engines on a labelled folder, here and now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sheaf.cli import shown, terminal
from sheaf.cli.common import Session
from sheaf.cli.evaluate import percent
from sheaf.cli.fieldspec import read_fields
from sheaf.domain.errors import FileProblem
from sheaf.domain.fields import Field
from sheaf.domain.rows import MISSING
from sheaf.extraction import labelled
from sheaf.extraction.engine import Engine
from sheaf.extraction.labelled import Labelled
from sheaf.extraction.parsing.dates import Order
from sheaf.extraction.scores import Score, calibration_error, total
from sheaf.extraction.spec import load_fields, parse_fields


@dataclass(frozen=True, slots=True)
class _Contest:
    """Engines that are scored on the same documents."""

    fields: tuple[Field, ...]
    engines: dict[str, Engine]
    order: Order
    scores: dict[str, dict[str, Score]] = field(default_factory=dict)

    def add(self, document: Any, of: Labelled) -> None:
        """Count what each engine reads of a document."""
        for name, engine in self.engines.items():
            scores = self.scores.setdefault(name, {one.name: Score() for one in self.fields})
            for truth, row in labelled.beside(engine, document, self.fields, of):
                for one in self.fields:
                    cell = row.cells[one.name] if row else MISSING
                    scores[one.name].add(one, cell, truth.get(one.name), self.order)
                    if one.name in of.states:
                        scores[one.name].add_state(cell, of.states[one.name])


def evaluate(session: Session, folder: Path, spec: str | None, engines: Sequence[str]) -> None:
    """Read every document once, by each engine, and say how right that was; raises InvalidInput for a folder without truth."""
    from sheaf import bootstrap

    formats = bootstrap.formats(settings=session.settings)
    documents = labelled.load(folder, formats)
    named = {name: bootstrap.engine(name, session.settings) for name in dict.fromkeys(engines)}
    contest = _Contest(_fields(folder, spec, documents), named, labelled.order_of(documents))
    failed = []
    for one in documents:
        try:
            contest.add(one.read(), one)
        except FileProblem as problem:
            failed.append({"file": one.file, "category": problem.category.value, "message": problem.message})
    _show(session, contest, len(documents), failed)


def _fields(folder: Path, spec: str | None, documents: Sequence[Labelled]) -> tuple[Field, ...]:
    """Those of the SPEC, of the folder, or of its truth."""
    if spec is not None:
        return read_fields(spec)
    own = folder / "fields.json"
    return load_fields(own) if own.is_file() else parse_fields(",".join(labelled.names_of(documents)))


def _show(session: Session, contest: _Contest, documents: int, failed: Sequence[dict[str, str]]) -> None:
    if session.as_json:
        engines = [_report(name, scores) for name, scores in contest.scores.items()]
        terminal.json({"documents": documents, "failed": failed, "engines": engines})
        return
    for name, scores in contest.scores.items():
        terminal.say(f"{name}: {shown.plural(documents, 'document')}")
        rows = [_line(of, score) for of, score in (*scores.items(), ("all", total(scores.values())))]
        terminal.listing(("FIELD", "VALUES", "RIGHT", "EXACT", "PRECISION", "RECALL", "READ"), rows)
    for each in failed:
        terminal.note(f"{shown.line(each['file'])} could not be read: {shown.line(each['message'])}")


def _report(name: str, scores: dict[str, Score]) -> dict[str, Any]:
    whole = total(scores.values())
    rows = [score.row(of) for of, score in (*scores.items(), ("all", whole))]
    return {"engine": name, "fields": rows, "calibration_error": calibration_error(whole.sure)}


def _line(name: str, score: Score) -> tuple[str, ...]:
    row = score.row(name)
    return (name, str(row["n"]), *(percent(row[share]) for share in ("normalised", "exact", "precision", "recall", "coverage")))
