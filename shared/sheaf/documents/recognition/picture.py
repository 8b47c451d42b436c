"""A page as pixels."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

#: Height × width × 3: blue, green, red, as the networks were trained.
Pixels: TypeAlias = NDArray[np.uint8]
Floats: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A page as it is shown, and what one pixel is in the page's own unit (points for PDF, 1 where the page is a picture)."""

    pixels: Pixels
    unit: float = 1.0


def batch_of(pixels: Pixels) -> Floats:
    """One picture as a network takes it: 3 × height × width, from -1 to 1."""
    values = pixels.transpose(2, 0, 1).astype(np.float32)
    values /= 127.5
    values -= 1.0
    return values


def png(picture: Picture, longest: int = 1_600) -> bytes:
    """The picture as PNG, no side longer than ``longest`` pixels."""
    from PIL import Image

    image = Image.fromarray(np.ascontiguousarray(picture.pixels[:, :, ::-1]))
    image.thumbnail((longest, longest))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
