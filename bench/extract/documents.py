"""The made-up invoices that are read: one to three pages, no two alike, the same ones each time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from tools.sample_documents.money import Bill, Item, english
from tools.sample_documents.paper import Column, Paper

_LEFT, _RIGHT, _BOTTOM = 60, 540, 760
_COLUMNS = (
    Column("No.", _LEFT),
    Column("Description", 95, 250),
    Column("Quantity", 400, align="right"),
    Column("Price", 465, align="right"),
    Column("Amount", _RIGHT, align="right"),
)
_PLACES = ("Leeds", "Bristol", "Norwich", "Dundee", "Cardiff", "Exeter", "York", "Derby")
_TRADES = ("Joinery", "Instruments", "Catering", "Castings", "Textiles", "Surveying", "Glassworks", "Logistics")
_GOODS = ("Steel bracket", "Oak panel, planed", "Calibration of a gauge", "Delivery to site", "Hinge, brass", "Day of work", "Cable, 50 m")


def write(folder: Path, count: int, seed: int = 1) -> list[Path]:
    """Write so many invoices; answers their paths in order."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"invoice-{number:05}.pdf" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(_invoice(number, random.Random(seed * 1_000_003 + number)))
    return paths


def _invoice(number: int, chance: random.Random) -> bytes:
    seller = f"{chance.choice(_PLACES)} {chance.choice(_TRADES)} Ltd"
    paper = Paper(title=f"Invoice {number}", author=seller)
    bill = Bill([_item(chance) for _ in range(chance.choice((4, 7, 12, 40, 75)))])
    _head(paper, seller, number, chance)
    _sum(paper, _lines(paper, bill), bill, chance)
    return paper.pdf()


def _item(chance: random.Random) -> Item:
    price = Decimal(chance.randrange(150, 90_000)) / 100
    return Item(chance.choice(_GOODS), Decimal(chance.randrange(1, 40)), "pc", price, Decimal("20"))


def _head(paper: Paper, seller: str, number: int, chance: random.Random) -> None:
    paper.text(_LEFT, 70, seller, size=16, bold=True)
    paper.text(_LEFT, 86, f"{chance.randrange(1, 200)} Mill Lane, {chance.choice(_PLACES)}", size=8)
    paper.lines(_LEFT, 130, [f"{chance.choice(_TRADES)} & Sons", f"{chance.randrange(1, 99)} High Street", chance.choice(_PLACES)])
    day = chance.randrange(1, 28)
    details = [("Invoice number", f"INV-{20_000 + number}"), ("Invoice date", f"{day} October 2026"), ("Due date", f"{day} November 2026")]
    paper.pairs(340, 130, details, gap=_RIGHT - 340, right=True)


def _lines(paper: Paper, bill: Bill) -> float:
    y = paper.heading(220, _COLUMNS) + 4
    for position, item in enumerate(bill.items, 1):
        if y > _BOTTOM:
            paper.page()
            y = paper.heading(80, _COLUMNS) + 4
        y = paper.row(y, _COLUMNS, list(_cells(position, item)))
    return y


def _cells(position: int, item: Item) -> Iterator[str]:
    yield from (str(position), item.text, str(item.quantity), english(item.price), english(item.net))


def _sum(paper: Paper, y: float, bill: Bill, chance: random.Random) -> None:
    if y > _BOTTOM - 90:
        paper.page()
        y = 80
    paper.rule(_LEFT, y, _RIGHT)
    shown = [("Net", bill.net), ("VAT 20 %", bill.tax), ("Total due", bill.gross)]
    y = paper.pairs(340, y + 18, [(label, f"£{english(value)}") for label, value in shown], gap=_RIGHT - 340, right=True)
    paper.text(_LEFT, y + 20, f"Pay into account GB29 NWBK 6016 1331 {chance.randrange(1000, 9999)} {chance.randrange(10, 99)}, please.")
