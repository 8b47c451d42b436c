"""XLSX: sheets with typed values and the text a person sees, each cut into titles and tables.

openpyxl reads (rather than calamine, which is ten times faster): it alone tells a cell's number format, and with it the currency.
100,000 rows of 20 columns take about 12 s.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl

from sheaf.documents.archives import check_parts, opened
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document
from sheaf.documents.sheets.pages import workbook
from sheaf.documents.sheets.rows import Sheet
from sheaf.documents.xlsx.sheets import facts_of, rows_of
from sheaf.domain.errors import FailureCategory, FileProblem


def read(path: Path, limits: Limits) -> Document:
    """Read every sheet as a page.

    Raises:
        FileProblem: ``encrypted``, ``corrupt``, ``empty``, ``too_large`` or ``unsafe``.
    """
    with opened(path, limits) as archive:
        check_parts(archive, streamed=("xl/worksheets/", "xl/sharedStrings"))
        with _workbook(path) as book:
            return workbook("xlsx", _sheets(book, archive, limits), _metadata(book.properties), limits)


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    """The workbook, opened for streaming, formulas as their last results; closed on leaving."""
    with warnings.catch_warnings():
        # It warns of parts it leaves out, such as validations, which are of no interest here.
        warnings.simplefilter("ignore")
        # A path's ending would have to be right; an open file's is nobody's business.
        try:
            with path.open("rb") as file:
                book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
                try:
                    yield book
                finally:
                    book.close()
        except FileProblem:
            raise
        except Exception as error:  # a damaged part may lead openpyxl to raise anything
            raise FileProblem(FailureCategory.CORRUPT, "The spreadsheet is damaged and cannot be read.") from error


def _sheets(book: Any, archive: zipfile.ZipFile, limits: Limits) -> Iterator[Sheet]:
    for sheet in book.worksheets:
        rows = rows_of(sheet, limits)
        facts = facts_of(archive, sheet._worksheet_path)  # noqa: SLF001 - openpyxl knows the sheet's part and has no public name for it
        yield Sheet(sheet.title, rows, facts.merged, sheet.sheet_state != "visible", facts.uncached)


def _metadata(properties: Any) -> dict[str, str]:
    found = {"title": properties.title, "author": properties.creator, "subject": properties.subject}
    return {key: str(value) for key, value in found.items() if value}
