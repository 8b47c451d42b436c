"""From document to rows: machine-readable data first, then tables, then the page."""

from __future__ import annotations

from collections.abc import Sequence

from sheaf.documents.model import Document
from sheaf.domain.fields import RowMode
from sheaf.domain.rows import Row
from sheaf.extraction.concepts import Reading
from sheaf.extraction.engine import Extraction
from sheaf.extraction.layout import lay_out
from sheaf.extraction.reader import read_cells


def extract(document: Document, readings: Sequence[Reading], rows: RowMode) -> Extraction:
    """Read every field of ``readings``."""
    cells = read_cells(lay_out(document), readings)
    return Extraction(rows=[Row(cells=cells)])
