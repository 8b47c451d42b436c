"""Sheets: what a person sees, what it means, and where each table begins."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from sheaf.documents.grid import LAID_OUT_ROWS
from sheaf.documents.limits import Limits
from sheaf.documents.model import Place
from sheaf.documents.sheets.display import Value, displayed, typed
from sheaf.domain.errors import FailureCategory, FileProblem
from tests.unit.documents.making import lines, read, texts, zipped

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_moment = datetime.fromisoformat


def _sheet(fill: Callable[[Workbook, Worksheet], None]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        fill(book, book.add_worksheet("Data"))
    return buffer.getvalue()


def _rows(*rows: list[object]) -> Callable[[Workbook, Worksheet], None]:
    def fill(_book: Workbook, sheet: Worksheet) -> None:
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(number, column, value)

    return fill


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (1234.5, "General", "1234.5"),
        (0.1 + 0.2, "General", "0.3"),
        (7, "General", "7"),
        (1234.5, "#,##0.00", "1,234.50"),
        (1234.5, "#,##0.00 [$€-407]", "1,234.50 €"),
        (1234.5, '"$"#,##0.00', "$1,234.50"),
        (-5, '"$"#,##0.00;[Red]("$"#,##0.00)', "($5.00)"),
        (-5, "0.0", "-5.0"),
        (99.5, '_("$"* #,##0.00_)_("$"* \\(#,##0.00\\)_("$"* "-"??_)_(@_)', "$99.50"),
        (0.19, "0%", "19%"),
        (0.0725, "0.00%", "7.25%"),
        (42, '0 "pcs"', "42 pcs"),
        (_moment("2024-03-05"), "dd.mm.yyyy", "05.03.2024"),
        (_moment("2024-03-05"), "d mmmm yyyy", "5 March 2024"),
        (_moment("2024-03-05 14:05:00"), "yyyy-mm-dd hh:mm", "2024-03-05 14:05"),
        (_moment("2024-03-05 14:05:09"), "m/d/yy h:mm:ss AM/PM", "3/5/24 2:05:09 PM"),
        (date(2024, 3, 5), "General", "2024-03-05"),
        (time(9, 30), "h:mm", "9:30"),
        (timedelta(hours=26, minutes=3), "[h]:mm", "26:03:00"),
        (True, "General", "TRUE"),
        (" text ", "@", "text"),
        (None, "General", ""),
    ],
)
def test_values_show_as_their_format_says(value: Value, number_format: str, expected: str) -> None:
    """The common number formats read as on the screen."""
    assert displayed(value, number_format) == expected


def test_a_moment_shown_as_a_day_is_a_date() -> None:
    """Midnight under a day's format is a date; under a time's it stays a moment."""
    assert typed(_moment("2024-03-05"), "dd.mm.yyyy") == date(2024, 3, 5)
    assert typed(_moment("2024-03-05"), "dd.mm.yyyy hh:mm") == _moment("2024-03-05")
    assert typed(0.1 + 0.2, "General") == 0.3


def test_cells_have_text_value_and_reference(tmp_path: Path) -> None:
    """Each cell says what is seen, what it means and where it is."""

    def fill(book: Workbook, sheet: Worksheet) -> None:
        _rows(["Day", "Sum", "Paid", "Note"])(book, sheet)
        sheet.write_datetime(1, 0, _moment("2024-03-05"), book.add_format({"num_format": "dd.mm.yyyy"}))
        sheet.write_number(1, 1, 12.5, book.add_format({"num_format": "#,##0.00 [$€-407]"}))
        sheet.write_boolean(1, 2, True)  # noqa: FBT003 - the library's signature
        sheet.write_string(1, 3, "x")

    document = read(tmp_path, _sheet(fill), "a.xlsx")
    table = document.tables[0]
    assert document.tabular
    assert (table.name, table.header_rows) == ("Data", 1)
    assert [(cell.text, cell.value, cell.place) for cell in table.rows[1] if cell] == [
        ("05.03.2024", date(2024, 3, 5), Place(cell="Data!A2")),
        ("12.50 €", 12.5, Place(cell="Data!B2")),
        ("TRUE", True, Place(cell="Data!C2")),
        ("x", None, Place(cell="Data!D2")),
    ]
    assert document.pages[0].words[-1].place == Place(cell="Data!D2")


def test_titles_tables_and_totals_are_told_apart(tmp_path: Path) -> None:
    """A title and label-value pairs above a table are none of its rows; a second header begins a second table; a sum below is no row."""
    fill = _rows(
        ["Price list"],
        ["Valid from", "May"],
        [],
        ["Item", "Price", "Unit", "Note"],
        ["Bolt", 1.5, "pc", "x"],
        [],
        ["Nut", 0.5, "pc", "y"],
        [],
        ["Total", 2],
        [],
        ["Town", "Code"],
        ["Bonn", 53111],
    )
    document = read(tmp_path, _sheet(fill), "a.xlsx")
    tables = [texts(table) for table in document.tables]
    assert tables[-2] == [["Item", "Price", "Unit", "Note"], ["Bolt", "1.5", "pc", "x"], ["Nut", "0.5", "pc", "y"]]
    assert tables[-1] == [["Town", "Code"], ["Bonn", "53111"]]
    shown = lines(document.pages[0])
    assert shown[0] == "Price list"
    assert "Total 2" in shown


def test_merged_cells_span_and_grouped_headers_count(tmp_path: Path) -> None:
    """Merged ranges are spans, what they cover is absent, and a header over headers makes two header rows."""

    def fill(book: Workbook, sheet: Worksheet) -> None:
        _rows(["", "", ""], ["Item", "Count", "Price"], ["Bolt", 3, 1.5])(book, sheet)
        sheet.write(0, 0, "Goods")
        sheet.merge_range(0, 1, 0, 2, "Figures")

    table = read(tmp_path, _sheet(fill), "a.xlsx").tables[0]
    assert texts(table) == [["Goods", "Figures", ""], ["Item", "Count", "Price"], ["Bolt", "3", "1.5"]]
    assert table.header_rows == 2
    merged = table.rows[0][1]
    assert merged is not None
    assert merged.colspan == 2


def test_hidden_sheets_and_missing_results_are_noted(tmp_path: Path) -> None:
    """A hidden sheet is read and named; formulas without a saved result are counted."""

    def fill(book: Workbook, sheet: Worksheet) -> None:
        _rows(["a", "b"], [1, 2])(book, sheet)
        sheet.write_formula(2, 0, "=A2+B2", None, 3)
        sheet.write_formula(2, 1, "=A2*B2", None, "")
        hidden = book.add_worksheet("Secret")
        hidden.write(0, 0, "seen all the same")
        hidden.hide()

    document = read(tmp_path, _sheet(fill), "a.xlsx")
    assert texts(document.tables[0])[2][0] == "3"
    assert lines(document.pages[1]) == ["seen all the same"]
    assert sorted(document.notes) == [
        "The sheet Data has 1 formulas without a saved result; their cells are empty here.",
        "The sheet Secret is hidden; it was read all the same.",
    ]


def test_a_long_sheet_is_complete_though_its_page_is_not(tmp_path: Path) -> None:
    """Every row is in the table; the page says how many it shows."""
    count = LAID_OUT_ROWS + 10
    document = read(tmp_path, _sheet(_rows(["n", "x"], *([i, "y"] for i in range(count)))), "a.xlsx")
    assert len(document.tables[0].rows) == count + 1
    assert str(count + 1) in document.notes[0]


def test_sheets_that_claim_too_much_are_refused(tmp_path: Path) -> None:
    """Too many cells and too much unpacked are too large; a workbook of nothing is empty."""
    for content, limits, category in (
        (_sheet(_rows(["a", "b"], ["c", "d"])), Limits(max_table_cells=3), FailureCategory.TOO_LARGE),
        (_sheet(_rows(["x"])), Limits(max_unpacked_bytes=100), FailureCategory.TOO_LARGE),
        (_sheet(_rows()), Limits(), FailureCategory.EMPTY),
    ):
        with pytest.raises(FileProblem) as problem:
            read(tmp_path, content, "a.xlsx", limits)
        assert problem.value.category is category


def test_damaged_and_hostile_workbooks_are_refused(tmp_path: Path) -> None:
    """A workbook without its parts is corrupt; one that declares entities is unsafe."""
    entities = '<!DOCTYPE x [<!ENTITY a "b">]><workbook>&a;</workbook>'
    for workbook, category in (("<workbook/>", FailureCategory.CORRUPT), (entities, FailureCategory.UNSAFE)):
        with pytest.raises(FileProblem) as problem:
            read(tmp_path, zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": workbook}), "a.xlsx")
        assert problem.value.category is category
