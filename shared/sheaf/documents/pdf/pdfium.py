"""PDFium behind a lock: open, hand out, close, with its errors in our words."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from sheaf.domain.errors import FailureCategory, FileProblem

#: PDFium is not thread-safe at all: whoever holds one of its objects holds this.
LOCK = threading.RLock()

_METADATA = ("Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate")


@contextmanager
def opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    """The document at ``path``, closed with all its parts on leaving; no other thread can use PDFium meanwhile.

    Raises:
        FileProblem: ``encrypted`` where a user password is needed, ``corrupt`` where it is no readable PDF.
    """
    with LOCK:
        document = _open(path)
        try:
            yield document
        finally:
            document.close()


def _open(path: Path) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise _problem(error) from error


def _problem(error: pypdfium2.PdfiumError) -> FileProblem:
    if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
        return FileProblem(FailureCategory.ENCRYPTED, "The PDF is protected by a password; save it without one and try again.")
    return FileProblem(FailureCategory.CORRUPT, "The PDF is damaged and cannot be opened.")


def form_of(document: pypdfium2.PdfDocument) -> Any:
    """The document's form environment, or None where it has no form; to be asked for before any page is loaded."""
    if document.get_formtype() == pdfium.FORMTYPE_NONE:
        return None
    with warnings.catch_warnings():
        # It warns of XFA forms, whose fields the plain form beside them has too.
        warnings.simplefilter("ignore")
        try:
            document.init_forms()
        except pypdfium2.PdfiumError:
            return None
    return document.formenv


def metadata(document: pypdfium2.PdfDocument) -> dict[str, str]:
    """Title, author and the like, under lower-case names, the empty ones left out."""
    found = {key.lower(): document.get_metadata_value(key).strip() for key in _METADATA}
    return {key: value for key, value in found.items() if value}
