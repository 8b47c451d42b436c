"""ODS: OpenDocument sheets with typed values and the text a person sees, each cut into titles and tables."""

from __future__ import annotations

from pathlib import Path

from sheaf.documents.limits import Limits
from sheaf.documents.model import Document
from sheaf.documents.odf.package import CONTENT, package
from sheaf.documents.odf.sheets import sheets_of
from sheaf.documents.sheets.pages import workbook


def read(path: Path, limits: Limits) -> Document:
    """Read every sheet as a page.

    Raises:
        FileProblem: ``encrypted``, ``corrupt``, ``empty``, ``too_large`` or ``unsafe``.
    """
    with package(path, limits, streamed=True) as found, found.archive.open(CONTENT) as content:
        return workbook("ods", sheets_of(content, limits), found.metadata(), limits)
