"""Two readings of the same cells: how each pair compares, and which of them people said was right."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from sheaf.domain.evaluation import Truth, alike
from sheaf.domain.fields import Field
from sheaf.domain.record import record
from sheaf.domain.rows import Cell
from sheaf.domain.tasks import Task


class Outcome(StrEnum):
    """How a cell of two runs compares."""

    SAME = "same"
    DIFFERENT = "different"
    #: Only this run has a value.
    ONLY_THIS = "only_this"
    #: Only the other one has.
    ONLY_OTHER = "only_other"


@record(frozen=True, kw_only=True, slots=True)
class CellPair:
    """One cell in both runs; a run without the row has a missing one."""

    task: Task | None
    other_task: Task | None
    row: int
    field: Field
    cell: Cell
    other: Cell
    truth: Truth | None

    @property
    def outcome(self) -> Outcome:
        """How they compare; two cells without a value are the same."""
        if alike(self.cell.value, self.other.value):
            return Outcome.SAME
        if self.other.value is None:
            return Outcome.ONLY_THIS
        return Outcome.ONLY_OTHER if self.cell.value is None else Outcome.DIFFERENT

    @property
    def right(self) -> bool | None:
        """Whether this run's value is right; None where nobody said."""
        return self.truth.agrees(self.cell.value) if self.truth else None

    @property
    def other_right(self) -> bool | None:
        """Whether the other's is."""
        return self.truth.agrees(self.other.value) if self.truth else None


@dataclass(slots=True)
class FieldDifference:
    """How a field's cells compare, and for those whose truth is known, how many each run read rightly."""

    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    judged: int = 0
    right: int = 0
    other_right: int = 0

    def add(self, pair: CellPair) -> None:
        """Count a cell."""
        self.outcomes[pair.outcome] += 1
        if pair.right is not None and pair.other_right is not None:
            self.judged += 1
            self.right += pair.right
            self.other_right += pair.other_right


@dataclass(slots=True)
class Totals:
    """Two runs as a whole."""

    fields: dict[str, FieldDifference]
    rows: int = 0
    rows_only_this: int = 0
    rows_only_other: int = 0
