"""Exports: every row in order, types kept, formulas harmless, memory flat."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO, cast

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf import catalog
from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import Amount, Box, Cell, CellState, Evidence, Scalar, Value
from sheaf.exports.cells import Flat
from sheaf.exports.csv import as_text, harmless
from sheaf.exports.sheets import MAX_TEXT
from sheaf.exports.table import Exporter, ExportOptions, ExportRow, export_name, where

FIELDS = (
    Field(name="number"),
    Field(name="date", type=FieldType.DATE),
    Field(name="total", type=FieldType.AMOUNT),
    Field(name="count", type=FieldType.NUMBER),
    Field(name="paid", type=FieldType.BOOLEAN),
    Field(name="tags", type=FieldType.LIST),
    Field(name="items", type=FieldType.TABLE, columns=(Field(name="what"), Field(name="price", type=FieldType.AMOUNT))),
)

LINES: tuple[dict[str, Scalar | None], ...] = (
    {"what": "Screws", "price": Amount(amount=Decimal("2.00"), currency="EUR")},
    {"what": "Nails", "price": None},
)

ROW = ExportRow(
    file="bundle.zip/a.pdf",
    row=0,
    cells={
        "number": Cell(
            state=CellState.FOUND, value="=1+1", confidence=0.91, evidence=Evidence(text="=1+1", page=2, box=Box(1, 2, 3, 4), label="No.")
        ),
        "date": Cell(state=CellState.FOUND, value=date(2026, 3, 1), confidence=1.0),
        "total": Cell(state=CellState.FOUND, value=Amount(amount=Decimal("-12.50"), currency="EUR"), confidence=1.0),
        "count": Cell(state=CellState.FOUND, value=Decimal(3), confidence=1.0),
        "paid": Cell(state=CellState.FOUND, value=True, confidence=1.0),
        "tags": Cell(state=CellState.FOUND, value=("a", "b"), confidence=1.0),
        "items": Cell(state=CellState.FOUND, value=LINES, confidence=1.0),
    },
)
FAILED = ExportRow(file="b.pdf", row=0, error={"category": "encrypted", "message": "It needs a password."})


def exporter(kind: str) -> Exporter:
    """The exporter of a kind, as the catalogue has it."""
    made: Exporter = catalog.find(catalog.EXPORTS, kind, "export")()
    return made


def written(kind: str, rows: list[ExportRow], fields: tuple[Field, ...] = FIELDS, **options: object) -> bytes:
    """What an export of the rows comes to."""
    out = io.BytesIO()
    count = exporter(kind).write(iter(rows), fields, out, options=ExportOptions(**options))  # type: ignore[arg-type]  # by name
    assert count == len(rows)
    return out.getvalue()


def sheet(data: bytes, name: str = "Results") -> list[list[object]]:
    """A sheet's values as a reader sees them."""
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(data))[name].iter_rows(values_only=True)]


def text_cell(value: Value) -> dict[str, Cell]:
    """A row of one text."""
    return {"number": Cell(state=CellState.FOUND, value=value, confidence=1.0)}


def test_csv_has_every_row_and_column() -> None:
    """Header, values, currency column and the failed file's error all stand where the header says."""
    lines = list(csv.DictReader(io.StringIO(written("csv", [ROW, FAILED]).decode("utf-8-sig"))))
    assert lines[0]["file"] == "bundle.zip/a.pdf"
    assert (lines[0]["number"], lines[0]["date"], lines[0]["total"], lines[0]["total_currency"]) == ("'=1+1", "2026-03-01", "-12.50", "EUR")
    assert (lines[0]["paid"], lines[0]["tags"]) == ("true", "a; b")
    assert json.loads(lines[0]["items"])[1] == {"what": "Nails", "price": None}
    assert (lines[1]["file"], lines[1]["number"], lines[1]["error"]) == ("b.pdf", "", "encrypted: It needs a password.")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx", "\n=1", "\uff1d1", "=cmd|' /C calc'!A0"])
def test_text_that_would_be_a_formula_is_prefixed(text: str) -> None:
    """Each start that a spreadsheet runs is made harmless in CSV, and stored as plain text in a workbook."""
    assert harmless(text) == "'" + text
    book = written("xlsx", [ExportRow(file="f", row=0, cells=text_cell(text))], FIELDS[:1])
    cell = openpyxl.load_workbook(io.BytesIO(book))["Results"]["C2"]
    assert cell.data_type == "s"


