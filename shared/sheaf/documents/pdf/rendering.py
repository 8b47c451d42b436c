"""A page of a PDF as it is seen."""

from __future__ import annotations

import numpy as np
import pypdfium2

from sheaf.documents.recognition.picture import Picture

#: What text of six points needs to be read.
_DPI = 200
_POINTS = 72
#: A page of more pixels than this, such as a plan, is drawn smaller.
_PIXELS = 16_000_000


def picture_of(document: pypdfium2.PdfDocument, number: int) -> Picture | None:
    """Page ``number`` (1-based) with the fields of its form, turned as viewers show it; None where it is damaged."""
    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError:
        return None
    try:
        width, height = page.get_size()
        scale = min(_DPI / _POINTS, (_PIXELS / max(width * height, 1.0)) ** 0.5)
        pixels = page.render(scale=scale).to_numpy()
    except pypdfium2.PdfiumError:
        return None
    finally:
        page.close()
    return Picture(np.ascontiguousarray(pixels[:, :, :3]), 1 / scale)
