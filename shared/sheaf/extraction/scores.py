"""Counting what was read rightly and wrongly of labelled documents, per field and in all; for the bench and ``sheaf evaluate``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sheaf.domain.fields import Field
from sheaf.domain.rows import Cell, CellState
from sheaf.extraction.evaluation import agreement
from sheaf.extraction.parsing.dates import Order


@dataclass(slots=True)
class Score:
    """Tallies of one field."""

    n: int = 0
    exact: float = 0.0
    normalised: float = 0.0
    found: int = 0
    found_right: float = 0.0
    truths: int = 0
    truths_right: float = 0.0
    empty: int = 0
    empty_right: int = 0
    #: (confidence, right) of every found value.
    sure: list[tuple[float, float]] = field(default_factory=list)
    #: Cells whose state other than found is known, and those that were given it.
    states: int = 0
    states_right: int = 0

    def add_state(self, cell: Cell, state: str) -> None:
        """Count a cell that is known to be blank, missing or unreadable."""
        self.states += 1
        self.states_right += cell.state.value == state

    def add(self, one: Field, cell: Cell, truth: Any, order: Order) -> float:
        """Count one cell; the normalised score is returned. ``order`` is how the truth writes its dates."""
        self.n += 1
        found = cell.state is CellState.FOUND
        self.found += found
        if truth is None:
            self.empty += 1
            self.empty_right += not found
            score, exact = float(not found), not found
        else:
            self.truths += 1
            result = agreement(one, cell.value if found else None, truth, order=order, text=cell.evidence.text if cell.evidence else "")
            score, exact = result.score, result.exact
            self.truths_right += score
            self.found_right += score if found else 0.0
        self.exact += exact
        self.normalised += score
        if found:
            self.sure.append((cell.confidence, score if truth is not None else 0.0))
        return score

    def row(self, name: str) -> dict[str, Any]:
        """The tallies as shares."""
        return {
            "field": name,
            "n": self.n,
            "exact": _share(self.exact, self.n),
            "normalised": _share(self.normalised, self.n),
            "precision": _share(self.found_right, self.found),
            "recall": _share(self.truths_right, self.truths),
            "coverage": _share(self.found, self.n),
            "empty_right": f"{self.empty_right}/{self.empty}",
            "states": f"{self.states_right}/{self.states}",
        }


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 3) if whole else None


def total(scores: Iterable[Score]) -> Score:
    """All fields as one."""
    whole = Score()
    for score in scores:
        for name in (
            "n",
            "exact",
            "normalised",
            "found",
            "found_right",
            "truths",
            "truths_right",
            "empty",
            "empty_right",
            "states",
            "states_right",
        ):
            setattr(whole, name, getattr(whole, name) + getattr(score, name))
        whole.sure += score.sure
    return whole


def calibration_error(sure: Sequence[tuple[float, float]], bins: int = 10) -> float | None:
    """Expected calibration error: mean gap between confidence and share right over equal-width bins, weighted by their size."""
    if not sure:
        return None
    gap = 0.0
    for index in range(bins):
        inside = [pair for pair in sure if index / bins < pair[0] <= (index + 1) / bins]
        if inside:
            gap += abs(sum(pair[0] for pair in inside) - sum(pair[1] for pair in inside))
    return round(gap / len(sure), 3)