@pytest.mark.parametrize("value", [Decimal("-5"), Decimal("-0.10"), date(2026, 1, 2), True])
def test_parsed_values_are_never_prefixed(value: Flat) -> None:
    """A negative number is a number, not an attack."""
    assert not as_text(value).startswith("'")


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_csv(text: str) -> None:
    """What a CSV reader gets back is the text, apart from the documented prefix."""
    data = written("csv", [ExportRow(file="f", row=0, cells=text_cell(text))], FIELDS[:1])
    back = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1][2]
    assert back == harmless(text)


def test_excel_keeps_types() -> None:
    """Dates are dates, amounts and numbers are numbers, truth values are truth values."""
    rows = sheet(written("xlsx", [ROW, FAILED]))
    values = dict(zip(rows[0], rows[1], strict=True))
    assert values["date"] == datetime(2026, 3, 1)  # noqa: DTZ001 - a workbook has no time zones
    assert (values["total"], values["total_currency"], values["count"], values["paid"]) == (-12.5, "EUR", 3, True)
    assert (values["number"], values["tags"]) == ("=1+1", "a; b")
    assert rows[2][-1] == "encrypted: It needs a password."


def test_a_table_field_has_its_own_sheet() -> None:
    """Every line of a table is a line of the field's sheet, with its file."""
    rows = sheet(written("xlsx", [ROW]), "items")
    assert rows[0] == ["file", "row", "line", "what", "price", "price_currency"]
    assert rows[1] == ["bundle.zip/a.pdf", 0, 0, "Screws", 2, "EUR"]
    assert rows[2][:4] == ["bundle.zip/a.pdf", 0, 1, "Nails"]


def test_a_table_without_columns_has_those_of_its_documents() -> None:
    """Where the field names no columns, the sheet has every column that any document's table has."""
    fields = (Field(name="items", type=FieldType.TABLE),)
    tables: list[Value] = [({"what": "Screws", "price": "2.00"},), ({"what": "Nails", "colour": None},)]
    rows = [ExportRow(file=f"{i}.csv", row=0, cells={"items": Cell(state=CellState.FOUND, value=v)}) for i, v in enumerate(tables)]
    found = sheet(written("xlsx", rows, fields), "items")
    assert found[0] == ["file", "row", "line", "what", "price", "colour"]
    assert [line[0] for line in found[1:]] == ["0.csv", "1.csv"]
    assert [line[3] for line in found[1:]] == ["Screws", "Nails"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a\x00b\x1fc\ufffe", "abc"),
        ("x" * 40_000, "x" * (MAX_TEXT - 8) + " … (cut)"),
        (Decimal("12345678901234567890.12"), "12345678901234567890.12"),
        (date(1850, 1, 1), "1850-01-01"),
    ],
)
def test_what_excel_cannot_hold_becomes_text(value: Value, expected: str) -> None:
    """Forbidden characters go, long text is cut with a note, digits and dates beyond Excel's stay whole as text."""
    assert sheet(written("xlsx", [ExportRow(file="f", row=0, cells=text_cell(value))], FIELDS[:1]))[1][2] == expected


def test_jsonl_row_has_values_cells_and_error() -> None:
    """The object is the documented one, evidence without the keys that are not known."""
    first, second = map(json.loads, written("jsonl", [ROW, FAILED]).splitlines())
    assert list(first) == ["file", "row", "values", "cells", "violations", "error"]
    assert first["values"]["total"] == {"amount": "-12.50", "currency": "EUR"}
    assert first["values"]["date"] == "2026-03-01"
    assert first["cells"]["number"] == {
        "value": "=1+1",
        "state": "found",
        "confidence": 0.91,
        "evidence": {"text": "=1+1", "page": 2, "label": "No.", "box": [1, 2, 3, 4]},
    }
    assert first["error"] is None
    assert second["error"] == {"category": "encrypted", "message": "It needs a password."}
    assert set(second["values"].values()) == {None}


def test_json_is_a_list_of_the_same_objects() -> None:
    """JSON and JSON lines say the same, also of no rows at all."""
    assert json.loads(written("json", [ROW, FAILED])) == [json.loads(line) for line in written("jsonl", [ROW, FAILED]).splitlines()]
    assert json.loads(written("json", [])) == []


