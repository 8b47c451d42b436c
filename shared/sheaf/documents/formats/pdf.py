"""PDF: words with boxes from the text layer, form fields, and the pages that wait for recognition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from sheaf.documents.bounds import check_size
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document, Page, Word
from sheaf.documents.pdf.annotations import FormField, data_of, form_fields, notes_on
from sheaf.documents.pdf.attachments import attached
from sheaf.documents.pdf.characters import Characters, characters
from sheaf.documents.pdf.geometry import Frame, frame_of
from sheaf.documents.pdf.pdfium import form_of, metadata, opened
from sheaf.documents.pdf.pictured import is_picture
from sheaf.documents.pdf.rendering import picture_of
from sheaf.documents.pdf.rules import rules_of
from sheaf.documents.pdf.tables import followed, ruled_tables
from sheaf.documents.pdf.words import readable, words_of
from sheaf.documents.reading_order import in_reading_order
from sheaf.documents.recognition.picture import Picture
from sheaf.domain.errors import FailureCategory, FileProblem

#: No language's words are longer on average; more characters than this per allowed word cannot be text.
_CHARACTERS_PER_WORD = 40
#: Nor does any page hold more characters than this.
_CHARACTERS_PER_PAGE = 5_000_000


def read(path: Path, limits: Limits) -> Document:
    """Read every page's text layer, the form fields and an attached electronic invoice.

    Raises:
        FileProblem: ``encrypted``, ``corrupt``, ``empty`` or ``too_large``.
    """
    check_size(path, limits)
    with opened(path) as document:
        count = _page_count(document, limits)
        reading = _Reading(document, limits.max_words)
        pages = [reading.page(number) for number in range(1, count + 1)]
        pages = followed(pages)
        invoice = attached(document, limits)
        pages[0] = replace(pages[0], tables=[*pages[0].tables, *invoice.tables])
        data = [*invoice.data, *data_of(reading.fields)]
        return Document(format="pdf", pages=pages, data=data, metadata=metadata(document), notes=[*reading.notes, *invoice.notes])


def pictures(path: Path, numbers: Sequence[int], _limits: Limits) -> Iterator[Picture | None]:
    """The pages with these numbers as they are seen; None for one that is damaged. Raises FileProblem as :func:`read`."""
    with opened(path) as document:
        form_of(document)
        for number in numbers:
            yield picture_of(document, number)


class _Reading:
    """One pass over a document's pages, with what it has found so far."""

    def __init__(self, document: pypdfium2.PdfDocument, max_words: int) -> None:
        self._document, self._max_words, self._words_left = document, max_words, max_words
        self._form = form_of(document)
        self.fields: list[tuple[int, FormField]] = []
        self.notes: list[str] = []

    def page(self, number: int) -> Page:
        """Read one page, 1-based; a damaged one is empty and noted."""
        with _loaded(self._document, number) as handle:
            if handle is None:
                self.notes.append(f"Page {number} is damaged and was left out.")
                return Page(number=number, width=0, height=0)
            found = characters(handle, min(self._words_left * _CHARACTERS_PER_WORD, _CHARACTERS_PER_PAGE))
            page = self._laid_out(handle, number, found) if found is not None else None
        if page is None or len(page.words) > self._words_left:
            raise _too_many_words(self._max_words)
        self._words_left -= len(page.words)
        return page

    def _laid_out(self, handle: pdfium.FPDF_PAGE, number: int, found: Characters) -> Page:
        frame = frame_of(handle)
        width, height = frame.size
        words = words_of(found, frame)
        on_top = self._on_top(handle, number, frame)
        bare = is_picture(handle, readable(found.units) + sum(len(word.text) for word in on_top))
        shown = in_reading_order([*words, *on_top]) if on_top else words
        tables = [] if bare else ruled_tables(shown, rules_of(handle, frame), number)
        return Page(number=number, width=width, height=height, words=shown, tables=tables, needs_recognition=bare)

    def _on_top(self, handle: pdfium.FPDF_PAGE, number: int, frame: Frame) -> list[Word]:
        words = list(notes_on(handle, frame))
        if self._form is not None:
            fields = form_fields(handle, self._form, frame)
            self.fields += [(number, field) for field in fields]
            words += [word for field in fields for word in field.words()]
        return words


def _page_count(document: pypdfium2.PdfDocument, limits: Limits) -> int:
    count = len(document)
    if count == 0:
        raise FileProblem(FailureCategory.EMPTY, "The PDF has no pages.")
    if count > limits.max_pages:
        message = f"The PDF has {count} pages; at most {limits.max_pages} are read. Split it and try again."
        raise FileProblem(FailureCategory.TOO_LARGE, message, pages=count, limit=limits.max_pages)
    return count


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
