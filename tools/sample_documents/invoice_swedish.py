"""A plain Swedish invoice in kronor, as small firms print it from their accounts."""

from __future__ import annotations

from decimal import Decimal

from tools.sample_documents.money import Bill, french, item, plain
from tools.sample_documents.paper import GREY, Column, Paper
from tools.sample_documents.sample import Sample, Truth

LEFT, RIGHT = 56, 540
BILL = Bill(
    [
        item("Snickeriarbete, montering av hyllsystem", "16", "tim", "545.00", "25"),
        item("Björkplywood 18 mm, 1220 x 2440", "7", "st", "899.00", "25"),
        item("Beslag och skruv", "1", "st", "1240.50", "25"),
        item("Resa Uppsala, tur och retur", "142", "km", "5.50", "25"),
    ]
)
COLUMNS = [
    Column("Beskrivning", LEFT + 6, 230),
    Column("Antal", 350, align="right"),
    Column("Enhet", 362),
    Column("À-pris", 450, align="right"),
    Column("Belopp", RIGHT - 6, align="right"),
]


def sample() -> Sample:
    """Return the invoice of Furuholm Snickeri AB."""
    paper = Paper(title="Faktura 4471", author="Furuholm Snickeri AB", lang="sv")
    paper.text(LEFT, 66, "Furuholm Snickeri AB", size=17, bold=True)
    paper.text(RIGHT, 66, "Faktura", size=17, align="right")
    paper.rule(LEFT, 78, RIGHT, width=1.5)
    _facts(paper)
    _items(paper)
    _foot(paper)
    truth = Truth(
        document_number="4471",
        date="2026-09-11",
        issuer="Furuholm Snickeri AB",
        recipient="Botaniska Föreningen Linnea",
        total=str(BILL.gross.quantize(Decimal(1)).quantize(Decimal("0.01"))),
        currency="SEK",
        due_date="2026-10-11",
        iban="SE37 9990 0000 0583 9825 7466",
    )
    return Sample(
        name="fakturor/faktura-4471.pdf", data=paper.pdf(), truth=truth, about="Swedish invoice in kronor, rounded to whole kronor"
    )


def _facts(paper: Paper) -> None:
    facts = [
        ("Fakturanr", "4471"),
        ("Fakturadatum", "2026-09-11"),
        ("Förfallodatum", "2026-10-11"),
        ("Betalningsvillkor", "30 dagar netto"),
        ("Er referens", "Maja Lindqvist"),
        ("Vår referens", "Per Furuholm"),
    ]
    paper.pairs(LEFT, 106, facts, gap=100)
    paper.text(330, 106, "Faktureringsadress", size=8, colour=GREY)
    paper.lines(330, 120, ["Botaniska Föreningen Linnea", "Slottsgränd 4", "753 09 Uppsala"], size=10)


def _items(paper: Paper) -> None:
    paper.box(LEFT, 226, RIGHT - LEFT, 18, fill="#ececec")
    y = paper.heading(239, COLUMNS) + 12
    for line in BILL.items:
        y = paper.row(y, COLUMNS, [line.text, plain(line.quantity), line.unit, french(line.price), french(line.net)], leading=7)
    paper.rule(LEFT, y, RIGHT)
    whole = BILL.gross.quantize(Decimal(1))
    totals = [("Netto", BILL.net), ("Moms 25 %", BILL.tax), ("Öresavrundning", whole - BILL.gross)]
    for label, value in totals:
        paper.text(370, y + 18, label)
        y = paper.text(RIGHT - 6, y + 18, french(value), align="right") - 6
    paper.text(370, y + 24, "ATT BETALA (SEK)", size=11, bold=True)
    paper.text(RIGHT - 6, y + 24, french(whole), size=11, bold=True, align="right")


def _foot(paper: Paper) -> None:
    paper.rule(LEFT, 744, RIGHT)
    columns = [
        (LEFT, ["Adress", "Furuholm Snickeri AB", "Kvarnvägen 18", "744 32 Heby"]),
        (190, ["Telefon / e-post", "0224-555 018", "kontor@furuholm.example"]),
        (310, ["Bankuppgifter", "IBAN SE37 9990 0000 0583 9825 7466", "BIC FURHSESS"]),
        (466, ["Org.nr", "556841-3701", "Godkänd för F-skatt"]),
    ]
    for x, lines in columns:
        paper.text(x, 760, lines[0], size=7.5, bold=True)
        paper.lines(x, 772, lines[1:], size=7.5)