def test_sources_say_state_confidence_place_and_text() -> None:
    """On demand each field is followed by where it stands."""
    lines = list(csv.DictReader(io.StringIO(written("csv", [ROW], sources=True).decode("utf-8-sig"))))
    found = [lines[0][f"number_{column}"] for column in ("state", "confidence", "where", "text")]
    assert found == ["found", "0.910", "page 2", "'=1+1"]


@pytest.mark.parametrize("kind", sorted(catalog.EXPORTS))
def test_half_a_character_costs_no_row(kind: str) -> None:
    """Broken text from a hostile file, which no UTF-8 can hold, is written without the broken part wherever it stands."""
    broken = ExportRow(
        file="f\ud800.pdf", row=0, cells={**text_cell("a\ud800"), "tags": Cell(state=CellState.FOUND, value=("\udfff", "b"))}
    )
    assert written(kind, [broken, ROW])


@pytest.mark.parametrize("kind", sorted(catalog.EXPORTS))
def test_rows_that_break_off_leave_the_file_to_its_owner(kind: str) -> None:
    """When reading the rows fails, the error reaches the caller, whose file is still open."""

    def breaking() -> Iterator[ExportRow]:
        yield ROW
        raise OSError("the store is gone")

    out = io.BytesIO()
    with pytest.raises(OSError, match="store is gone"):
        exporter(kind).write(breaking(), FIELDS, out, options=ExportOptions())
    assert not out.closed


def test_no_two_columns_share_a_heading() -> None:
    """A field named like one of the export's own columns is told apart from it, so reading by name loses nothing."""
    fields = (Field(name="file"), Field(name="total", type=FieldType.AMOUNT), Field(name="total_currency"), Field(name="error"))
    names = written("csv", [], fields).decode("utf-8-sig").split()
    assert names == ["file,row,file_2,total,total_currency,total_currency_2,error,error_2"]


def test_the_byte_order_mark_can_be_left_out() -> None:
    """Spreadsheets need it, other programs may not want it."""
    assert written("csv", [ROW]).startswith(b"\xef\xbb\xbffile,row,number,")
    assert written("csv", [ROW], byte_order_mark=False).startswith(b"file,row,number,")


@pytest.mark.parametrize("kind", sorted(catalog.EXPORTS))
def test_columns_are_chosen_by_name(kind: str) -> None:
    """Only the named fields are written, and a name that is not there is refused."""
    assert b"2026" not in written(kind, [ROW], only=("number",)) or kind == "xlsx"
    with pytest.raises(InvalidInput, match="nothing"):
        written(kind, [ROW], only=("nothing",))


@pytest.mark.parametrize("kind", sorted(catalog.EXPORTS))
def test_memory_does_not_grow_with_rows(kind: str) -> None:
    """Rows are taken one at a time and let go: many cost no more memory than few."""

    def rows(count: int) -> Iterator[ExportRow]:
        return (ExportRow(file=f"f{i}.pdf", row=i, cells=ROW.cells) for i in range(count))

    def peak(count: int) -> int:
        tracemalloc.start()
        exporter(kind).write(rows(count), FIELDS, cast("BinaryIO", _Nowhere()), options=ExportOptions())
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(10)
    assert peak(4_000) < peak(400) + 3_000_000


class _Nowhere(io.RawIOBase):
    """A file that keeps nothing but its length."""

    def __init__(self) -> None:
        self._at = 0

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset if whence == io.SEEK_SET else self._at + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def write(self, data: object) -> int:
        length = len(memoryview(data))  # type: ignore[arg-type]  # whatever io hands over has a buffer
        self._at += length
        return length


def test_the_file_name_and_place_are_said_as_promised() -> None:
    """The name of an exported file, and every way to say where a value stands."""
    assert export_name("j1", "r2", "csv") == "job_j1_run_r2_results.csv"
    places = [Evidence(cell="S!B4"), Evidence(line=12), Evidence(path="/Invoice/ID"), Evidence(page=3), Evidence(), None]
    assert [where(place) for place in places] == ["S!B4", "line 12", "/Invoice/ID", "page 3", "", ""]
