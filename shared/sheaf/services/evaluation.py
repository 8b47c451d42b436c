"""Evaluation sets: a run's values scored by what people said of them, per field and per engine, in flat memory (X4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sheaf.domain.edits import cell_key
from sheaf.domain.evaluation import FieldScore, Truth
from sheaf.domain.review import doubts
from sheaf.domain.rows import Row
from sheaf.domain.runs import Run
from sheaf.domain.tasks import Task
from sheaf.services import edits, results, rows
from sheaf.services.kernel import Kernel


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
    for task, said in results.files(kernel, run):
        score = evaluation.of_engine(task.result.engine if task.result else "")
        score.files += 1
        _add_file(kernel, run, score, task, said)
    return evaluation


def _add_file(kernel: Kernel, run: Run, score: EngineScore, task: Task, said: edits.Cells) -> None:
    for row in rows.read(kernel, task, run.fields):
        score.rows += 1
        score.reviewed += _add_row(run, score, row, said)


def _add_row(run: Run, score: EngineScore, row: Row, said: edits.Cells) -> bool:
    doubtful = doubts(run, row.cells)
    standing = edits.of_row(run, said, row.index)
    reviewed = False
    for of in run.fields:
        truth = Truth.of(said.get(cell_key(row.index, of.name), ()), of)
        reviewed |= truth is not None
        is_doubtful = of.name in doubtful
        score.fields[of.name].add(row.cells[of.name], truth, doubtful=is_doubtful, is_open=is_doubtful and of.name not in standing)
    return reviewed
