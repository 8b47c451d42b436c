"""Values of every type in every export: columns as documented, forms as the fields ask, JSON with all parts."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl

from sheaf import catalog
from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import MISSING, Amount, Cell, CellNote, CellState, Value
from sheaf.domain.types.address import Address
from sheaf.domain.types.date_range import DateRange
from sheaf.domain.types.party import Party
from sheaf.domain.types.time_span import TimeSpan
from sheaf.exports.table import ExportOptions, ExportRow

SEAT = Address(
    text="Lindenweg 7, 35037 Marburg", lines=("Lindenweg 7", "35037 Marburg"), street="Lindenweg 7", postcode="35037", city="Marburg"
)
VALUES: dict[str, tuple[Field, Value | None]] = {
    "pages": (Field(name="pages", type=FieldType.INTEGER, format="0"), Decimal(3)),
    "rate": (Field(name="rate", type=FieldType.NUMBER, format="0,000"), Decimal("1.5")),
    "total": (Field(name="total", type=FieldType.AMOUNT, format="#.##0,00"), Amount(amount=Decimal("-1234.5"), currency="EUR")),
    "day": (Field(name="day", type=FieldType.DATE, format="DD.MM.YYYY"), date(2026, 3, 4)),
    "old": (Field(name="old", type=FieldType.DATE, format="D/M/YYYY"), date(1850, 1, 2)),
    "stay": (Field(name="stay", type=FieldType.DATE_RANGE), DateRange(start=date(2026, 2, 1), end=date(2026, 2, 28))),
    "valid": (Field(name="valid", type=FieldType.DATE_RANGE, format="YYYY/MM/DD"), DateRange(start=date(2026, 2, 1), end=None)),
    "notice": (Field(name="notice", type=FieldType.TIME_SPAN), TimeSpan(months=3)),
    "iban": (Field(name="iban", type=FieldType.IDENTIFIER), "DE89370400440532013000"),
    "seat": (Field(name="seat", type=FieldType.ADDRESS), SEAT),
    "seller": (Field(name="seller", type=FieldType.PARTY), Party(name="=Muster GmbH", address=SEAT, ids={"vat": "DE136695976"})),
    "paid": (Field(name="paid", type=FieldType.BOOLEAN), None),
}
FIELDS = [field for field, _ in VALUES.values()]
ROW = ExportRow(
    file="a.pdf",
    row=0,
    cells={
        name: MISSING if value is None else Cell(state=CellState.FOUND, value=value, confidence=0.9) for name, (_, value) in VALUES.items()
    },
)
#: Column, and what CSV has in it.
GOLDEN = [
    ("file", "a.pdf"),
    ("row", "0"),
    ("pages", "3"),
    ("rate", "1,500"),
    ("total", "-1.234,50"),
    ("total_currency", "EUR"),
    ("day", "04.03.2026"),
    ("old", "2/1/1850"),
    ("stay_start", "2026-02-01"),
    ("stay_end", "2026-02-28"),
    ("valid_start", "2026/02/01"),
    ("valid_end", ""),
    ("notice", "P3M"),
    ("iban", "DE89370400440532013000"),
    ("seat", "Lindenweg 7, 35037 Marburg"),
    ("seller", "'=Muster GmbH; Lindenweg 7, 35037 Marburg; VAT DE136695976"),
    ("paid", ""),
    ("error", ""),
]


def written(kind: str, *rows: ExportRow, fields: list[Field] = FIELDS, **options: Any) -> bytes:
    """What an export of the rows comes to."""
    out = io.BytesIO()
    catalog.find(catalog.EXPORTS, kind, "export")().write(iter(rows), fields, out, options=ExportOptions(byte_order_mark=False, **options))
    return out.getvalue()


def test_csv_has_the_documented_columns() -> None:
    """Each value as its field wants it written, and nothing that a spreadsheet would run."""
    header, line = csv.reader(io.StringIO(written("csv", ROW).decode()))
    assert list(zip(header, line, strict=True)) == GOLDEN


def test_excel_keeps_typed_values_in_their_form() -> None:
    """A number is a number and a day a day, shown as asked; what Excel cannot hold is text in that form."""
    sheet = openpyxl.load_workbook(io.BytesIO(written("xlsx", ROW)))["Results"]
    cells = {str(name.value): value for name, value in zip(sheet[1], sheet[2], strict=True)}
    assert list(cells) == [name for name, _ in GOLDEN]
    assert (cells["total"].value, cells["total"].number_format) == (-1234.5, "#,##0.00")
    assert (cells["rate"].value, cells["rate"].number_format) == (1.5, "0.000")
    assert (cells["day"].value, cells["day"].number_format) == (datetime(2026, 3, 4), "dd.mm.yyyy")  # noqa: DTZ001 - Excel knows no zones
    assert cells["old"].value == "2/1/1850"
    assert cells["stay_end"].value == datetime(2026, 2, 28)  # noqa: DTZ001 - as above
    assert cells["valid_end"].value is None
    assert cells["seller"].value == "=Muster GmbH; Lindenweg 7, 35037 Marburg; VAT DE136695976"
    assert cells["seller"].data_type == "s"


def test_json_has_every_part_and_no_form() -> None:
    """Dates in ISO order, spans as ISO 8601, addresses and parties as objects."""
    values = json.loads(written("json", ROW))[0]["values"]
    seat = {"text": SEAT.text, "lines": list(SEAT.lines), "street": "Lindenweg 7", "postcode": "35037", "city": "Marburg"}
    assert values["day"] == "2026-03-04"
    assert values["stay"] == {"start": "2026-02-01", "end": "2026-02-28"}
    assert values["valid"] == {"start": "2026-02-01", "end": None}
    assert values["notice"] == "P3M"
    assert values["seat"] == seat | {"region": None, "country": None}
    assert values["seller"] == {"name": "=Muster GmbH", "address": values["seat"], "ids": {"vat": "DE136695976"}}
    assert (values["pages"], values["total"]) == (3, {"amount": "-1234.5", "currency": "EUR"})


def test_a_default_is_exported_and_its_state_says_so() -> None:
    """The column is filled; beside it, nothing claims that it was found."""
    field = Field(name="discount", type=FieldType.INTEGER, default="0")
    cell = Cell(state=CellState.MISSING, value=Decimal(0), notes=(CellNote.DEFAULT,))
    row = ExportRow(file="a", row=0, cells={"discount": cell})
    line = next(csv.DictReader(io.StringIO(written("csv", row, fields=[field], sources=True).decode())))
    assert (line["discount"], line["discount_state"], line["discount_confidence"]) == ("0", "missing", "0.000")
    answer = json.loads(written("jsonl", row, fields=[field]))
    assert answer["cells"]["discount"] == {"value": 0, "state": "missing", "confidence": 0.0, "evidence": None, "notes": ["default"]}


def test_columns_of_tables_have_types_and_forms_too() -> None:
    """On the sheet of their own, a range as two columns."""
    columns = (
        Field(name="stay", type=FieldType.DATE_RANGE),
        Field(name="price", type=FieldType.AMOUNT, format="0.0"),
        Field(name="who", type=FieldType.PARTY),
    )
    table = Field(name="nights", type=FieldType.TABLE, columns=columns)
    line = {"stay": VALUES["stay"][1], "price": Amount(amount=Decimal("1.25"), currency=None), "who": Party(name="Ann")}
    row = ExportRow(file="a", row=0, cells={"nights": Cell(state=CellState.FOUND, value=(line,))})  # type: ignore[arg-type]  # typed by column
    sheet = openpyxl.load_workbook(io.BytesIO(written("xlsx", row, fields=[table])))["nights"]
    assert [cell.value for cell in sheet[1]] == ["file", "row", "line", "stay_start", "stay_end", "price", "price_currency", "who"]
    assert sheet[2][3].value == datetime(2026, 2, 1)  # noqa: DTZ001 - as above
    assert (sheet[2][5].value, sheet[2][5].number_format, sheet[2][7].value) == (1.25, "0.0", "Ann")
