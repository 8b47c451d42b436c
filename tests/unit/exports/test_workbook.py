"""Workbooks at Excel's limits: sheets that fill up, names that clash, text and figures beyond a cell."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import Amount, Cell, CellState, Scalar, Value
from sheaf.domain.texts import decimal_text
from sheaf.exports import sheets
from sheaf.exports.excel import ExcelExporter
from sheaf.exports.table import ExportOptions, ExportRow

TEXT = (Field(name="text"),)
TABLE = Field(name="items", type=FieldType.TABLE, columns=(Field(name="line"), Field(name="price", type=FieldType.AMOUNT)))


def rows_of(name: str, values: Sequence[Value]) -> Iterator[ExportRow]:
    """One row a value, each from a file of its own."""
    for number, value in enumerate(values):
        yield ExportRow(file=f"f{number}.pdf", row=0, cells={name: Cell(state=CellState.FOUND, value=value, confidence=1.0)})


def book(values: Sequence[Value], fields: Sequence[Field] = TEXT) -> bytes:
    """The workbook of rows that hold these values in the first field."""
    out = io.BytesIO()
    assert ExcelExporter().write(rows_of(fields[0].name, values), fields, out, options=ExportOptions()) == len(values)
    return out.getvalue()


def opened(data: bytes) -> openpyxl.Workbook:
    """The workbook as a reader sees it."""
    return openpyxl.load_workbook(io.BytesIO(data))


def lines_of(*lines: dict[str, Scalar | None]) -> Value:
    """A table's value."""
    return lines


def test_rows_beyond_a_sheet_go_to_further_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    """No row is lost at Excel's limit: each further sheet repeats the header and goes on where the last one stopped."""
    monkeypatch.setattr(sheets, "MAX_ROWS", 4)
    found = opened(book([f"v{number}" for number in range(7)]))
    assert found.sheetnames == ["Results", "Results 2", "Results 3"]
    assert [sheet.max_row for sheet in found] == [4, 4, 2]
    assert {sheet["C1"].value for sheet in found} == {"text"}
    assert [cell.value for sheet in found for cell in sheet["C"][1:]] == [f"v{number}" for number in range(7)]


def test_a_sheet_is_ready_to_work_with() -> None:
    """The header is bold and stays in view, the filter covers every row, and a column is as wide as what stands in it."""
    sheet = opened(book(["short", "a text of quite some length"]))["Results"]
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:D3"
    assert sheet.column_dimensions["C"].width > sheet.column_dimensions["B"].width


def test_amounts_show_their_cents_and_keep_their_digits() -> None:
    """An amount is a number with at least two decimals shown; digits beyond a double stay whole, as text."""
    amounts = [Amount(amount=Decimal("12"), currency="EUR"), Amount(amount=Decimal("12345678901234567.89"), currency="EUR")]
    sheet = opened(book(amounts, (Field(name="total", type=FieldType.AMOUNT),)))["Results"]
    assert (sheet["C2"].value, sheet["C2"].number_format) == (12, "#,##0.00######")
    assert (sheet["C3"].value, sheet["C3"].data_type) == ("12345678901234567.89", "s")


@pytest.mark.parametrize("number", [Decimal("1E+400"), Decimal("9" * 400), Decimal("NaN"), Decimal("-Infinity")])
def test_a_number_that_no_cell_can_hold_is_text(number: Decimal) -> None:
    """A figure out of any range costs its own cell's type, never the workbook."""
    cell = opened(book([number], (Field(name="count", type=FieldType.NUMBER),)))["Results"]["C2"]
    assert (cell.value, cell.data_type) == (decimal_text(number), "s")


def test_long_text_is_cut_where_excel_counts() -> None:
    """Excel counts UTF-16 units, so a character outside the first plane counts twice; none is torn apart."""
    value = opened(book(["\U0001f4c4" * 20_000]))["Results"]["C2"].value
    assert isinstance(value, str)
    assert len(value.encode("utf-16-le")) // 2 <= sheets.MAX_TEXT
    assert value.endswith("\U0001f4c4 … (cut)")


@pytest.mark.parametrize("name", ["history", "Results", "results", "n" * 64])
def test_sheet_names_are_free_and_allowed(name: str) -> None:
    """A table named like another sheet, like one that Excel keeps for itself, or too long, gets a name of its own."""
    table = Field(name=name, type=FieldType.TABLE, columns=TABLE.columns)
    names = [each.casefold() for each in opened(book([lines_of({"line": "a", "price": None})], (table,))).sheetnames]
    assert names[0] == "results"
    assert len({*names, "history"}) == 3
    assert max(map(len, names)) <= sheets.MAX_SHEET_NAME


def test_table_columns_never_share_a_heading() -> None:
    """A table's column that is called like one of the export's own is told apart from it."""
    sheet = opened(book([lines_of({"line": "a", "price": Amount(amount=Decimal("1.5"), currency="EUR")})], (TABLE,)))["items"]
    assert [cell.value for cell in sheet[1]] == ["file", "row", "line", "line_2", "price", "price_currency"]
    assert [cell.value for cell in sheet[2]] == ["f0.pdf", 0, 0, "a", 1.5, "EUR"]


@given(st.lists(st.text(max_size=60), max_size=5))
def test_any_text_is_stored_as_text(texts: list[str]) -> None:
    """Whatever a document holds, the workbook opens and has no formula and no link in it."""
    data = book(texts)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        content = b"".join(parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/"))
    assert b"<f>" not in content
    assert b"hyperlink" not in content
    assert opened(data)["Results"].max_row == len(texts) + 1


@pytest.mark.parametrize(
    "text", ["http://sheaf.example/x", "mailto:a@b.example", "file:///etc/passwd", "{=1+1}", "_x0041_ stays", "007", "1e5", "  a "]
)
def test_text_that_a_spreadsheet_would_interpret_stays_as_it_is(text: str) -> None:
    """Links, array formulas, escapes and digits of a text field are shown as they were read."""
    cell = opened(book([text]))["Results"]["C2"]
    # openpyxl leaves Excel's escape of an escape as it stands in the file.
    assert (str(cell.value).replace("_x005F_", "_"), cell.data_type, cell.hyperlink) == (text, "s", None)


def test_rows_that_break_off_leave_no_file_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """When reading the rows fails, the error reaches the caller and the spooled parts are gone."""

    def breaking() -> Iterator[ExportRow]:
        yield from rows_of("items", [lines_of({"line": "a", "price": None})])
        raise OSError("the store is gone")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(OSError, match="store is gone"):
        ExcelExporter().write(breaking(), (TABLE,), io.BytesIO(), options=ExportOptions())
    assert list(tmp_path.iterdir()) == []
