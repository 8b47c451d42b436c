"""From document to rows: machine-readable data first, then tables, then the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sheaf.documents.model import Document
from sheaf.domain.fields import FieldType, RowMode
from sheaf.domain.rows import Cell, CellState, Row
from sheaf.extraction.besides import beside_tables
from sheaf.extraction.candidates import Customs, customs_of
from sheaf.extraction.concepts import Reading, understand
from sheaf.extraction.data import Data, flat_text
from sheaf.extraction.engine import Extraction
from sheaf.extraction.grids import Grid, from_table, match_columns, read_cell
from sheaf.extraction.layout import Layout, lay_out
from sheaf.extraction.pagetables import PageTables, fits_better, model_tables, without_totals
from sheaf.extraction.parts import asks_for_parts, joined, with_parts
from sheaf.extraction.reader import Reader
from sheaf.extraction.tables import USUAL, table_value
from sheaf.extraction.tabular import file_row, rows_of_tables
from sheaf.extraction.wordtables import printed_tables

TOTALS = "{count} rows at the end of tables sum up the rows above them and were not read as rows."


def extract(document: Document, readings: Sequence[Reading], rows: RowMode) -> Extraction:
    """Read every field of ``readings``, as one row for the file, one per page or one per table row."""
    if not asks_for_parts(readings):
        return _extract(document, readings, rows)
    fields = [reading.field for reading in readings]
    extraction = _extract(document, understand(with_parts(fields)), rows)
    return replace(extraction, rows=joined(extraction.rows, fields))


def _extract(document: Document, readings: Sequence[Reading], rows: RowMode) -> Extraction:
    if rows is RowMode.PAGE and document.pages:
        return Extraction(rows=_rows_of_pages(document, readings), rows_in=len(document.pages))
    if rows is RowMode.TABLE_ROW:
        streamed = rows_of_tables(document, readings) if document.tabular else _rows_of_page_tables(document, readings)
        if streamed is not None:
            return streamed
    row = _row(document, readings)
    return Extraction(rows=[row], notes=row.notes)


def _row(document: Document, readings: Sequence[Reading], customs: Customs | None = None) -> Row:
    """One row for a whole document; ``customs`` are its own unless they are those of a larger one."""
    summary = file_row(document, readings) if document.tabular else None
    if summary is not None:
        return Row(cells=summary[0] | _beside(document, readings, summary[0]), notes=tuple(summary[1]))
    return Row(cells=_Sources(document, readings, customs).cells())


def _beside(document: Document, readings: Sequence[Reading], cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """What labels beside a sheet's tables say of the fields that its columns have not told."""
    asked = [one.field for one in readings if cells[one.field.name].state is CellState.MISSING and one.field.type is not FieldType.TABLE]
    grids = [(table, from_table(table)) for table in document.tables]
    around = beside_tables(document, readings, grids) if asked else None
    if around is None:
        return {}
    read = _Sources(around, understand(asked)).cells()
    return {name: cell for name, cell in read.items() if cell.evidence is not None and cell.evidence.label}


def _rows_of_pages(document: Document, readings: Sequence[Reading]) -> Iterator[Row]:
    """One row per page, each read as a document of its own that writes dates and numbers as the whole does."""
    customs = customs_of(lay_out(document).text)
    for index, page in enumerate(document.pages):
        own = [datum for datum in document.data if datum.page == page.number or len(document.pages) == 1]
        row = _row(replace(document, pages=(page,), data=own), readings, customs)
        yield replace(row, index=index, source=f"page {page.number}")


class _Sources:
    """The places one document's values may come from, in the order they are asked."""

    def __init__(self, document: Document, readings: Sequence[Reading], customs: Customs | None = None) -> None:
        self.document = document
        self.readings = readings
        self.layout: Layout = lay_out(document)
        self.reader = Reader(self.layout, readings, customs)
        self.data = Data(document, self._data_customs()) if document.data else None

    def _data_customs(self) -> Customs:
        """How the data writes dates and numbers; its currency is the page's where it names none."""
        customs = customs_of(flat_text(self.document.data))
        return customs if customs.currency else replace(customs, currency=self.reader.customs.currency)

    def cells(self) -> dict[str, Cell]:
        """A cell for every field: data, then tables, then the page; data that is blank gives way to a page that is not."""
        known = {reading.field.name: cell for reading in self.readings if (cell := self._first(reading)) is not None}
        if all(name in known and known[name].state is CellState.FOUND for name in (reading.field.name for reading in self.readings)):
            return known
        read = self.reader.read()
        return {name: known[name] if name in known and not _better(cell, known[name]) else cell for name, cell in read.items()}

    def _first(self, reading: Reading) -> Cell | None:
        if reading.field.type is FieldType.TABLE:
            return self._table(reading)
        return self.data.cell(reading) if self.data is not None else None

    def _table(self, reading: Reading) -> Cell:
        if self.data is not None:
            cell = table_value(reading.field, self.data.grids(), self.reader.customs, self.layout.pages)
            if cell.state is CellState.FOUND:
                return cell
        return table_value(
            reading.field, self.tables(understand(reading.field.columns or USUAL)).grids, self.reader.customs, self.layout.pages
        )

    def tables(self, columns: Sequence[Reading]) -> PageTables:
        """The page model's tables, or those that words alone make on pages of fixed layout where they fit the columns better."""
        found = model_tables(self.document)
        if found.grids and all(page.grid for page in self.document.pages):
            return found
        phrases = frozenset(phrase for reading in columns for phrase in reading.phrases)
        printed = without_totals(printed_tables(self.layout, self.reader.labels, phrases))
        return printed if fits_better(printed, found, columns) else found


def _better(page: Cell, data: Cell) -> bool:
    return page.state is CellState.FOUND and data.state is not CellState.FOUND


def _rows_of_page_tables(document: Document, readings: Sequence[Reading]) -> Extraction | None:
    """One row per row of the best table; fields that no column names are read once from the page and repeated."""
    sources = _Sources(document, readings)
    tables = sources.tables(readings)
    grids = [*(sources.data.grids() if sources.data else []), *tables.grids]
    matched = [(grid, match_columns(grid.headers, readings)) for grid in grids]
    grid, columns = max(matched, key=lambda pair: (len(pair[1]), len(pair[0].rows)), default=(None, {}))
    if grid is None or len(columns) < min(2, len(readings)):
        return None
    chosen = [one for one, _ in matched if one is grid or one.headers == grid.headers]
    notes = [TOTALS.format(count=tables.totals)] if tables.totals and any(grid is one for one in tables.grids) else []
    rows_in = sum(len(one.rows) for one in chosen)
    return Extraction(rows=_page_rows(sources, chosen, columns, sources.reader.customs), rows_in=rows_in, notes=notes)


def _page_rows(sources: _Sources, grids: Sequence[Grid], columns: dict[int, int], customs: Customs) -> Iterator[Row]:
    rest = [reading for reading in sources.readings if reading.index not in columns]
    shared = _Sources(sources.document, understand([reading.field for reading in rest])).cells() if rest else {}
    index = 0
    for grid in grids:
        for row in grid.rows:
            cells = {}
            for reading in sources.readings:
                column = columns.get(reading.index)
                cell = row[column] if column is not None and column < len(row) else None
                page = sources.layout.pages.get(grid.page)
                cells[reading.field.name] = (
                    shared[reading.field.name] if column is None else read_cell(reading.field, cell, customs, page, grid.headers[column])
                )
            yield Row(cells=cells, index=index, source=f"page {grid.page}, row {index + 1}")
            index += 1
