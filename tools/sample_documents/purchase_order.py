"""A purchase order as a workbook: title, particulars, typed dates and amounts, a total row."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.format import Format  # noqa: TC002 — imported in the open, as our own modules are
from xlsxwriter.worksheet import Worksheet  # noqa: TC002 — as above

from tools.sample_documents.sample import Sample, Truth

HEADINGS = ("Line", "Item no.", "Description", "Delivery date", "Quantity", "Unit price", "Amount")
ITEMS = [
    ("OAK-27-A", "Oak board, planed, 27 x 150 mm, A grade (m)", date(2026, 10, 20), 420, "68.50"),
    ("OAK-40-A", "Oak board, planed, 40 x 200 mm, A grade (m)", date(2026, 10, 20), 160, "142.00"),
    ("ASH-27-B", "Ash board, planed, 27 x 125 mm, B grade (m)", date(2026, 10, 27), 300, "49.75"),
    ("DOW-08", "Beech dowel 8 x 40 mm (bag of 1,000)", date(2026, 10, 13), 24, "118.00"),
    ("OIL-5H", "Hard wax oil, matt, 5 l", date(2026, 10, 13), 18, "964.00"),
    ("GLU-D3", "Wood glue D3, 10 kg", date(2026, 10, 13), 12, "386.40"),
    ("ABR-180", "Sanding disc 150 mm, grit 180 (box of 100)", date(2026, 11, 3), 40, "212.00"),
    ("HNG-90", "Concealed hinge 110 degrees, soft close", date(2026, 11, 3), 800, "14.25"),
    ("FRT-1", "Freight, two part loads", date(2026, 11, 3), 2, "1850.00"),
]
WIDTHS = (7, 13, 46, 15, 11, 13, 15)


def sample() -> Sample:
    """Return the order of Skovgaard Møbler A/S."""
    total = sum((Decimal(price) * quantity for *_, quantity, price in ITEMS), Decimal(0))
    truth = Truth(
        document_number="PO-2026-0457",
        date="2026-09-29",
        issuer="Skovgaard Møbler A/S",
        recipient="Västerskog Timber AB",
        total=str(total),
        currency="DKK",
    )
    return Sample(
        name="purchase-order-skovgaard.xlsx",
        data=_workbook(total),
        truth=truth,
        about="Danish purchase order as a workbook with typed dates and amounts",
    )


def _workbook(total: Decimal) -> bytes:
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    book.set_properties(
        {
            "title": "Purchase order PO-2026-0457",
            "author": "Skovgaard Møbler A/S",
            "created": datetime(2026, 9, 29, 8, 0, tzinfo=UTC).replace(tzinfo=None),
        }
    )
    sheet = book.add_worksheet("Order")
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    _particulars(book, sheet)
    _items(book, sheet, total)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()


def _particulars(book: Workbook, sheet: Worksheet) -> None:
    day = book.add_format({"num_format": "dd-mm-yyyy", "align": "left"})
    label = book.add_format({"font_color": "#666666"})
    sheet.write_string(0, 0, "Purchase order PO-2026-0457", book.add_format({"bold": True, "font_size": 16}))
    rows: list[tuple[str, str | date]] = [
        ("Buyer", "Skovgaard Møbler A/S"),
        ("Address", "Fabriksvej 12, 8700 Horsens, CVR 31904426"),
        ("Order date", date(2026, 9, 29)),
        ("Supplier", "Västerskog Timber AB"),
        ("Supplier no.", "40118"),
        ("Currency", "DKK"),
        ("Terms", "30 days net after invoice, delivered DAP Horsens"),
    ]
    for row, (name, value) in enumerate(rows, 2):
        sheet.write_string(row, 0, name, label)
        if isinstance(value, date):
            sheet.write_datetime(row, 2, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 — a cell has no time zone
        else:
            sheet.write_string(row, 2, value)


def _items(book: Workbook, sheet: Worksheet, total: Decimal) -> None:
    head = book.add_format({"bold": True, "bg_color": "#DDE5DA", "bottom": 1})
    day = book.add_format({"num_format": "dd-mm-yyyy"})
    money = book.add_format({"num_format": '#,##0.00 "kr."'})
    for column, name in enumerate(HEADINGS):
        sheet.write_string(10, column, name, head)
    for row, (code, text, delivery, quantity, price) in enumerate(ITEMS, 11):
        sheet.write_number(row, 0, row - 10)
        sheet.write_string(row, 1, code)
        sheet.write_string(row, 2, text)
        sheet.write_datetime(row, 3, datetime(delivery.year, delivery.month, delivery.day), day)  # noqa: DTZ001 — a cell has no time zone
        sheet.write_number(row, 4, quantity)
        sheet.write_number(row, 5, float(price), money)
        sheet.write_number(row, 6, float(Decimal(price) * quantity), money)
    _total(book, sheet, total, money)


def _total(book: Workbook, sheet: Worksheet, total: Decimal, money: Format) -> None:
    row = 11 + len(ITEMS)
    bold = book.add_format({"bold": True, "top": 1})
    for column in range(6):
        sheet.write_blank(row, column, None, bold)
    sheet.write_string(row, 0, "Total", bold)
    sheet.write_number(row, 6, float(total), book.add_format({"bold": True, "top": 1, "num_format": money.num_format}))
