"""Which pages of a PDF are pictures of pages."""

from __future__ import annotations

import ctypes
from itertools import islice

import pypdfium2.raw as pdfium

#: A page with fewer readable characters than this, and something drawn on it, is taken for a picture of a page.
MIN_CHARACTERS = 20
#: With fewer than this it is one if images cover most of it: a court, a fax or an archive printed its line over a scan.
_STAMPED = 200
_MOST = 0.6
#: Objects that are looked at; a scan is one image, or one for every strip of it.
_OBJECTS = 400


def is_picture(page: pdfium.FPDF_PAGE, characters: int) -> bool:
    """Whether a loaded page with so many readable characters has to be recognised to be read."""
    if characters < MIN_CHARACTERS:
        return bool(pdfium.FPDFPage_CountObjects(page) > 0)
    return characters < _STAMPED and _covered(page) > _MOST


def _covered(page: pdfium.FPDF_PAGE) -> float:
    """The share of the page that images cover, taken for side by side."""
    whole: float = pdfium.FPDF_GetPageWidthF(page) * pdfium.FPDF_GetPageHeightF(page)
    objects = (pdfium.FPDFPage_GetObject(page, number) for number in range(pdfium.FPDFPage_CountObjects(page)))
    return sum(_area(each) for each in islice(objects, _OBJECTS)) / max(whole, 1.0)


def _area(thing: pdfium.FPDF_PAGEOBJECT) -> float:
    if pdfium.FPDFPageObj_GetType(thing) != pdfium.FPDF_PAGEOBJ_IMAGE:
        return 0.0
    sides = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(thing, *(ctypes.byref(side) for side in sides)):
        return 0.0
    left, bottom, right, top = (side.value for side in sides)
    return max(right - left, 0.0) * max(top - bottom, 0.0)
