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
from sheaf.documents.grid import CELL_WIDTH, LAID_OUT_ROWS, Block, GridCell, stacked, tabulated, text_block
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document, Page
from sheaf.documents.xlsx.display import displayed
from sheaf.documents.xlsx.sheets import Facts, SheetRow, facts_of, place, rows_of
from sheaf.documents.xlsx.tables import tables_of
from sheaf.domain.errors import FailureCategory, FileProblem

#: Empty rows show as at most so many empty lines.
_MAX_GAP = 2


def read(path: Path, limits: Limits) -> Document:
    """Read every sheet as a page.

    Raises:
        FileProblem: ``encrypted``, ``corrupt``, ``empty``, ``too_large`` or ``unsafe``.
    """
    with opened(path, limits) as archive:
        check_parts(archive, streamed=("xl/worksheets/", "xl/sharedStrings"))
        with _workbook(path) as book:
            return _document(book, archive, limits)


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


def _document(book: Any, archive: zipfile.ZipFile, limits: Limits) -> Document:
    pages: list[Page] = []
    notes: list[str] = []
    left = limits.max_table_cells
    for number, sheet in enumerate(book.worksheets, start=1):
        rows = rows_of(sheet, limits)
        left -= sum(len(row.values) for row in rows)
        if left < 0:
            raise FileProblem(FailureCategory.TOO_LARGE, f"The workbook has more than {limits.max_table_cells} cells.")
        facts = facts_of(archive, sheet._worksheet_path)  # noqa: SLF001 - openpyxl knows the sheet's part and has no public name for it
        pages.append(_page(number, sheet.title, rows, facts))
        notes += _notes(sheet, rows, facts)
    if not any(page.words for page in pages):
        raise FileProblem(FailureCategory.EMPTY, "The spreadsheet holds no values.")
    return Document(format="xlsx", pages=pages, tabular=True, metadata=_metadata(book.properties), notes=notes)


def _page(number: int, title: str, rows: list[SheetRow], facts: Facts) -> Page:
    shown = _laid_out(title, rows[:LAID_OUT_ROWS], facts)
    page = shown.page(number, limit=len(shown.tokens))
    return Page(number, page.width, page.height, page.words, tables_of(title, rows, facts, number) if rows else [], grid=True)


def _laid_out(title: str, rows: list[SheetRow], facts: Facts) -> Block:
    columns = max((len(row.values) for row in rows), default=0)
    lines: list[list[GridCell | None]] = []
    above = 0
    for row in rows:
        lines += [[] for _ in range(min(row.number - above - 1, _MAX_GAP if above else 0))]
        lines.append(_cells(title, row, columns, facts))
        above = row.number
    return stacked([tabulated(lines, keep=False)])


def _cells(title: str, row: SheetRow, columns: int, facts: Facts) -> list[GridCell | None]:
    texts = [displayed(value, form) for value, form in zip(row.values, row.formats, strict=True)]
    alone = sum(1 for text in texts if text) == 1
    cells: list[GridCell | None] = [None] * columns
    for j, text in enumerate(texts):
        if text:
            across = columns - j if alone else facts.merged.get((row.number, j + 1), (1, 1))[1]
            cited = place(title, row.number, j + 1)
            cells[j] = GridCell(text_block(text, cited, width=CELL_WIDTH), text, cited, max(min(across, columns - j), 1))
    return cells


def _notes(sheet: Any, rows: list[SheetRow], facts: Facts) -> Iterator[str]:
    if sheet.sheet_state != "visible":
        yield f"The sheet {sheet.title} is hidden; it was read all the same."
    if facts.uncached:
        yield f"The sheet {sheet.title} has {facts.uncached} formulas without a saved result; their cells are empty here."
    if len(rows) > LAID_OUT_ROWS:
        yield f"The page of {sheet.title} shows the first {LAID_OUT_ROWS} rows; its tables have all {len(rows)}."


def _metadata(properties: Any) -> dict[str, str]:
    found = {"title": properties.title, "author": properties.creator, "subject": properties.subject}
    return {key: str(value) for key, value in found.items() if value}
