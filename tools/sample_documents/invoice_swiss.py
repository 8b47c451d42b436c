"""A Swiss invoice in francs with a payment slip and its QR code at the foot; it travels as an e-mail's attachment."""

from __future__ import annotations

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing

from tools.sample_documents.money import Bill, item, plain, swiss
from tools.sample_documents.paper import GREY, Column, Paper
from tools.sample_documents.sample import Sample, Truth

LEFT, RIGHT = 62, 536
SLIP = 545
RED = "#b3261e"
IBAN = "CH11 8983 8000 2187 4619 3"
BILL = Bill(
    [
        item("Konzept und Gestaltung Ausstellungskatalog", "38", "Std", "145.00", "8.1"),
        item("Satz und Bildbearbeitung, 96 Seiten", "96", "S.", "32.50", "8.1"),
        item("Lektorat deutsch/französisch", "30", "Std", "118.00", "8.1"),
        item("Druckbegleitung vor Ort", "1", "Tag", "980.00", "8.1"),
    ]
)
COLUMNS = [
    Column("Leistung", LEFT, 230),
    Column("Anzahl", 360, align="right"),
    Column("Ansatz", 440, align="right"),
    Column("Betrag CHF", RIGHT, align="right"),
]
SELLER = ["Bergwerk Gestaltung AG", "Hafnergasse 9", "8200 Schaffhausen"]
BUYER = ["Kunsthaus Seefeld", "Uferweg 2", "8280 Kreuzlingen"]


def sample() -> Sample:
    """Return the invoice of Bergwerk Gestaltung AG."""
    paper = Paper(title="Rechnung 2026-0318", author="Bergwerk Gestaltung AG", lang="de-CH")
    _head(paper)
    _items(paper)
    _slip(paper)
    truth = Truth(
        document_number="2026-0318",
        date="2026-10-30",
        issuer="Bergwerk Gestaltung AG",
        recipient="Kunsthaus Seefeld",
        total=str(BILL.gross),
        currency="CHF",
        due_date="2026-11-29",
        iban=IBAN,
    )
    return Sample(
        name="rechnung-2026-0318.pdf", data=paper.pdf(), truth=truth, about="Swiss invoice in francs with a payment slip and QR code"
    )


def _head(paper: Paper) -> None:
    paper.text(LEFT, 62, "bergwerk", size=22, bold=True)
    paper.box(LEFT + 108, 52, 10, 10, fill=RED)
    paper.lines(RIGHT, 52, [*SELLER, "bergwerk-gestaltung.example", "CHE-214.863.706 MWST"], size=8.5, align="right", colour=GREY)
    paper.lines(LEFT, 140, ["Kunsthaus Seefeld", "Herr Luca Brunner", "Uferweg 2", "8280 Kreuzlingen"], size=10)
    paper.text(RIGHT, 140, "Schaffhausen, 30. Oktober 2026", size=9.5, align="right")
    paper.text(LEFT, 230, "Rechnung 2026-0318", size=15, bold=True)
    paper.text(LEFT, 248, "Projekt: Katalog «Wasserlinien», Leistungen September und Oktober 2026", colour=GREY)


def _items(paper: Paper) -> None:
    y = paper.heading(288, COLUMNS)
    paper.rule(LEFT, y - 5, RIGHT, width=1.2)
    y += 10
    for line in BILL.items:
        y = paper.row(y, COLUMNS, [line.text, f"{plain(line.quantity)} {line.unit}", swiss(line.price), swiss(line.net)], leading=8)
    paper.rule(LEFT, y - 7, RIGHT)
    totals = [("Zwischentotal", BILL.net), *((f"MWST {plain(rate)} %", tax) for rate, _, tax in BILL.taxes)]
    for label, value in totals:
        paper.text(360, y + 8, label)
        y = paper.text(RIGHT, y + 8, swiss(value), align="right") - 2
    paper.text(360, y + 14, "Total CHF", size=11, bold=True)
    paper.text(RIGHT, y + 14, swiss(BILL.gross), size=11, bold=True, align="right")
    paper.rule(360, y + 19, RIGHT, width=1.2)
    paper.text(LEFT, y + 52, "Zahlbar innert 30 Tagen, bis 29. November 2026. Besten Dank für die gute Zusammenarbeit.")


def _slip(paper: Paper) -> None:
    paper.canvas.setDash(3, 2)
    paper.rule(0, SLIP, paper.width, width=0.5, colour=GREY)
    paper.canvas.line(176, 0, 176, paper.height - SLIP)
    paper.canvas.setDash()
    _slip_side(paper, 14, "Empfangsschein", 0)
    _slip_side(paper, 360, "", -14)
    paper.text(190, SLIP + 24, "Zahlteil", size=11, bold=True)
    _qr(paper)
    for x, y in ((14, 748), (190, 748)):
        paper.text(x, y, "Währung", size=6.5, bold=True)
        paper.text(x, y + 13, "CHF", size=9)
        paper.text(x + 44, y, "Betrag", size=6.5, bold=True)
        paper.text(x + 44, y + 13, swiss(BILL.gross).replace("'", " "), size=9)
    paper.text(162, 795, "Annahmestelle", size=6.5, bold=True, align="right")


def _slip_side(paper: Paper, x: float, title: str, shift: float) -> None:
    paper.text(x, SLIP + 24, title, size=11, bold=True)
    y = SLIP + 48.0 + shift
    blocks = [("Konto / Zahlbar an", [IBAN, *SELLER]), ("Zusätzliche Informationen", ["Rechnung 2026-0318"]), ("Zahlbar durch", BUYER)]
    for label, lines in blocks:
        y = paper.text(x, y, label, size=6.5, bold=True) + 2
        y = paper.lines(x, y, lines, size=8.5) + 7


def _qr(paper: Paper) -> None:
    account = IBAN.replace(" ", "")
    lines = ["SPC", "0200", "1", account, "S", "Bergwerk Gestaltung AG", "Hafnergasse", "9", "8200", "Schaffhausen", "CH", *[""] * 7]
    lines += [
        str(BILL.gross),
        "CHF",
        "S",
        "Kunsthaus Seefeld",
        "Uferweg",
        "2",
        "8280",
        "Kreuzlingen",
        "CH",
        "NON",
        "",
        "Rechnung 2026-0318",
        "EPD",
    ]
    side = 138
    drawing = Drawing(side, side)
    drawing.add(QrCodeWidget("\n".join(lines), barWidth=side, barHeight=side, barLevel="M", barBorder=0))
    renderPDF.draw(drawing, paper.canvas, 190, paper.height - SLIP - 40 - side)
    middle = (190 + side / 2, SLIP + 40 + side / 2)
    paper.box(middle[0] - 11, middle[1] - 11, 22, 22, fill="#ffffff")
    paper.box(middle[0] - 10, middle[1] - 10, 20, 20, fill="#000000")
    paper.box(middle[0] - 2, middle[1] - 6.5, 4, 13, fill="#ffffff")
    paper.box(middle[0] - 6.5, middle[1] - 2, 13, 4, fill="#ffffff")
