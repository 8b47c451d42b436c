"""What a sheet says beside its tables."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from sheaf.documents.formats import xlsx
from sheaf.documents.limits import Limits
from sheaf.documents.model import Datum, Document, Page
from sheaf.domain.rows import Amount, CellState
from tests.unit.extraction.pages import page_of, read

QUOTE: list[list[object]] = [
    ["Studio Vermeulen"],
    ["Offertenummer", "OF-3302", None, "Klant", "Gemeente Breda"],
    ["Geldig tot", "13-03-2026", None, None, None],
    [],
    ["Omschrijving", "Aantal", "Prijs", "Totaal"],
    ["Ontwerp logo", 1, 1250, 1250],
    ["Drukwerk folder", 2000, 0.35, 700],
    [],
    [None, None, "Totaal excl. btw", 1950],
]


def workbook(folder: Path, lines: list[list[object]]) -> Document:
    """A workbook of one sheet, read as a file."""
    book = Workbook()
    for line in lines:
        book.worksheets[0].append(line)
    book.save(folder / "made.xlsx")
    return xlsx.read(folder / "made.xlsx", Limits())


def test_labels_over_and_sums_under_a_table_speak_for_the_sheet(tmp_path: Path) -> None:
    """A form over a table is read beside it, each value from the cell beside its label."""
    cells = read(workbook(tmp_path, QUOTE), "quote_number,customer,net_total:amount,items:table(description;quantity:number)")
    assert (cells["quote_number"].value, cells["customer"].value) == ("OF-3302", "Gemeente Breda")
    assert cells["net_total"].value == Amount(amount=Decimal(1950))
    evidence = cells["customer"].evidence
    assert evidence is not None
    assert (evidence.cell, evidence.label) == ("Sheet!E2", "Klant")
    table: Any = cells["items"].value
    assert [row["quantity"] for row in table] == [1, 2000]


def test_nothing_without_a_label_is_taken_from_beside_a_table(tmp_path: Path) -> None:
    """A title over a table names nobody, and columns that differ from row to row stay missing."""
    cells = read(workbook(tmp_path, QUOTE), "supplier,unit_price:amount,quantity:number,items:table(description;quantity:number)")
    assert {cells[name].state for name in ("supplier", "unit_price", "quantity")} == {CellState.MISSING}


def test_a_table_of_names_is_no_form(tmp_path: Path) -> None:
    """A header over rows of texts keeps its columns."""
    cells = read(workbook(tmp_path, [["Customer", "City"], ["Ann Lee", "Cork"], ["Ann Lee", "Cobh"]]), "customer,city")
    assert (cells["customer"].value, cells["city"].state) == ("Ann Lee", CellState.MISSING)


def test_lines_of_an_invoice_keep_their_units_from_their_quantities() -> None:
    """A unit of three letters is no currency, and columns are known by their labels."""
    line = "/Invoice/InvoiceLine[{}]/{}".format
    data = [
        datum
        for at, name, count in ((1, "Gouda", "30"), (2, "Mustard", "15"))
        for datum in (
            Datum(line(at, "Name"), name, "Item", "lines[].name"),
            Datum(line(at, "Quantity"), count, "Quantity", "lines[].quantity", "C62"),
            Datum(line(at, "Net"), "75.00", "Net amount", "lines[].net", "EUR"),
        )
    ]
    page: Page = page_of("Invoice")
    cells = read(Document(format="xml", pages=[page], data=data), "Positionen:table(Bezeichnung;Menge:number;Gesamt:amount)")
    rows: Any = cells["Positionen"].value
    assert [(row["Bezeichnung"], row["Menge"]) for row in rows] == [("Gouda", 30), ("Mustard", 15)]
    assert rows[0]["Gesamt"] == Amount(amount=Decimal("75.00"), currency="EUR")
