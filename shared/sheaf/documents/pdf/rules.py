"""The straight lines drawn on a PDF page: rules, thin bars, and the edges of boxes, along either axis of the page as shown.

See ISO 32000-1, 8.5 (paths). Text is drawn apart from them, so a page without drawings costs one look at each object's type.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pypdfium2.raw as pdfium

from sheaf.documents.pdf.geometry import Frame

#: More drawn objects, or more strokes, than this make a picture or a map, not a table.
_MAX_OBJECTS = 20_000
_MAX_SEGMENTS = 20_000
_MAX_FORMS = 8
#: Shorter strokes, in points, rule nothing; strokes that lean more are not straight along an axis.
_SHORTEST = 4.0
_LEAN = 1.0

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
_UNCHANGED: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Rule(NamedTuple):
    """A straight line: where it stands across its direction, and from where to where it goes along it, in points as shown."""

    at: float
    start: float
    end: float


class Rules(NamedTuple):
    """The lines of a page."""

    across: list[Rule]
    down: list[Rule]


def rules_of(page: Any, frame: Frame) -> Rules:
    """The lines drawn on a loaded page."""
    strokes = list(_strokes(page, frame))
    across = [Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)) for x0, y0, x1, y1 in strokes if abs(y1 - y0) <= _LEAN]
    down = [Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)) for x0, y0, x1, y1 in strokes if abs(x1 - x0) <= _LEAN]
    return Rules(
        [rule for rule in across if rule.end - rule.start >= _SHORTEST], [rule for rule in down if rule.end - rule.start >= _SHORTEST]
    )


def _strokes(page: Any, frame: Frame) -> list[list[float]]:
    """Both ends of every stroke on the page as shown; none where there are more than a table has."""
    found: list[tuple[float, float, float, float]] = []
    for path, matrix in _paths(page):
        found += _segments(path, matrix)
        if len(found) > _MAX_SEGMENTS:
            return []
    if not found:
        return []
    # Frames turn rows of left, top, right, bottom; a stroke's ends are kept as they are, whichever lies higher.
    shown: list[list[float]] = frame.shown(np.array(found, dtype=np.float32)).astype(np.float64).tolist()
    return shown


def _paths(page: Any) -> Iterator[tuple[Any, Matrix]]:
    """Every path on the page, in groups or not, with the matrix that places it."""
    count = pdfium.FPDFPage_CountObjects(page)
    stack = [(pdfium.FPDFPage_GetObject(page, index), _UNCHANGED, 0) for index in range(min(count, _MAX_OBJECTS))]
    looked = 0
    while stack and looked < 2 * _MAX_OBJECTS:
        item, outer, depth = stack.pop()
        looked += 1
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            yield item, _times(_matrix(item), outer)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_FORMS:
            inner = _times(_matrix(item), outer)
            inside = min(max(pdfium.FPDFFormObj_CountObjects(item), 0), _MAX_OBJECTS)
            stack += [(pdfium.FPDFFormObj_GetObject(item, index), inner, depth + 1) for index in range(inside)]


def _matrix(item: Any) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, ctypes.byref(matrix)):
        return _UNCHANGED
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _segments(path: Any, matrix: Matrix) -> Iterator[tuple[float, float, float, float]]:
    """The straight strokes of a path in the page's own coordinates."""
    start = before = (0.0, 0.0)
    for index in range(min(pdfium.FPDFPath_CountSegments(path), _MAX_SEGMENTS)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        point = _placed(segment, matrix)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield (*before, *point)
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield (*point, *start)
        before = point


def _placed(segment: Any, matrix: Matrix) -> Point:
    x, y = ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
    a, b, c, d, e, f = matrix
    return (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
