"""Evaluation: what people said of values as the truth that runs are scored by, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sheaf.domain.edits import Edit, Verdict
from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field
from sheaf.domain.record import record
from sheaf.domain.rows import Cell, CellState, Value
from sheaf.domain.values import from_json


@record(frozen=True, kw_only=True, slots=True)
class Truth:
    """What is known of a cell."""

    #: The right value, None where there is none; where it is not known, the wrong one.
    value: Value | None
    #: False where it is only known that ``value`` is wrong.
    known: bool = True

    @classmethod
    def of(cls, said: Sequence[Edit], of: Field) -> Truth | None:
        """What was said of a cell last, in whichever run; None where its value is not known, or the field cannot hold it any more."""
        last = said[-1] if said else None
        if last is None or last.verdict is Verdict.WITHDRAWN or not last.whole:
            return None
        try:
            return cls(value=from_json(of.type, last.said, columns=of.columns), known=last.verdict is not Verdict.REJECTED)
        except InvalidInput:
            return None

    def agrees(self, value: Value | None) -> bool | None:
        """Whether a value is right; None where another one than that which was rejected was read."""
        same = alike(value, self.value)
        return same if self.known else (False if same else None)


def alike(one: Any, other: Any) -> bool:
    """Whether two typed values are the same: texts without regard to case, spaces and punctuation, tables and lists item by item."""
    if isinstance(one, str) and isinstance(other, str):
        return one == other or (_bare(one) == _bare(other) != "")
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(alike(one.get(name), other.get(name)) for name in {*one, *other})
    return bool(one == other)


def _bare(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


@dataclass(slots=True)
class FieldScore:
    """Counts of a field's cells, and what follows from them; shares are None where there is nothing to share."""

    cells: int = 0
    #: Cells with a value that was read, and those among them that nobody has to look at.
    found: int = 0
    sure: int = 0
    #: Cells that are doubtful and were not spoken of.
    open: int = 0
    #: Cells whose truth is known, and those that are right: with their value, or rightly without one.
    judged: int = 0
    right: int = 0
    #: Those among the judged that have a value, or should have one.
    judged_found: int = 0
    right_found: int = 0
    judged_sure: int = 0
    right_sure: int = 0
    with_truth: int = 0

    def add(self, cell: Cell, truth: Truth | None, *, doubtful: bool, is_open: bool) -> None:
        """Count a cell as it was read; ``doubtful`` when it is to be looked at, ``is_open`` when nobody has yet."""
        found = cell.state is CellState.FOUND
        self.cells += 1
        self.found += found
        self.sure += found and not doubtful
        self.open += is_open
        right = truth.agrees(cell.value) if truth is not None else None
        if truth is None or right is None:
            return
        self.judged += 1
        self.right += right
        self.with_truth += truth.known and truth.value is not None
        if found:
            self.judged_found += 1
            self.right_found += right
            self.judged_sure += not doubtful
            self.right_sure += right and not doubtful

    @property
    def accuracy(self) -> float | None:
        """Right cells among those whose truth is known."""
        return _share(self.right, self.judged)

    @property
    def precision(self) -> float | None:
        """Right values among those that were read and whose truth is known."""
        return _share(self.right_found, self.judged_found)

    @property
    def recall(self) -> float | None:
        """Values read rightly among those that are known to be there."""
        return _share(self.right_found, self.with_truth)

    @property
    def coverage(self) -> float | None:
        """Values that nobody has to look at, among all that were read."""
        return _share(self.sure, self.found)

    @property
    def sure_precision(self) -> float | None:
        """Right values among those that nobody would have had to look at and whose truth is known."""
        return _share(self.right_sure, self.judged_sure)


def total(scores: Iterable[FieldScore]) -> FieldScore:
    """All fields as one."""
    whole = FieldScore()
    for score in scores:
        for count in fields(FieldScore):
            setattr(whole, count.name, getattr(whole, count.name) + getattr(score, count.name))
    return whole


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
