"""A workbook's sheets as a document: a page each, laid out as far as a person would look, with complete tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sheaf.documents.grid import CELL_WIDTH, LAID_OUT_ROWS, Block, GridCell, stacked, tabulated, text_block
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document, Page
from sheaf.documents.sheets.rows import Sheet, SheetRow, place, texts_of
from sheaf.documents.sheets.tables import tables_of
from sheaf.domain.errors import FailureCategory, FileProblem

#: Empty rows show as at most so many empty lines.
_MAX_GAP = 2


def workbook(format_: str, sheets: Iterator[Sheet], metadata: dict[str, str], limits: Limits) -> Document:
    """The sheets as pages of one tabular document.

    Raises:
        FileProblem: ``empty`` or ``too_large``, or as taking the sheets.
    """
    pages: list[Page] = []
    notes: list[str] = []
    left = limits.max_table_cells
    for number, sheet in enumerate(sheets, start=1):
        if number > limits.max_pages:
            raise FileProblem(FailureCategory.TOO_LARGE, f"The workbook has more than {limits.max_pages} sheets.")
        left -= sum(len(row.values) for row in sheet.rows)
        if left < 0:
            raise FileProblem(FailureCategory.TOO_LARGE, f"The workbook has more than {limits.max_table_cells} cells.")
        pages.append(_page(number, sheet))
        notes += _notes(sheet)
    if not any(page.words for page in pages):
        raise FileProblem(FailureCategory.EMPTY, "The spreadsheet holds no values.")
    return Document(format=format_, pages=pages, tabular=True, metadata=metadata, notes=notes)


def _page(number: int, sheet: Sheet) -> Page:
    shown = _laid_out(sheet, sheet.rows[:LAID_OUT_ROWS])
    page = shown.page(number, limit=len(shown.tokens))
    tables = tables_of(sheet, number) if sheet.rows else []
    return Page(number, page.width, page.height, page.words, tables, grid=True)


def _laid_out(sheet: Sheet, rows: Sequence[SheetRow]) -> Block:
    columns = max((len(row.values) for row in rows), default=0)
    lines: list[list[GridCell | None]] = []
    above = 0
    for row in rows:
        lines += [[] for _ in range(min(row.number - above - 1, _MAX_GAP if above else 0))]
        lines.append(_cells(sheet, row, columns))
        above = row.number
    return stacked([tabulated(lines, keep=False)])


def _cells(sheet: Sheet, row: SheetRow, columns: int) -> list[GridCell | None]:
    texts = texts_of(row)
    alone = sum(1 for text in texts if text) == 1
    cells: list[GridCell | None] = [None] * columns
    for j, text in enumerate(texts):
        if text:
            across = columns - j if alone else sheet.merged.get((row.number, j + 1), (1, 1))[1]
            cited = place(sheet.title, row.number, j + 1)
            cells[j] = GridCell(text_block(text, cited, width=CELL_WIDTH), text, cited, max(min(across, columns - j), 1))
    return cells


def _notes(sheet: Sheet) -> Iterator[str]:
    if sheet.hidden:
        yield f"The sheet {sheet.title} is hidden; it was read all the same."
    if sheet.uncached:
        yield f"The sheet {sheet.title} has {sheet.uncached} formulas without a saved result; their cells are empty here."
    if len(sheet.rows) > LAID_OUT_ROWS:
        yield f"The page of {sheet.title} shows the first {LAID_OUT_ROWS} rows; its tables have all {len(sheet.rows)}."
