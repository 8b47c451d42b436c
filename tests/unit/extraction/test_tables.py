"""Tables: printed on pages, held by formats, and files that are nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sheaf.documents.model import Document, Page, Place, Table, TableCell
from sheaf.domain.fields import RowMode
from sheaf.domain.rows import Amount, Box, CellState
from sheaf.extraction.engines.embedded import EmbeddedEngine
from sheaf.extraction.grids import from_table
from sheaf.extraction.spec import parse_fields
from tests.unit.extraction.pages import read, rows

INVOICE = """
    INVOICE          Invoice No: A-17

    Description          Qty    Unit Price    Amount
    Hammer                 2         10.00     20.00
    Nails                100          0.10     10.00
      galvanised, 10 mm
    Saw                    1         25.50     25.50

    Subtotal                                   55.50
    VAT 20%                                    11.10
    Total                                      66.60
"""


def sheet(*lines: str, header_rows: int = 1) -> Document:
    """A tabular document from lines of cells parted by ``|``."""
    cells: Sequence[Sequence[TableCell | None]] = [
        [TableCell(text.strip(), place=Place(line=number)) if text.strip() else None for text in line.split("|")]
        for number, line in enumerate(lines, start=1)
    ]
    table = Table(cells, header_rows=header_rows)
    return Document(format="csv", pages=[Page(1, 600, 800, tables=[table], grid=True)], tabular=True)


def test_a_printed_table_gives_its_rows_and_stops_at_the_totals() -> None:
    """Further lines of a cell join their row; sums below are no items."""
    cell = read(INVOICE, "items:table(description;quantity:number;price:amount;amount:amount)")["items"]
    assert cell.state is CellState.FOUND
    table: Any = cell.value
    assert [row["description"] for row in table] == ["Hammer", "Nails galvanised, 10 mm", "Saw"]
    assert [row["quantity"] for row in table] == [2, 100, 1]
    assert table[2]["amount"] == Amount(amount=Decimal("25.50"))


def test_a_table_without_named_columns_takes_the_page_s_own() -> None:
    """Headers become the names."""
    table: Any = read(INVOICE, "line_items:table")["line_items"].value
    assert list(table[0]) == ["description", "qty", "unit_price", "amount"]


def test_row_mode_gives_one_row_per_item_and_repeats_what_is_said_once() -> None:
    """Rows in equal rows out."""
    found = EmbeddedEngine().extract(
        Document(format="text", pages=[_page(INVOICE)]), parse_fields("invoice_number,description,amount:amount"), rows=RowMode.TABLE_ROW
    )
    items = list(found.rows)
    assert found.rows_in == len(items) == 3
    assert [row.cells["invoice_number"].value for row in items] == ["A-17"] * 3
    assert [row.index for row in items] == [0, 1, 2]


def _page(text: str) -> Page:
    from tests.unit.extraction.pages import page_of

    return page_of(text)


SALES = ("Rechnungsnr | Datum | Lieferant | Brutto", "RE-1 | 01.02.2024 | Alfa GmbH | 1.190,00", "RE-2 | 13.02.2024 | Alfa GmbH | 11,90")


def test_every_row_of_a_sheet_comes_out_as_it_is() -> None:
    """Columns go to fields by name in any language; the place is cited."""
    out = rows(sheet(*SALES), "invoice_number,date:date,total:amount", RowMode.TABLE_ROW)
    assert [row.cells["invoice_number"].value for row in out] == ["RE-1", "RE-2"]
    assert [row.cells["total"].value for row in out] == [Amount(amount=Decimal("1190.00")), Amount(amount=Decimal("11.90"))]
    assert [row.source for row in out] == ["line 2", "line 3"]
    assert out[1].cells["date"].evidence is not None
    assert out[1].cells["date"].evidence.line == 3


def test_a_column_nobody_asked_for_is_not_guessed_at() -> None:
    """A field without a column is missing in every row, and an empty cell is blank."""
    out = rows(sheet(*SALES, "RE-3 | | Alfa GmbH | kaputt"), "date:date,total:amount,iban", RowMode.TABLE_ROW)
    assert [row.cells["iban"].state for row in out] == [CellState.MISSING] * 3
    assert out[2].cells["date"].state is CellState.BLANK
    assert out[2].cells["total"].state is CellState.UNREADABLE


def test_a_whole_sheet_as_one_row_says_only_what_all_rows_say() -> None:
    """What differs is missing with a note; a list takes the column."""
    (row,) = rows(sheet(*SALES), "invoice_number,vendor,numbers:list=Rechnungsnr")
    assert row.cells["invoice_number"].state is CellState.MISSING
    assert row.cells["vendor"].value == "Alfa GmbH"
    assert row.cells["numbers"].value == ("RE-1", "RE-2")
    assert "row" in row.notes[0]


def test_as_many_sums_as_items_are_still_no_items() -> None:
    """Rows that name a sum and fill two of five cells end the table, even where most of its rows do."""
    lines = (
        "Ref | Item | Qty | Price | Amount",
        "G-1 | Gloves | 4 | 6,35 | 25,40",
        " | | | Net | 25,40",
        " | | | VAT 21 % | 5,33",
        " | | | Total | 30,73",
    )
    table = replace(sheet(*lines).pages[0].tables[0], name="order")
    document = Document(format="docx", pages=[Page(1, 600, 800, tables=[table], grid=True)])
    out: Any = read(document, "items:table(description;quantity:number;amount:amount)")["items"].value
    assert [row["description"] for row in out] == ["Gloves"]


def test_a_total_row_is_the_total_of_its_column() -> None:
    """A last row that calls itself the sum and is one."""
    (row,) = rows(sheet(*SALES, "Summe | | | 1.201,90"), "total:amount")
    assert row.cells["total"].value == Amount(amount=Decimal("1201.90"))


def test_a_single_data_row_gives_its_values() -> None:
    """One row is read as the file's."""
    (row,) = rows(sheet(*SALES[:2]), "invoice_number,total:amount")
    assert (row.cells["invoice_number"].value, row.cells["total"].value) == ("RE-1", Amount(amount=Decimal("1190.00")))


