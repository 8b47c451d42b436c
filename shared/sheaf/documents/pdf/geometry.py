"""From a PDF page's own coordinates to the page model's: rotation applied, origin at the visible top left."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

#: One row of four coordinates per character.
Boxes = NDArray[np.float32]
#: One code unit per character.
Units = NDArray[np.uint32]
#: One yes or no per character.
Marks = NDArray[np.bool_]
Indices = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """The visible part of a page in its own coordinates (points, y upwards), and how far it is turned."""

    left: float
    bottom: float
    right: float
    top: float
    #: Quarter turns clockwise, 0 to 3.
    turns: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as shown."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.turns % 2 else (width, height)

    def shown(self, boxes: Boxes) -> Boxes:
        """Rows of left, top, right, bottom in the page's coordinates, as rows of x0, y0, x1, y1 on the page as shown."""
        left, top, right, bottom = boxes.T
        match self.turns:
            case 1:
                columns = (bottom - self.bottom, left - self.left, top - self.bottom, right - self.left)
            case 2:
                columns = (self.right - right, bottom - self.bottom, self.right - left, top - self.bottom)
            case 3:
                columns = (self.top - top, self.right - right, self.top - bottom, self.right - left)
            case _:
                columns = (left - self.left, self.top - top, right - self.left, self.top - bottom)
        return np.stack(columns, axis=1)


def frame_of(page: pdfium.FPDF_PAGE) -> Frame:
    """The visible frame of a loaded page: its crop box within its media box."""
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, ctypes.byref(box))
    return Frame(left=box.left, bottom=box.bottom, right=box.right, top=box.top, turns=pdfium.FPDFPage_GetRotation(page) % 4)
