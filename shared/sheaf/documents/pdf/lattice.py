"""Lines that meet made lattices: where rows and columns part, and which of their cells are one.

It assumes what readers of tables do: a rule parts what lies on its two sides, as far as it goes; where there is none, cells are merged.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sheaf.documents.pdf.rules import Rule, Rules
from sheaf.domain.rows import Box

#: Lines nearer than this, in points, are one: the two edges of a bar, a line drawn twice.
_SAME = 3.0
#: Lines meet though they end so far apart.
_MEET = 3.0
#: A page of small print has some 100 rows and 50 columns; work grows with the square of the lines.
_MAX_LINES = 1_500
_MAX_SIDE = 400


@dataclass(frozen=True, slots=True)
class Lattice:
    """A table's lines: where its columns and rows part, and its cells (row, column, rows spanned, columns spanned)."""

    xs: Sequence[float]
    ys: Sequence[float]
    cells: Sequence[tuple[int, int, int, int]]

    @property
    def box(self) -> Box:
        """Its extent."""
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def cell_box(self, cell: tuple[int, int, int, int]) -> Box:
        """A cell's extent."""
        row, column, down, across = cell
        return Box(*(round(edge, 2) for edge in (self.xs[column], self.ys[row], self.xs[column + across], self.ys[row + down])))


def lattices_of(rules: Rules) -> list[Lattice]:
    """Every lattice of at least two columns, from the top."""
    across, down = joined(rules.across), joined(rules.down)
    if not down or not across or len(across) + len(down) > _MAX_LINES:
        return []
    found = [lattice for lines in _connected(across, down) if (lattice := _lattice(*lines)) is not None]
    return sorted(found, key=lambda lattice: (lattice.ys[0], lattice.xs[0]))


def joined(rules: Sequence[Rule]) -> list[Rule]:
    """Lines that lie on each other, or go on where another ends, as one."""
    lines: list[Rule] = []
    for level in _levels(rules):
        run = None
        for rule in sorted(level, key=lambda one: one.start):
            if run is not None and rule.start <= run.end + _MEET:
                run = Rule(run.at, run.start, max(run.end, rule.end))
                continue
            if run is not None:
                lines.append(run)
            run = Rule(rule.at, rule.start, rule.end)
        if run is not None:
            lines.append(run)
    return lines


def _levels(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Lines grouped by where they stand, each group moved to the place of its first."""
    levels: list[list[Rule]] = []
    for rule in sorted(rules):
        if levels and rule.at - levels[-1][0].at <= _SAME:
            levels[-1].append(Rule(levels[-1][0].at, rule.start, rule.end))
        else:
            levels.append([rule])
    return levels


def _connected(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Lines that meet, directly or through others."""
    group = list(range(len(across) + len(down)))

    def root(index: int) -> int:
        while group[index] != index:
            group[index] = group[group[index]]
            index = group[index]
        return index

    for i, row in enumerate(across):
        for j, column in enumerate(down, start=len(across)):
            if _meets(row, column):
                group[root(i)] = root(j)
    found: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for index, rule in enumerate([*across, *down]):
        found.setdefault(root(index), ([], []))[index >= len(across)].append(rule)
    return [lines for lines in found.values() if lines[0] and lines[1]]


def _meets(row: Rule, column: Rule) -> bool:
    return row.start - _MEET <= column.at <= row.end + _MEET and column.start - _MEET <= row.at <= column.end + _MEET


def _lattice(across: list[Rule], down: list[Rule]) -> Lattice | None:
    xs = _edges([rule.at for rule in down], min(rule.start for rule in across), max(rule.end for rule in across))
    ys = _edges([rule.at for rule in across], min(rule.start for rule in down), max(rule.end for rule in down))
    rows, columns = len(ys) - 1, len(xs) - 1
    if not (0 < rows <= _MAX_SIDE and 1 < columns <= _MAX_SIDE):
        return None
    parted_right = _parted(down, xs, ys)
    parted_below = [list(row) for row in zip(*_parted(across, ys, xs), strict=True)]
    return Lattice(xs, ys, _cells(rows, columns, parted_right, parted_below))


def _edges(places: list[float], first: float, last: float) -> list[float]:
    """Where lines stand, and where those across them begin and end: many tables have no lines at their sides."""
    edges: list[float] = []
    for place in sorted({*places, first, last}):
        if not edges or place - edges[-1] > _SAME:
            edges.append(place)
    return edges


def _parted(rules: list[Rule], places: list[float], levels: list[float]) -> list[list[bool]]:
    """For each level between two of ``levels`` and each inner place: does a line there part it?"""
    by_place: dict[int, list[Rule]] = {}
    for rule in rules:
        index = min(bisect_left(places, rule.at - _SAME), len(places) - 1)
        by_place.setdefault(index, []).append(rule)
    middles = [(low + high) / 2 for low, high in pairwise(levels)]
    return [
        [any(rule.start <= middle <= rule.end for rule in by_place.get(index, ())) for index in range(1, len(places) - 1)]
        for middle in middles
    ]


def _cells(rows: int, columns: int, right: list[list[bool]], below: list[list[bool]]) -> list[tuple[int, int, int, int]]:
    """The cells that no line parts, as rectangles."""
    taken = [[False] * columns for _ in range(rows)]
    cells = []
    for i in range(rows):
        for j in range(columns):
            if not taken[i][j]:
                across = 1
                while j + across < columns and not right[i][j + across - 1] and not taken[i][j + across]:
                    across += 1
                down = 1
                while i + down < rows and not any(below[i + down - 1][j : j + across]):
                    down += 1
                cells.append((i, j, down, across))
                for row in taken[i : i + down]:
                    row[j : j + across] = [True] * across
    return cells
