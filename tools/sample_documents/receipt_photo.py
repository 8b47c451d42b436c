"""A restaurant's receipt, photographed on a table with the telephone held sideways."""

from __future__ import annotations

from decimal import Decimal

from tools.sample_documents.money import cents, continental
from tools.sample_documents.optics import photographed
from tools.sample_documents.paper import MONO, Paper
from tools.sample_documents.sample import Sample, Truth

WIDTH, HEIGHT = 226.8, 380
LEFT, RIGHT = 16, 211
DISHES = [
    ("2 Käsespätzle", "25.80"),
    ("1 Wiener Schnitzel", "21.90"),
    ("1 Rösti mit Spiegelei", "14.50"),
    ("3 Apfelschorle 0,4", "13.20"),
    ("1 Grüner Veltliner", "6.90"),
    ("2 Espresso", "5.60"),
]
TOTAL = sum((Decimal(price) for _, price in DISHES), Decimal(0))


def sample() -> Sample:
    """Return the receipt of Gasthaus Zur Mühle."""
    paper = Paper(title="Rechnung", author="Gasthaus Zur Mühle", size=(WIDTH, HEIGHT), fonts=MONO, lang="de")
    _foot(paper, _dishes(paper, _head(paper)))
    truth = Truth(document_number="2026-41877", date="2026-10-24", issuer="Gasthaus Zur Mühle", total=str(TOTAL), currency="EUR")
    data = photographed(paper.pdf())
    return Sample(
        name="photo-gasthaus.jpg", data=data, truth=truth, about="German restaurant receipt, photographed on a table, held sideways"
    )


def _head(paper: Paper) -> float:
    middle = WIDTH / 2
    paper.text(middle, 36, "Gasthaus Zur Mühle", size=13, bold=True, align="centre")
    y = paper.lines(middle, 52, ["Inh. Jörg Weiß", "Mühlgasse 3, 78462 Konstanz", "Tel. 07531 555 014"], size=8.5, align="centre")
    y = paper.lines(LEFT, y + 8, ["Rechnung Nr. 2026-41877", "Datum: 24.10.2026  20:47", "Tisch 12   Bedienung: Käthe"], size=9)
    paper.rule(LEFT, y, RIGHT)
    return y + 14


def _dishes(paper: Paper, y: float) -> float:
    for name, price in DISHES:
        paper.text(RIGHT, y, continental(Decimal(price)), size=9.5, align="right")
        y = paper.text(LEFT, y, name, size=9.5)
    paper.rule(LEFT, y, RIGHT)
    return y + 18


def _foot(paper: Paper, y: float) -> None:
    paper.text(LEFT, y, "Summe EUR", size=13, bold=True)
    y = paper.text(RIGHT, y, continental(TOTAL), size=13, bold=True, align="right")
    tax = cents(TOTAL * 19 / 119)
    for label, value in (("Netto", TOTAL - tax), ("MwSt 19%", tax), ("Gegeben bar", Decimal(100)), ("Zurück", Decimal(100) - TOTAL)):
        paper.text(LEFT, y, label, size=9)
        y = paper.text(RIGHT, y, continental(value), size=9, align="right")
    paper.text(WIDTH / 2, y + 20, "USt-IdNr. DE298415763", size=8.5, align="centre")
    paper.text(WIDTH / 2, y + 34, "Vielen Dank für Ihren Besuch!", size=9, align="centre")