def test_rows_of_a_large_sheet_are_streamed() -> None:
    """The first row is there before the last is made."""
    document = sheet("id | price", *(f"{number} | {number}.00" for number in range(2_000)))
    found = EmbeddedEngine().extract(document, parse_fields("id,price:amount"), rows=RowMode.TABLE_ROW)
    assert found.rows_in == 2_000
    assert next(iter(found.rows)).cells["id"].value == "0"


def test_a_late_row_that_differs_is_not_overlooked() -> None:
    """Agreement means all rows, however many there are."""
    document = sheet("vendor | price", *("Alfa | 1" for _ in range(10_500)), "Beta | 1")
    (row,) = rows(document, "vendor,price:number")
    assert row.cells["vendor"].state is CellState.MISSING
    assert row.cells["price"].value == 1


def _cell(text: str, page: int, row: int, column: int) -> TableCell:
    return TableCell(text, Box(column * 100.0, row * 20.0, column * 100.0 + 90, row * 20.0 + 15), colspan=1) if page else TableCell(text)


def _ruled(*parts: tuple[Sequence[str], int], continues: bool = True) -> Document:
    """A document with a ruled table over as many pages as there are parts: lines of cells parted by ``|``, and how many head them."""
    pages = []
    for number, (lines, header_rows) in enumerate(parts, start=1):
        cells = [
            [_cell(text.strip(), number, i, j) if text.strip() else None for j, text in enumerate(line.split("|"))]
            for i, line in enumerate(lines)
        ]
        table = Table(cells, page=number, header_rows=header_rows, continues=continues and number > 1)
        pages.append(Page(number, 600, 800, tables=[table]))
    return Document(format="pdf", pages=pages)


def test_a_ruled_table_goes_on_over_pages_without_its_totals() -> None:
    """Parts with and without a repeated header are one table; the sums at its end are no rows, and the run says so."""
    document = _ruled(
        (["Item | Count | Sum", "Bolt | 3 | 6.00", "Total value meter | 4 | 8.00"], 1),
        (["Item | Count | Sum", "Saw | 5 | 9.00"], 1),
        (["Axe | 6 | 7.00", "Net total | | 30.00", "VAT 19 % | | 5.70", "Total | 18 | 35.70"], 0),
    )
    found = EmbeddedEngine().extract(document, parse_fields("item,count:number,sum:amount"), rows=RowMode.TABLE_ROW)
    out = list(found.rows)
    assert found.rows_in == len(out) == 4
    assert [row.cells["item"].value for row in out] == ["Bolt", "Total value meter", "Saw", "Axe"]
    assert list(found.notes) == ["3 rows at the end of tables sum up the rows above them and were not read as rows."]
    evidence = out[3].cells["item"].evidence
    assert evidence is not None
    assert (evidence.page, evidence.box) == (3, Box(0, 0, 90, 15))


