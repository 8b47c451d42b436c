"""A Dutch invoice with the seller in a coloured side bar."""

from __future__ import annotations

from tools.sample_documents.money import Bill, continental, item, plain
from tools.sample_documents.paper import GREY, Column, Paper
from tools.sample_documents.sample import Sample, Truth

TEAL = "#0d5c63"
SIDE = 168
LEFT, RIGHT = 196, 556
BILL = Bill(
    [
        item("Stadsfiets Havenlijn 7, maat 54", "3", "st", "749.00", "21"),
        item("Bakfiets Kade, elektrisch", "1", "st", "3895.00", "21"),
        item("Fietstas dubbel, gerecycled zeil", "4", "st", "59.50", "21"),
        item("Onderhoudsbeurt groot", "5", "st", "68.81", "9"),
        item("Kettingslot ART-2, 110 cm", "4", "st", "44.95", "21"),
    ]
)
COLUMNS = [
    Column("Omschrijving", LEFT, 150),
    Column("Aantal", 388, align="right"),
    Column("Prijs", 448, align="right"),
    Column("Btw", 484, align="right"),
    Column("Bedrag", RIGHT, align="right"),
]


def sample() -> Sample:
    """Return the invoice of Waterkant Fietsen B.V."""
    paper = Paper(title="Factuur 2026-00394", author="Waterkant Fietsen B.V.", lang="nl")
    _side_bar(paper)
    _head(paper)
    _totals(paper, _table(paper, 338))
    truth = Truth(
        document_number="2026-00394",
        date="2026-10-02",
        issuer="Waterkant Fietsen B.V.",
        recipient="Gemeente Oudedijk",
        total=str(BILL.gross),
        currency="EUR",
        due_date="2026-10-16",
        iban="NL42 WTKB 0417 2038 02",
    )
    return Sample(
        name="factuur-waterkant.pdf", data=paper.pdf(), truth=truth, about="Dutch invoice, the seller in a side bar, two VAT rates"
    )


def _side_bar(paper: Paper) -> None:
    white = "#ffffff"
    paper.box(0, 0, SIDE, paper.height, fill=TEAL)
    paper.text(26, 72, "waterkant", size=24, bold=True, colour=white)
    paper.text(26, 88, "fietsen", size=13, colour="#a9d6d9")
    blocks = [
        ("Adres", ["Waterkant Fietsen B.V.", "Scheepmakerskade 31", "3311 VL Dordrecht"]),
        ("Contact", ["078 555 01 62", "administratie@", "waterkantfietsen.example"]),
        ("KvK-nummer", ["87204416"]),
        ("Btw-nummer", ["NL853147206B01"]),
        ("IBAN", ["NL42 WTKB 0417 2038 02"]),
        ("BIC", ["WTKBNL2A"]),
    ]
    y = 470.0
    for title, lines in blocks:
        y = paper.text(26, y, title, size=7.5, colour="#a9d6d9")
        y = paper.lines(26, y, lines, size=8.5, colour=white) + 12


def _head(paper: Paper) -> None:
    paper.text(LEFT, 76, "Factuur", size=28, bold=True, colour=TEAL)
    paper.lines(
        LEFT, 122, ["Gemeente Oudedijk", "Afdeling Mobiliteit", "t.a.v. de heer J. van Rossum", "Postbus 140", "3360 AB Oudedijk"], size=10
    )
    facts = [
        ("Factuurnummer", "2026-00394"),
        ("Factuurdatum", "2 oktober 2026"),
        ("Vervaldatum", "16 oktober 2026"),
        ("Debiteurnr.", "D-2207"),
    ]
    x = LEFT
    paper.rule(LEFT, 218, RIGHT, width=0.8, colour=TEAL)
    for label, value in facts:
        paper.text(x, 234, label, size=8, colour=GREY)
        paper.text(x, 248, value, size=9.5, bold=True)
        x += 92
    paper.rule(LEFT, 260, RIGHT, width=0.8, colour=TEAL)
    paper.text(LEFT, 290, "Betreft: dienstfietsen tweede levering, uw opdracht OD-26-118")


def _table(paper: Paper, y: float) -> float:
    paper.heading(y, COLUMNS, colour=TEAL)
    paper.rule(LEFT, y + 6, RIGHT)
    y += 24
    for line in BILL.items:
        values = [line.text, f"{plain(line.quantity)} {line.unit}", continental(line.price), f"{plain(line.rate)}%", continental(line.net)]
        y = paper.row(y, COLUMNS, values, leading=10)
    paper.rule(LEFT, y - 8, RIGHT)
    return y + 12


def _totals(paper: Paper, y: float) -> None:
    rows = [("Subtotaal excl. btw", BILL.net), *((f"Btw {plain(rate)}% over € {continental(net)}", tax) for rate, net, tax in BILL.taxes)]
    for label, value in rows:
        paper.text(340, y, label, size=9)
        paper.text(484, y, "€", align="right")
        paper.text(RIGHT, y, continental(value), align="right")
        y += 17
    paper.rule(340, y - 6, RIGHT, width=1, colour=TEAL)
    paper.text(340, y + 12, "Te betalen", size=13, bold=True, colour=TEAL)
    paper.text(RIGHT, y + 12, f"€ {continental(BILL.gross)}", size=13, bold=True, align="right", colour=TEAL)
    paper.wrap(
        LEFT,
        y + 70,
        "Wij verzoeken u vriendelijk het bedrag binnen 14 dagen over te maken op bovenstaand rekeningnummer onder vermelding van het factuurnummer. Op al onze leveringen zijn de Algemene Voorwaarden van toepassing.",
        RIGHT - LEFT,
        size=8.5,
        colour=GREY,
    )
