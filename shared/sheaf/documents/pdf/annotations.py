"""What lies on top of a PDF page: form fields with their values, and typed notes.

PDFium's text has none of it, so the values also become words where they stand.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import pypdfium2.raw as pdfium

from sheaf.documents.model import Datum, Word
from sheaf.documents.pdf.geometry import Frame
from sheaf.documents.values import CHECKED, UNCHECKED, in_words
from sheaf.domain.rows import Box

#: More annotations on one page than any form has are not looked at.
_MAX_PER_PAGE = 20_000
_MAX_STRING_BYTES = 2**20
#: A usual character's width by its height, and the height of a usual line in points: fields do not say what they are set in.
_WIDTH_TO_HEIGHT = 0.5
_FONT_HEIGHT = 12.0
_HIDDEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
_CHOICES = (pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX)
_MARKS = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)
_IGNORED = (pdfium.FPDF_FORMFIELD_UNKNOWN, pdfium.FPDF_FORMFIELD_PUSHBUTTON, pdfium.FPDF_FORMFIELD_SIGNATURE)


class FormField(NamedTuple):
    """One box of a form field on a page; a group of radio buttons has one for each button."""

    name: str
    label: str
    text: str
    box: Box
    kind: int
    checked: bool

    def words(self) -> Iterator[Word]:
        """What the field shows."""
        yield from words_in(CHECKED if self.checked else UNCHECKED, self.box) if self.kind in _MARKS else words_in(self.text, self.box)


def form_fields(page: Any, form: Any, frame: Frame) -> list[FormField]:
    """The form fields of a loaded page; ``form`` is the document's form environment."""
    # Only a page announced to the form knows which boxes are ticked.
    pdfium.FORM_OnAfterLoadPage(page, form)
    try:
        return list(_fields(page, form, frame))
    finally:
        pdfium.FORM_OnBeforeClosePage(page, form)


def _fields(page: Any, form: Any, frame: Frame) -> Iterator[FormField]:
    for annotation in _visible(page, pdfium.FPDF_ANNOT_WIDGET):
        kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
        name = _string(pdfium.FPDFAnnot_GetFormFieldName, form, annotation)
        if kind in _IGNORED or not name:
            continue
        label = _string(pdfium.FPDFAnnot_GetFormFieldAlternateName, form, annotation) or in_words(name.rpartition(".")[2])
        checked = kind in _MARKS and bool(pdfium.FPDFAnnot_IsChecked(form, annotation))
        yield FormField(name, label, _value(form, annotation, kind, checked=checked), _box(annotation, frame), kind, checked)


def notes_on(page: Any, frame: Frame) -> Iterator[Word]:
    """The words of text typed on top of a loaded page."""
    for annotation in _visible(page, pdfium.FPDF_ANNOT_FREETEXT):
        text = _string(pdfium.FPDFAnnot_GetStringValue, annotation, b"Contents")
        yield from words_in(text, _box(annotation, frame))


def data_of(fields: list[tuple[int, FormField]]) -> Iterator[Datum]:
    """One datum per field name, from (page, field) pairs: of several boxes the checked one, else the first."""
    chosen: dict[str, tuple[int, FormField]] = {}
    for page, field in fields:
        if field.name not in chosen or (field.checked and not chosen[field.name][1].checked):
            chosen[field.name] = (page, field)
    for page, field in chosen.values():
        yield Datum(field.name, field.text, field.label, page=page, box=field.box)


def words_in(text: str, box: Box) -> Iterator[Word]:
    """The words of a text in its box, line by line from its left, set as a usual font would set them or narrower where it must be."""
    lines = [line for line in text.splitlines() if line.strip()]
    tall = (box.y1 - box.y0) / max(len(lines), 1)
    for i, line in enumerate(lines):
        wide = min((box.x1 - box.x0) / max(len(line), 1), _WIDTH_TO_HEIGHT * min(tall, _FONT_HEIGHT))
        at = 0
        for word in line.split():
            at = line.index(word, at)
            start, top = box.x0 + at * wide, box.y0 + i * tall
            at += len(word)
            yield Word(word, Box(start, top, start + len(word) * wide, top + tall))


@contextmanager
def _opened(page: Any, index: int) -> Iterator[Any]:
    annotation = pdfium.FPDFPage_GetAnnot(page, index)
    try:
        yield annotation or None
    finally:
        if annotation:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _visible(page: Any, subtype: int) -> Iterator[Any]:
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MAX_PER_PAGE)):
        with _opened(page, index) as annotation:
            if annotation is None or pdfium.FPDFAnnot_GetSubtype(annotation) != subtype:
                continue
            if not pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
                yield annotation


def _value(form: Any, annotation: Any, kind: int, *, checked: bool) -> str:
    if kind == pdfium.FPDF_FORMFIELD_CHECKBOX:
        return "true" if checked else "false"
    if kind == pdfium.FPDF_FORMFIELD_RADIOBUTTON:
        return _string(pdfium.FPDFAnnot_GetFormFieldExportValue, form, annotation) if checked else ""
    if kind in _CHOICES:
        return "\n".join(_selected(form, annotation)) or _string(pdfium.FPDFAnnot_GetFormFieldValue, form, annotation)
    return _string(pdfium.FPDFAnnot_GetFormFieldValue, form, annotation)


def _selected(form: Any, annotation: Any) -> Iterator[str]:
    for index in range(max(pdfium.FPDFAnnot_GetOptionCount(form, annotation), 0)):
        if pdfium.FPDFAnnot_IsOptionSelected(form, annotation, index):
            yield _string(pdfium.FPDFAnnot_GetOptionLabel, form, annotation, index)


def _box(annotation: Any, frame: Frame) -> Box:
    rect = pdfium.FS_RECTF()
    pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(rect))
    shown = frame.shown(np.array([[rect.left, rect.top, rect.right, rect.bottom]], dtype=np.float32))
    return Box(*(round(float(edge), 2) for edge in shown[0]))


def _string(function: Callable[..., int], *arguments: Any) -> str:
    """Call a PDFium function that fills a UTF-16 buffer, first for the length, then for the text."""
    length = function(*arguments, None, 0)
    if not 0 < length <= _MAX_STRING_BYTES:
        return ""
    buffer = ctypes.create_string_buffer(length)
    function(*arguments, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), length)
    return buffer.raw.decode("utf-16-le", "replace").rstrip("\0").replace("\r\n", "\n").replace("\r", "\n").strip()
