"""The characters of a PDF page with their boxes, fetched from PDFium with as little Python per character as possible."""

from __future__ import annotations

import ctypes
from collections import deque
from functools import cache
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
import pypdfium2.raw as pdfium

from sheaf.documents.pdf.geometry import Boxes, Units

_HYPHEN = ord("-")
#: PDFium's two marks for a hyphen at a line's end, and the soft hyphen, which on a page is only there when it is drawn.
_HYPHENS = (0x02, 0xFFFE, 0xAD)
_RECT_BYTES = ctypes.sizeof(pdfium.FS_RECTF)


class Characters(NamedTuple):
    """The characters of one page in PDFium's order: code units (n), and left, top, right, bottom of each (n × 4)."""

    units: Units
    boxes: Boxes


def characters(page: pdfium.FPDF_PAGE, limit: int) -> Characters | None:
    """Every character of a loaded page, or None when there are more than ``limit``."""
    text = pdfium.FPDFText_LoadPage(page)
    try:
        count = max(pdfium.FPDFText_CountChars(text), 0)
        return None if count > limit else _fetch(text, count)
    finally:
        pdfium.FPDFText_ClosePage(text)


def _fetch(text: pdfium.FPDF_TEXTPAGE, count: int) -> Characters:
    units = _units(text, count)
    units[np.isin(units, _HYPHENS)] = _HYPHEN
    return Characters(units, _boxes(text, count))


def _units(text: pdfium.FPDF_TEXTPAGE, count: int) -> Units:
    """One code unit per character: in one call where PDFium's text and its characters agree in number, else one by one."""
    buffer = np.zeros(2 * count + 2, dtype=np.uint16)
    pointer = buffer.ctypes.data_as(ctypes.POINTER(ctypes.c_ushort))
    if pdfium.FPDFText_GetText(text, 0, count, pointer) - 1 == count:
        return buffer[:count].astype(np.uint32)
    return np.fromiter((pdfium.FPDFText_GetUnicode(text, i) for i in range(count)), dtype=np.uint32, count=count)


def _boxes(text: pdfium.FPDF_TEXTPAGE, count: int) -> Boxes:
    """Loose boxes (the font's full height): tight ones differ from letter to letter and break rows apart."""
    boxes = np.zeros((count, 4), dtype=np.float32)
    start = boxes.ctypes.data
    handle = ctypes.cast(text, ctypes.c_void_p).value
    addresses = range(start, start + _RECT_BYTES * count, _RECT_BYTES)
    deque(map(_loose_box(), repeat(handle), range(count), addresses), maxlen=0)
    return boxes


@cache
def _loose_box() -> Any:
    """PDFium's box function taking plain addresses: half the time per call of the typed binding, measured over 1.6 million characters."""
    address = ctypes.cast(pdfium.FPDFText_GetLooseCharBox, ctypes.c_void_p).value
    return ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(address or 0)
