"""PDF: words with boxes from the text layer, form fields, and the pages that wait for recognition."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from sheaf.documents.bounds import check_size
from sheaf.documents.model import Document, Limits, Page
from sheaf.documents.pdf.characters import Characters, characters
from sheaf.documents.pdf.geometry import frame_of
from sheaf.documents.pdf.library import metadata, opened
from sheaf.documents.pdf.words import readable, words_of
from sheaf.domain.errors import FailureCategory, FileProblem

#: A page with fewer readable characters than this, and something drawn on it, is taken for a picture of a page.
MIN_CHARACTERS = 20
#: No language's words are longer on average; more characters than this per allowed word cannot be text.
_CHARACTERS_PER_WORD = 40


def read(path: Path, limits: Limits) -> Document:
    """Read every page's text layer.

    Raises:
        FileProblem: ``encrypted``, ``corrupt``, ``empty`` or ``too_large``.
    """
    check_size(path, limits)
    with opened(path) as document:
        pages, notes = _pages(document, limits)
        return Document(format="pdf", pages=pages, metadata=metadata(document), notes=notes)


def _pages(document: pypdfium2.PdfDocument, limits: Limits) -> tuple[list[Page], list[str]]:
    pages: list[Page] = []
    notes: list[str] = []
    left = limits.max_words
    for number in range(1, _page_count(document, limits) + 1):
        page = _page(document, number, left)
        if page is None:
            page = Page(number=number, width=0, height=0)
            notes.append(f"Page {number} is damaged and was left out.")
        left -= len(page.words)
        if left < 0:
            raise _too_many_words(limits.max_words)
        pages.append(page)
    return pages, notes


def _page_count(document: pypdfium2.PdfDocument, limits: Limits) -> int:
    count = len(document)
    if count == 0:
        raise FileProblem(FailureCategory.EMPTY, "The PDF has no pages.")
    if count > limits.max_pages:
        message = f"The PDF has {count} pages; at most {limits.max_pages} are read. Split it and try again."
        raise FileProblem(FailureCategory.TOO_LARGE, message, pages=count, limit=limits.max_pages)
    return count


def _page(document: pypdfium2.PdfDocument, number: int, words_left: int) -> Page | None:
    with _loaded(document, number) as handle:
        if handle is None:
            return None
        found = characters(handle, words_left * _CHARACTERS_PER_WORD)
        if found is None:
            raise _too_many_words(words_left)
        return _laid_out(handle, number, found)


def _laid_out(handle: pdfium.FPDF_PAGE, number: int, found: Characters) -> Page:
    frame = frame_of(handle)
    width, height = frame.size
    bare = readable(found.units) < MIN_CHARACTERS and pdfium.FPDFPage_CountObjects(handle) > 0
    return Page(number=number, width=width, height=height, words=words_of(found, frame), needs_recognition=bare)


@contextmanager
def _loaded(document: pypdfium2.PdfDocument, number: int) -> Iterator[pdfium.FPDF_PAGE | None]:
    handle = pdfium.FPDF_LoadPage(document.raw, number - 1)
    try:
        yield handle or None
    finally:
        if handle:
            pdfium.FPDF_ClosePage(handle)


def _too_many_words(limit: int) -> FileProblem:
    return FileProblem(
        FailureCategory.TOO_LARGE, "The PDF holds more text than is read from one file. Split it and try again.", limit=limit
    )