def test_a_table_field_takes_all_pages_and_cites_where_it_begins() -> None:
    """The rows of every part are the field's; its evidence is the first part's extent."""
    document = _ruled((["Item | Count", "Bolt | 3"], 1), (["Saw | 5"], 0))
    cell = EmbeddedEngine().extract(document, parse_fields("items:table(item;count:number)")).rows
    (row,) = list(cell)
    value: Any = row.cells["items"].value
    assert [item["item"] for item in value] == ["Bolt", "Saw"]
    evidence = row.cells["items"].evidence
    assert evidence is not None
    assert (evidence.page, evidence.box) == (1, Box(0, 20, 190, 35))


def test_headers_of_two_rows_are_told_apart_by_their_groups() -> None:
    """A group's name is part of its columns' only where they would be called the same without it."""
    first = [TableCell("Town"), TableCell("2023", colspan=2), None, TableCell("2024", colspan=2), None]
    second = [TableCell("name"), *[TableCell(text) for text in ("Sold", "Stock", "Sold", "Stock")]]
    data = [TableCell(text) for text in ("Bonn", "1", "2", "3", "4")]
    assert from_table(Table([first, second, data], header_rows=2)).headers == (
        "Town name",
        "2023 Sold",
        "2023 Stock",
        "2024 Sold",
        "2024 Stock",
    )
    group = [TableCell("Goods"), TableCell("Figures", colspan=2), None]
    names = [TableCell("Item"), TableCell("Count"), TableCell("Price")]
    assert from_table(Table([group, names, names], header_rows=2)).headers == ("Goods Item", "Count", "Price")


TWO_LINES = """
    Delivery note

    Item              Delivered    Unit        Line
    description       quantity     price       total
    Hammer                 2       10.00       20.00
    Saw                    1       25.50       25.50
"""


def test_a_header_of_two_lines_is_one() -> None:
    """What stands under a name belongs to it."""
    fields = "items:table(description;quantity:number;unit_price:amount;line_total:amount)"
    table: Any = read(TWO_LINES, fields)["items"].value
    assert [(row["description"], row["quantity"], str(row["unit_price"].amount)) for row in table] == [
        ("Hammer", 2, "10.00"),
        ("Saw", 1, "25.50"),
    ]


FIRST_PAGE = """
    Description          Qty    Unit Price    Amount
    Hammer                 2         10.00     20.00
    Nails                100          0.10     10.00
"""
REPEATED = """
    Delivery to Bonn

    Description          Qty    Unit Price    Amount
    Saw                    1         25.50     25.50
    Total                                     55.50
"""
UNNAMED = """
    Page 3

    Axe                    1         15.50     15.50
    Total                                     55.50
"""


def test_a_printed_table_goes_on_over_pages() -> None:
    """It goes on under a repeated header, or with rows like its own; page by page each row cites its own page."""
    pages = [replace(_page(text), number=number) for number, text in enumerate((FIRST_PAGE, REPEATED, UNNAMED), start=1)]
    found = EmbeddedEngine().extract(Document(format="pdf", pages=pages), parse_fields("description,qty:number"), rows=RowMode.TABLE_ROW)
    out = list(found.rows)
    assert [(row.cells["description"].value, row.source) for row in out[:3]] == [
        ("Hammer", "page 1, row 1"),
        ("Nails", "page 1, row 2"),
        ("Saw", "page 2, row 3"),
    ]
    unnamed = EmbeddedEngine().extract(
        Document(format="pdf", pages=[pages[0], replace(pages[2], number=2)]),
        parse_fields("description,qty:number"),
        rows=RowMode.TABLE_ROW,
    )
    assert [row.cells["description"].value for row in unnamed.rows] == ["Hammer", "Nails", "Axe"]
