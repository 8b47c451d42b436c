"""Evaluation sets: a run's values scored by what people said of them, per field and per engine, in flat memory (X4)."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field

from sheaf.domain.edits import cell_key
from sheaf.domain.evaluation import FieldScore, Truth
from sheaf.domain.review import doubts
from sheaf.domain.runs import Run
from sheaf.services import edits, results, rows
from sheaf.services.kernel import Kernel
from sheaf.services.results import ResultRow


@dataclass(slots=True)
class EngineScore:
    """What one engine read of a run, by field."""

    fields: Mapping[str, FieldScore]
    files: int = 0
    rows: int = 0
    #: Rows of which a cell's truth is known.
    reviewed: int = 0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A run's scores, by the engine that read; most runs have one."""

    run: Run
    engines: dict[str, EngineScore] = field(default_factory=dict)

    def of_engine(self, name: str) -> EngineScore:
        """The scores of one engine, begun where there are none yet."""
        if name not in self.engines:
            self.engines[name] = EngineScore({of.name: FieldScore() for of in self.run.fields})
        return self.engines[name]


def evaluate(kernel: Kernel, run: Run) -> Evaluation:
    """Score every row of a run by the newest that was said of its cells, in whichever run of the job that was."""
    evaluation = Evaluation(run)
    with results.judging(kernel, run) as judged:
        for task, said in results.files(kernel, run):
            score = evaluation.of_engine(task.result.engine if task.result else "")
            score.files += 1
            for row in rows.read(kernel, task, run.fields):
                left = results.with_edits(run, task, row, edits.of_row(run, said, row), judged)
                broken = judged(task, row, row.cells).violations if judged and left.edits else left.violations
                score.rows += 1
                score.reviewed += _add_row(run, score, left, doubts(run, row.cells, (), broken), said)
    return evaluation


def _add_row(run: Run, score: EngineScore, result: ResultRow, doubtful: Container[str], said: edits.Cells) -> bool:
    """Count a row's cells, of which some were ``doubtful`` as they were read; whether the truth of one is known."""
    left = doubts(run, result.cells, result.edits, result.violations)
    truths = {of.name: Truth.of(said.get(cell_key(result.row.index, of.name), ()), of) for of in run.fields}
    for of in run.fields:
        cell = result.row.cells[of.name]
        score.fields[of.name].add(cell, truths[of.name], doubtful=of.name in doubtful, is_open=of.name in left)
    return any(truth is not None for truth in truths.values())
