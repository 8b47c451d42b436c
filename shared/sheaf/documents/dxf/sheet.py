"""A layout as a page: lines of text and rules in points, origin at the top left."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sheaf.documents.dxf.lettering import Line, lines_of
from sheaf.documents.dxf.walk import RULES, TEXTS, Walk
from sheaf.documents.model import Word
from sheaf.domain.rows import Box

_MM = 72 / 25.4
#: Points per unit of $INSUNITS where a sheet may be drawn at its own size: inches, millimetres, centimetres.
_POINTS = {1: 72.0, 4: _MM, 5: 10 * _MM}
#: Longest side of a page in points: that of A0 with room, and that which anything larger or unmeasured is shown at, A3's.
_LARGEST, _NOMINAL = 4_000.0, 1_190.0
_MARGIN = 20.0
#: Rules that are kept of one layout.
MAX_RULES = 200_000
_TOKEN = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line along an axis, ``x0 <= x1`` and ``y0 <= y1``."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Lettered:
    """One line of text on a page, and the height of its letters in points."""

    text: str
    box: Box
    height: float


@dataclass(slots=True)
class Sheet:
    """What a layout shows, in the drawing's units until it is placed on a page."""

    lines: list[Line] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    others: list[Any] = field(default_factory=list)

    def take(self, entity: Any) -> None:
        """Take an entity in; what cannot be placed is left out."""
        kind = entity.dxftype()
        try:
            if kind in TEXTS:
                self.lines += lines_of(entity)
            elif kind in RULES and len(self.rules) < MAX_RULES:
                self.rules += _rules(entity)
            elif kind not in RULES:
                self.others.append(entity)
        except (AttributeError, TypeError, ValueError, ArithmeticError, KeyError, IndexError):
            # A damaged entity: its place or its text is not there.
            return


def sheet_of(walk: Walk, layout: Any) -> Sheet:
    """What a layout shows."""
    sheet = Sheet()
    for entity in walk.of(layout):
        sheet.take(entity)
    return sheet


def _rules(entity: Any) -> Iterator[Rule]:
    """The parts of a line or polyline that run along an axis."""
    points = list(_points(entity))
    for (x0, y0), (x1, y1) in pairwise(points):
        length = math.hypot(x1 - x0, y1 - y0)
        if math.isfinite(length) and 0 < length < 1e12 and min(abs(x1 - x0), abs(y1 - y0)) <= length * 1e-3:
            yield Rule(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _points(entity: Any) -> Iterator[tuple[float, float]]:
    kind = entity.dxftype()
    if kind == "LINE":
        found, closed = [entity.dxf.start, entity.dxf.end], False
    elif kind == "LWPOLYLINE":
        found, closed = list(entity.vertices_in_wcs()), bool(entity.closed)
    else:
        found, closed = list(entity.points_in_wcs()) if entity.is_2d_polyline else [], bool(entity.is_closed)
    yield from ((float(point[0]), float(point[1])) for point in [*found, *(found[:1] if closed else [])])


@dataclass(frozen=True, slots=True)
class Frame:
    """From the drawing's coordinates, which grow upwards, to a page's points."""

    left: float
    upper: float
    scale: float

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """A rectangle on the page."""
        level = ((x - self.left) * self.scale + _MARGIN for x in (x0, x1))
        upright = ((self.upper - y) * self.scale + _MARGIN for y in (y1, y0))
        (a, c), (b, d) = level, upright
        return Box(a, b, c, d)


@dataclass(frozen=True, slots=True)
class Placed:
    """A layout on its page."""

    width: float
    height: float
    words: Sequence[Word]
    lines: Sequence[Lettered]
    rules: Sequence[Rule]
    frame: Frame


def placed(sheet: Sheet, units: int) -> Placed:
    """The sheet in points; ``units`` are those of $INSUNITS, 4 for millimetres.

    A sheet that is drawn in units of length at the size of paper keeps its size; anything else is brought to that of A3.
    """
    spans = [line.span(0, len(line.text)) for line in sheet.lines]
    left, lower, right, upper = _bounds([*spans, *((rule.x0, rule.y0, rule.x1, rule.y1) for rule in sheet.rules)])
    frame = Frame(left, upper, _scale(max(right - left, upper - lower), units))
    lettered = [Lettered(line.text, frame.box(*span), line.height * frame.scale) for line, span in zip(sheet.lines, spans, strict=True)]
    words = [
        Word(token[0], frame.box(*line.span(token.start(), token.end()))) for line in sheet.lines for token in _TOKEN.finditer(line.text)
    ]
    rules = [Rule(*frame.box(rule.x0, rule.y0, rule.x1, rule.y1)) for rule in sheet.rules]
    width, height = ((right - left) * frame.scale + 2 * _MARGIN, (upper - lower) * frame.scale + 2 * _MARGIN)
    return Placed(width, height, sorted(words, key=_in_order), lettered, rules, frame)


def _in_order(word: Word) -> tuple[float, float]:
    return round(word.box.y0 + word.box.y1), word.box.x0


def _bounds(boxes: Iterable[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    listed = list(boxes)
    if not listed:
        return 0.0, 0.0, 1.0, 1.0
    return (min(b[0] for b in listed), min(b[1] for b in listed), max(b[2] for b in listed), max(b[3] for b in listed))


def _scale(longest: float, units: int) -> float:
    points = _POINTS.get(units, 0.0)
    if points and _NOMINAL / 8 <= longest * points <= _LARGEST:
        return points
    return _NOMINAL / longest if longest > 0 else 1.0
