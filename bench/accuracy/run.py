"""Reading labelled documents with an engine and counting what came out."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from bench.accuracy.boxes import cited
from bench.accuracy.folder import half_of
from sheaf.documents.model import Document
from sheaf.domain.errors import FileProblem
from sheaf.domain.fields import Field
from sheaf.domain.rows import MISSING, Cell
from sheaf.extraction.engine import Engine
from sheaf.extraction.evaluation import printed
from sheaf.extraction.labelled import Labelled, beside, order_of
from sheaf.extraction.parsing.dates import Order
from sheaf.extraction.scores import Score, calibration_error, total


@dataclass(frozen=True, slots=True)
class Set:
    """Labelled documents and the fields asked of them; documents are read once, however often they are scored."""

    name: str
    fields: tuple[Field, ...]
    documents: tuple[Labelled, ...]
    known: dict[str, Document | FileProblem] = field(default_factory=dict)

    def half(self, name: str) -> Set:
        """The documents of one half."""
        return Set(self.name, self.fields, tuple(one for one in self.documents if half_of(one) == name), self.known)

    def read(self, labelled: Labelled) -> Document | FileProblem:
        """The document, or why it cannot be read."""
        if labelled.file not in self.known:
            try:
                self.known[labelled.file] = labelled.read()
            except FileProblem as problem:
                self.known[labelled.file] = problem
        return self.known[labelled.file]


@dataclass(slots=True)
class Tally:
    """What one reading of a set came to."""

    scores: dict[str, Score]
    documents: int = 0
    failed: int = 0
    pages: int = 0
    read_seconds: float = 0.0
    engine_seconds: float = 0.0
    boxes: int = 0
    boxes_right: int = 0

    @property
    def whole(self) -> Score:
        """All fields as one."""
        return total(self.scores.values())

    def report(self, half: str) -> dict[str, Any]:
        """The tally for machines."""
        whole = self.whole
        return {
            "half": half,
            "documents": self.documents,
            "failed": self.failed,
            "rows": [*(score.row(name) for name, score in self.scores.items()), whole.row("all")],
            "calibration_error": calibration_error(whole.sure),
            "boxes": self.boxes,
            "boxes_right": self.boxes_right,
            "reading_seconds_per_page": round(self.read_seconds / max(self.pages, 1), 4),
            "engine_seconds_per_page": round(self.engine_seconds / max(self.pages, 1), 4),
            "sure": whole.sure,
        }


def score(engine: Engine, chosen: Set, wrong: str | None = None) -> Tally:
    """Read every document of a set and count; ``wrong`` names a field whose mistakes are printed."""
    tally = Tally({field.name: Score() for field in chosen.fields})
    order = order_of(chosen.documents)
    for labelled in chosen.documents:
        started = time.process_time()
        document = chosen.read(labelled)
        tally.read_seconds += time.process_time() - started
        tally.documents += 1
        if isinstance(document, FileProblem):
            tally.failed += 1
            print(f"{labelled.file}: {document}")
        else:
            _count(tally, engine, chosen, labelled, document, order=order, wrong=wrong)
    return tally


def _count(tally: Tally, engine: Engine, chosen: Set, labelled: Labelled, document: Document, *, order: Order, wrong: str | None) -> None:
    started = time.process_time()
    rows = beside(engine, document, chosen.fields, labelled)
    tally.engine_seconds += time.process_time() - started
    tally.pages += len(document.pages)
    for truth, row in rows:
        for one in chosen.fields:
            cell = row.cells[one.name] if row else MISSING
            result = tally.scores[one.name].add(one, cell, truth.get(one.name), order)
            state, box = labelled.states.get(one.name), cited(document, cell)
            if state is not None:
                tally.scores[one.name].add_state(cell, state)
            tally.boxes += box is not None
            tally.boxes_right += box is True
            if wrong == one.name and (result < 1.0 or cell.state.value != (state or cell.state.value)):
                _show(labelled.file, truth.get(one.name, state), cell, result)


def _show(file: str, truth: object, cell: Cell, result: float) -> None:
    value = printed(cell.value) if cell.value is not None else cell.state.value
    label = cell.evidence.label if cell.evidence else None
    print(f"  {file[-32:]:32} {result:.2f} want {truth!r} got {value!r} ({cell.confidence:.2f}, label {label!r})")
