"""Evaluation and comparison: how right a run is by what people said, and where two runs differ."""

from __future__ import annotations

from pydantic import JsonValue

from sheaf.domain.comparison import CellPair, Outcome
from sheaf.domain.comparison import FieldDifference as DifferenceRecord
from sheaf.domain.comparison import Totals as TotalsRecord
from sheaf.domain.evaluation import FieldScore as ScoreRecord
from sheaf.domain.evaluation import total
from sheaf.domain.rows import Cell, CellState
from sheaf.domain.values import to_json
from sheaf.http.schemas import examples
from sheaf.http.schemas.base import Count, Id, Listed, OfRun, PageQuery, RunQuery, Schema
from sheaf.services.comparison import Comparison
from sheaf.services.evaluation import EngineScore as EngineRecord
from sheaf.services.evaluation import Evaluation

Share = float | None


class FieldScore(Schema):
    """How right a field is, by what people said of its values; shares are 0 to 1, null where there is nothing to share."""

    cells: Count
    found: Count
    """Cells with a value that was read."""
    open: Count
    """Doubtful cells that nobody spoke of yet."""
    judged: Count
    """Cells whose truth is known."""
    right: Count
    """Of these, the right ones: with their value, or rightly without one."""
    wrong: Count
    accuracy: Share
    """Right among judged."""
    precision: Share
    """Right among the judged that have a value."""
    recall: Share
    """Read rightly among the values that are known to be there."""
    coverage: Share
    """Values that need no look at the run's `review_below`, among all that were read."""
    sure_precision: Share
    """Right among the judged values that need no look."""

    @classmethod
    def of(cls, score: ScoreRecord) -> FieldScore:
        """The score as it is answered."""
        return cls(
            cells=score.cells,
            found=score.found,
            open=score.open,
            judged=score.judged,
            right=score.right,
            wrong=score.judged - score.right,
            accuracy=score.accuracy,
            precision=score.precision,
            recall=score.recall,
            coverage=score.coverage,
            sure_precision=score.sure_precision,
        )


class EngineScore(Schema):
    """What one engine read of a run."""

    engine: str
    """Its name and version, and that of what the job has learned."""
    files: Count
    rows: Count
    reviewed_rows: Count
    """Rows of which a value's truth is known: the evaluation set."""
    fields: dict[str, FieldScore]
    all: FieldScore
    """All fields as one."""

    @classmethod
    def of(cls, name: str, score: EngineRecord) -> EngineScore:
        """The score as it is answered."""
        fields = {field: FieldScore.of(one) for field, one in score.fields.items()}
        whole = FieldScore.of(total(score.fields.values()))
        return cls(engine=name, files=score.files, rows=score.rows, reviewed_rows=score.reviewed, fields=fields, all=whole)


class RunEvaluation(OfRun):
    """A run's scores by the engine that read; most runs have one."""

    model_config = examples.shown(examples.EVALUATION)

    review_below: float
    """Values less sure than this are looked at."""
    engines: list[EngineScore]

    @classmethod
    def of(cls, evaluation: Evaluation) -> RunEvaluation:
        """The evaluation as it is answered."""
        engines = [EngineScore.of(name, score) for name, score in evaluation.engines.items()]
        return cls(job_run_id=evaluation.run.id, review_below=evaluation.run.options.review_below, engines=engines)


class ComparisonQuery(RunQuery, PageQuery):
    """Which two runs of the job."""

    other_run_id: Id
    """The run that it is compared with."""


class FieldDifference(Schema):
    """How a field's cells compare in two runs."""

    same: Count
    different: Count
    only_this: Count
    """Cells with a value in this run alone."""
    only_other: Count
    judged: Count
    """Cells whose truth is known for what either run read."""
    right: Count
    """Of these, right in this run."""
    other_right: Count

    @classmethod
    def of(cls, record: DifferenceRecord) -> FieldDifference:
        """The counts as they are answered."""
        return cls(
            **{outcome.value: count for outcome, count in record.outcomes.items()},
            judged=record.judged,
            right=record.right,
            other_right=record.other_right,
        )


class ComparedValue(Schema):
    """What one run read."""

    value: JsonValue
    state: CellState
    confidence: float
    right: bool | None
    """By what people said; null where that does not tell."""

    @classmethod
    def of(cls, cell: Cell, *, right: bool | None) -> ComparedValue:
        """The value as it is answered."""
        return cls(value=to_json(cell.value), state=cell.state, confidence=cell.confidence, right=right)


class DifferingCell(Schema):
    """A cell that two runs read otherwise."""

    file: str
    file_id: Id | None
    """In this run; null where it has no such file."""
    other_file_id: Id | None
    row: Count
    """0-based within its file."""
    field: str
    outcome: Outcome
    this: ComparedValue
    other: ComparedValue

    @classmethod
    def of(cls, pair: CellPair) -> DifferingCell:
        """The cell as it is answered."""
        task = pair.task or pair.other_task
        return cls(
            file=task.filename if task else "",
            file_id=pair.task.id if pair.task else None,
            other_file_id=pair.other_task.id if pair.other_task else None,
            row=pair.row,
            field=pair.field.name,
            outcome=pair.outcome,
            this=ComparedValue.of(pair.cell, right=pair.right),
            other=ComparedValue.of(pair.other, right=pair.other_right),
        )


class ComparisonTotals(Schema):
    """Two runs as a whole."""

    rows: Count
    rows_only_this: Count
    rows_only_other: Count
    fields: dict[str, FieldDifference]

    @classmethod
    def of(cls, record: TotalsRecord) -> ComparisonTotals:
        """The totals as they are answered."""
        return cls(
            rows=record.rows,
            rows_only_this=record.rows_only_this,
            rows_only_other=record.rows_only_other,
            fields={name: FieldDifference.of(one) for name, one in record.fields.items()},
        )


class RunComparison(OfRun, Listed):
    """Where two runs of a job differ. A page may come out short while `next_cursor` goes on."""

    model_config = examples.shown(examples.COMPARISON)

    other_run_id: Id
    totals: ComparisonTotals | None
    """Of all rows; null on a page that continues."""
    cells: list[DifferingCell]

    @classmethod
    def of(cls, run_id: str, other_run_id: str, found: Comparison) -> RunComparison:
        """The comparison as it is answered."""
        return cls(
            job_run_id=run_id,
            other_run_id=other_run_id,
            totals=ComparisonTotals.of(found.totals) if found.totals else None,
            cells=[DifferingCell.of(pair) for pair in found.cells],
            next_cursor=found.cursor,
        )
