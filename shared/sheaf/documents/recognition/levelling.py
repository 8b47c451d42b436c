"""How a page lies under the scanner or the camera, and the page laid straight.

Text is written in long lines: the longer sides of what was found say which way the lines run (across or up the picture) and how much they
lean. That a page stands on its head shows only in reading it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sheaf.documents.model import Turn
from sheaf.documents.recognition.lines import Line
from sheaf.documents.recognition.picture import Pixels

#: A line this many times as long as high says how the page lies.
_LONG = 3.0
#: A lean, in degrees, that does no harm: over the width of a page less than a line.
_LEVEL = 0.25
#: Lines that lean less, in degrees, are found as surely as level ones.
_FOUND = 2.0
#: A greater lean is no page's: the lines are not parallel, or there are none.
_MOST = 40.0
#: Lines up the page count when they are this many times as long together as those across.
_MOSTLY = 1.5

_Matrix: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lie:
    """How a page lies: after ``quarters`` turns clockwise (or half a turn more) its text runs across, leaning ``lean`` degrees."""

    quarters: int = 0
    lean: float = 0.0

    @property
    def level(self) -> bool:
        """Whether it can be read as it is."""
        return self.quarters == 0 and abs(self.lean) < _LEVEL

    @property
    def nearly(self) -> bool:
        """Whether lines are found as well as on a level page."""
        return self.quarters == 0 and abs(self.lean) < _FOUND


def lie_of(lines: Sequence[Line]) -> Lie:
    """How the page lies, by the lines found on it; level where no line is long enough to tell."""
    across = [(_angle(line.corners[1] - line.corners[0]), line.width) for line in lines if line.width >= _LONG * line.height]
    upright = [(_angle(line.corners[3] - line.corners[0]) - 90, line.height) for line in lines if line.height >= _LONG * line.width]
    stands = sum(length for _, length in upright) > _MOSTLY * sum(length for _, length in across)
    lean = _middle(upright if stands else across)
    return Lie(int(stands), lean if abs(lean) <= _MOST else 0.0)


def _angle(edge: NDArray[np.float32]) -> float:
    return math.degrees(math.atan2(float(edge[1]), float(edge[0])))


def _middle(angles: list[tuple[float, float]]) -> float:
    """The median angle; a line twice as long tells it twice as well, and counts four times."""
    half, passed = sum(length**2 for _, length in angles) / 2, 0.0
    for angle, length in sorted(angles):
        passed += length**2
        if passed >= half:
            return angle
    return 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A page being laid straight: its pixels, and the matrix that led there from the picture's own (homogeneous, 3 × 3)."""

    pixels: Pixels
    moved: _Matrix

    def straightened(self, lie: Lie) -> Sheet:
        """The page with its lines level, though perhaps on its head."""
        turned = self.turned(lie.quarters)
        return turned if abs(lie.lean) < _LEVEL else turned.rotated(-lie.lean)

    def turned(self, quarters: int) -> Sheet:
        """The page after quarter turns clockwise."""
        height, width = self.pixels.shape[:2]
        match quarters % 4:
            case 1:
                turn = np.array([[0, -1, height], [1, 0, 0], [0, 0, 1]], dtype=np.float64)
            case 2:
                turn = np.array([[-1, 0, width], [0, -1, height], [0, 0, 1]], dtype=np.float64)
            case 3:
                turn = np.array([[0, 1, 0], [-1, 0, width], [0, 0, 1]], dtype=np.float64)
            case _:
                return self
        return Sheet(np.ascontiguousarray(np.rot90(self.pixels, -quarters)), turn @ self.moved)

    def rotated(self, degrees: float) -> Sheet:
        """The page rotated clockwise about its middle, on a sheet that holds all of it; the new corners repeat the edges' colours."""
        import cv2

        height, width = self.pixels.shape[:2]
        cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        wide = math.ceil(abs(width * cosine) + abs(height * sine))
        tall = math.ceil(abs(width * sine) + abs(height * cosine))
        x = wide / 2 - (cosine * width - sine * height) / 2
        y = tall / 2 - (sine * width + cosine * height) / 2
        turn = np.array([[cosine, -sine, x], [sine, cosine, y], [0, 0, 1]], dtype=np.float64)
        rotated = cv2.warpAffine(self.pixels, turn[:2], (wide, tall), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return Sheet(np.asarray(rotated, dtype=np.uint8), turn @ self.moved)

    def moved_lines(self, lines: Sequence[Line]) -> list[Line]:
        """Lines of the picture as it was, where they are now."""
        turn, shift = self.moved[:2, :2].astype(np.float32), self.moved[:2, 2].astype(np.float32)
        return [Line(line.corners @ turn.T + shift) for line in lines]

    def turn(self, unit: float) -> Turn | None:
        """From places on the straight page to those on the page as shown, both in units of ``unit`` a pixel; None where they agree."""
        if np.array_equal(self.moved, np.eye(3)):
            return None
        back = np.linalg.inv(self.moved)
        (a, b, c), (d, e, f) = back[:2].tolist()
        return Turn(a, b, c * unit, d, e, f * unit)


def sheet_of(pixels: Pixels) -> Sheet:
    """The page as it is shown."""
    return Sheet(pixels, np.eye(3))
