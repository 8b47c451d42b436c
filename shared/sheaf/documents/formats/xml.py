"""XML: invoices in the European standards by meaning, everything else by its elements' names."""

from __future__ import annotations

from pathlib import Path

from sheaf.documents.bounds import read_bytes, too_large
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document, Page
from sheaf.documents.xml.content import content_of
from sheaf.documents.xml.parsing import parsed
from sheaf.domain.errors import FailureCategory, FileProblem


def read(path: Path, limits: Limits) -> Document:
    """Read the file's values.

    Raises:
        FileProblem: ``corrupt``, ``empty``, ``too_large`` or ``unsafe``.
    """
    content = content_of(parsed(read_bytes(path, limits), limits))
    if not any(datum.text for datum in content.data):
        raise FileProblem(FailureCategory.EMPTY, "The XML holds no values.")
    if len(content.data) > limits.max_words:
        raise too_large("The XML", len(content.data), limits.max_words, "values")
    page = content.block.page(1, limits.max_words)
    pages = [Page(1, page.width, page.height, page.words, content.tables, grid=True)]
    return Document(format="xml", pages=pages, data=content.data, notes=content.notes)
