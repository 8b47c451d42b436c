"""The form that every bench answers in: one row per figure, what it is held against, and whether the goal is met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What a row says of its goal."""

    MET = "met"
    MISSED = "missed"
    #: No goal was set for it.
    SHOWN = ""
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on a row's ratio where it has a peer, else on its own figure."""

    sense: str
    bound: float

    def __str__(self) -> str:
        return f"{self.sense} {_figure(self.bound)}"

    def holds(self, value: float) -> bool:
        """Whether ``value`` is within the bound."""
        return value <= self.bound if self.sense == "≤" else value >= self.bound


def at_most(bound: float) -> Goal:
    """``≤ bound``."""
    return Goal("≤", bound)


def at_least(bound: float) -> Goal:
    """``≥ bound``."""
    return Goal("≥", bound)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One figure of a bench."""

    bench: str
    #: What was measured, with its size: ``100,000 tasks, tasks a second``.
    what: str
    #: None where it could not be run; ``note`` then says why.
    measured: float | None
    unit: str
    #: What it is held against, and its figure in the same unit, taken in the same run.
    peer: str = ""
    beside: float | None = None
    goal: Goal | None = None
    #: Spread of the rounds, or why it was not run.
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The figure over its peer's."""
        return self.measured / self.beside if self.measured is not None and self.beside else None

    @property
    def verdict(self) -> Verdict:
        """Whether the goal is met."""
        if self.measured is None or (self.peer and self.beside is None):
            return Verdict.NOT_RUN
        if self.goal is None:
            return Verdict.SHOWN
        value = self.ratio if self.peer else self.measured
        if value is None:
            return Verdict.NOT_RUN
        return Verdict.MET if self.goal.holds(value) else Verdict.MISSED


_HEADINGS = ("bench", "what", "measured", "peer", "ratio", "goal", "verdict", "note")
_LEFT = (0, 1, 3, 6, 7)


def table(rows: Iterable[Row]) -> str:
    """The rows as aligned text."""
    lines = [_HEADINGS, *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_aligned(line, widths) for line in lines)


def markdown(rows: Iterable[Row]) -> str:
    """The rows as a table of a Markdown document."""
    lines = [_HEADINGS, tuple("---" for _ in _HEADINGS), *map(_cells, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def as_json(row: Row) -> dict[str, Any]:
    """The row with its ratio and verdict, for a file."""
    return asdict(row) | {"goal": str(row.goal) if row.goal else None, "ratio": row.ratio, "verdict": row.verdict.value}


def _cells(row: Row) -> tuple[str, ...]:
    measured = "–" if row.measured is None else f"{_figure(row.measured)} {row.unit}".rstrip()
    beside = f" {_figure(row.beside)}" if row.beside is not None else ""
    ratio = f"{row.ratio:.2f} ×" if row.ratio is not None else ""
    goal = (str(row.goal) + (" ×" if row.peer else f" {row.unit}".rstrip())) if row.goal else ""
    return row.bench, row.what, measured, row.peer + beside, ratio, goal, row.verdict.value, row.note


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    cells = zip(line, widths, strict=True)
    return "  ".join(cell.ljust(width) if at in _LEFT else cell.rjust(width) for at, (cell, width) in enumerate(cells)).rstrip()


def _figure(value: float) -> str:
    """Three digits that count, and thousands told apart."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
