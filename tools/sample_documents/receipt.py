"""A till receipt: narrow paper, one typeface, sums and tender under each other."""

from __future__ import annotations

from decimal import Decimal

from tools.sample_documents.money import cents, english
from tools.sample_documents.paper import MONO, Paper
from tools.sample_documents.sample import Sample, Truth

WIDTH, HEIGHT = 226.8, 470
LEFT, RIGHT = 14, 213
GOODS = [
    ("Sourdough loaf 800g", "1", "4.80"),
    ("Free range eggs x12", "2", "4.35"),
    ("Smoked mackerel 220g", "1", "6.95"),
    ("Carrots loose kg 1.240", "1", "2.11"),
    ("Oat milk 1L", "3", "2.20"),
    ("Dark chocolate 85% 100g", "2", "3.15"),
    ("Sparkling water 6x1L", "1", "5.40"),
    ("Deposit return 6 x 0.25", "1", "1.50"),
]
TOTAL = sum((Decimal(count) * Decimal(price) for _, count, price in GOODS), Decimal(0))
STANDARD_RATED = Decimal("11.70")


def sample() -> Sample:
    """Return the receipt of The Harbour Grocer."""
    paper = Paper(title="Receipt", author="The Harbour Grocer", size=(WIDTH, HEIGHT), fonts=MONO)
    y = _tender(paper, _goods(paper, _head(paper)))
    y = _vat(paper, y)
    _bars(paper, y)
    paper.text(WIDTH / 2, y + 44, "Thank you, see you soon!", size=8.5, align="centre")
    paper.text(WIDTH / 2, y + 57, "Returns within 28 days with receipt", size=7, align="centre")
    truth = Truth(document_number="0043-118207", date="2026-10-17", issuer="THE HARBOUR GROCER", total=str(TOTAL), currency="EUR")
    return Sample(name="receipt-harbour-grocer.pdf", data=paper.pdf(), truth=truth, about="Irish till receipt on narrow paper")


def _head(paper: Paper) -> float:
    middle = WIDTH / 2
    paper.text(middle, 34, "THE HARBOUR GROCER", size=13, bold=True, align="centre")
    y = paper.lines(middle, 50, ["14 Quay Street, Galway H91 K8X2", "Tel 091 555 0136", "VAT IE 6284518H"], size=8, align="centre")
    y = _dashes(paper, y + 2)
    paper.text(LEFT, y, "RECEIPT", size=8)
    y = paper.text(RIGHT, y, "0043-118207", size=8, align="right")
    paper.text(LEFT, y, "17/10/2026", size=8)
    y = paper.text(RIGHT, y, "18:42", size=8, align="right")
    paper.text(LEFT, y, "Till 4", size=8)
    y = paper.text(RIGHT, y, "Served by Aoife", size=8, align="right")
    return _dashes(paper, y)


def _goods(paper: Paper, y: float) -> float:
    for name, count, price in GOODS:
        paper.text(RIGHT, y, english(Decimal(count) * Decimal(price)), size=8, align="right")
        y = paper.text(LEFT, y, name, size=8)
        if count != "1":
            y = paper.text(LEFT + 10, y, f"{count} x {price}", size=7.5)
    return _dashes(paper, y)


def _tender(paper: Paper, y: float) -> float:
    paper.text(LEFT, y, f"{sum(int(count) for _, count, _ in GOODS)} ITEMS", size=8)
    y = paper.text(RIGHT, y, "EUR", size=8, align="right") + 5
    paper.text(LEFT, y, "TOTAL", size=13, bold=True)
    y = paper.text(RIGHT, y, english(TOTAL), size=13, bold=True, align="right")
    change = Decimal(50) - TOTAL
    for label, value in (("CASH", Decimal(50)), ("CHANGE", change)):
        paper.text(LEFT, y, label, size=8)
        y = paper.text(RIGHT, y, english(value), size=8, align="right")
    return _dashes(paper, y)


def _vat(paper: Paper, y: float) -> float:
    tax = cents(STANDARD_RATED * 23 / 123)
    rows = [("VAT%", "NET", "VAT", "GROSS"), ("0", english(TOTAL - STANDARD_RATED), "0.00", english(TOTAL - STANDARD_RATED))]
    rows.append(("23", english(STANDARD_RATED - tax), english(tax), english(STANDARD_RATED)))
    for row in rows:
        for x, value in zip((36, 100, 152, RIGHT), row, strict=True):
            paper.text(x, y, value, size=7.5, align="right")
        y += 10.5
    return _dashes(paper, y)


def _bars(paper: Paper, y: float) -> None:
    x = 66.0
    for digit in "00431182072026101718421":
        width = 1 + int(digit) % 3
        paper.box(x, y, width, 26, fill="#1f2328")
        x += width + 1.6 + int(digit) % 2


def _dashes(paper: Paper, y: float) -> float:
    paper.text(WIDTH / 2, y, "-" * 41, size=8, align="centre")
    return y + 11
