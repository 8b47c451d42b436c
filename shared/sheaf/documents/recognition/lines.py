"""Where lines of text stand on a picture, by differentiable binarisation.

M. Liao et al., "Real-time Scene Text Detection with Differentiable Binarization" (2019), https://arxiv.org/abs/1911.08947: a network
gives the probability of text at each pixel, shrunk towards the middle of lines; regions above a threshold become rectangles, grown back by
their area over their perimeter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sheaf.documents.recognition.models import Network
from sheaf.documents.recognition.picture import Floats, Pixels, batch_of

#: The pixels that are looked at; a larger picture is made smaller for finding lines, though not for reading them.
_PIXELS = 1_800_000
#: A smaller picture is made larger until its shorter side has this many pixels.
_LEAST_SIDE = 320
_STEP = 32
_THRESHOLD = 0.3
_SURE = 0.5
_GROWTH = 1.6
#: Sides, in pixels of the network's map, below which a region is a speck.
_SPECK = 3.0
#: More lines than any page has; of a picture that is all specks, the largest are read.
MAX_LINES = 1_500

#: Four corners from the top left, clockwise: 4 × 2.
Corners: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line of text as found: the corners of a rectangle in the picture's pixels, which may lean."""

    corners: Corners

    @property
    def width(self) -> float:
        """Length of its longer side as it is read, in pixels."""
        return float(np.linalg.norm(self.corners[1] - self.corners[0]))

    @property
    def height(self) -> float:
        """Height of its text, in pixels."""
        return float(np.linalg.norm(self.corners[3] - self.corners[0]))


def find_lines(pixels: Pixels, finder: Network) -> list[Line]:
    """The lines of text on a picture, from the top; those that stand upright too (``width < height``)."""
    import cv2

    tall, wide = pixels.shape[:2]
    height, width = _looked_at(tall, wide)
    small = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA if height < tall else cv2.INTER_CUBIC)
    chances = finder(batch_of(np.asarray(small, dtype=np.uint8))[np.newaxis])[0, 0]
    scale = np.array([wide / width, tall / height], dtype=np.float32)
    lines = [Line(corners * scale) for corners in _regions(chances)]
    return sorted(lines, key=lambda line: float(line.corners[:, 1].mean()))


def _looked_at(tall: int, wide: int) -> tuple[int, int]:
    """Height and width of the picture that lines are looked for in: multiples of 32 near the wanted size."""
    factor = min((_PIXELS / (tall * wide)) ** 0.5, max(1.0, _LEAST_SIDE / min(tall, wide)))
    return max(round(tall * factor / _STEP), 1) * _STEP, max(round(wide * factor / _STEP), 1) * _STEP


def _regions(chances: Floats) -> Iterator[Corners]:
    """The rectangles of the regions that are text, in the map's own pixels."""
    import cv2

    mask = cv2.dilate((chances > _THRESHOLD).astype(np.uint8), np.ones((2, 2), dtype=np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:MAX_LINES]:
        centre, size, angle = cv2.minAreaRect(contour)
        if min(size) < _SPECK or _chance(chances, cv2.boxPoints((centre, size, angle))) < _SURE:
            continue
        growth = 2 * _GROWTH * size[0] * size[1] / (2 * (size[0] + size[1]))
        yield _ordered(np.asarray(cv2.boxPoints((centre, (size[0] + growth, size[1] + growth), angle)), dtype=np.float32))


def _chance(chances: Floats, corners: Any) -> float:
    """The mean chance of text within a rectangle."""
    import cv2

    height, width = chances.shape
    x0, y0 = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, (width - 1, height - 1))
    x1, y1 = np.clip(np.ceil(corners.max(axis=0)).astype(int), 0, (width - 1, height - 1))
    mask = np.zeros((y1 - y0 + 1, x1 - x0 + 1), dtype=np.uint8)
    cv2.fillPoly(mask, [(corners - (x0, y0)).astype(np.int32)], (1,))
    return float(cv2.mean(chances[y0 : y1 + 1, x0 : x1 + 1], mask)[0])


def _ordered(corners: Corners) -> Corners:
    """The corners clockwise from the one at the top left: of the two on the left, the upper."""
    middle = corners.mean(axis=0)
    clockwise = corners[np.argsort(np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0]))]
    start = int(np.argmin(clockwise.sum(axis=1)))
    return np.roll(clockwise, -start, axis=0)
