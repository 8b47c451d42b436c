"""A German invoice in the layout of DIN 5008, with the same invoice as Factur-X/ZUGFeRD XML inside."""

from __future__ import annotations

from tools.sample_documents.facturx import attach, cross_industry_invoice
from tools.sample_documents.money import Bill, continental, item, plain
from tools.sample_documents.paper import EMBEDDED, GREY, Column, Paper
from tools.sample_documents.sample import Sample, Truth

LEFT, RIGHT = 71, 539
BILL = Bill(
    [
        item("Spannvorrichtung SV 120, brüniert", "4", "Stk", "186.40", "19", "SV-120-B"),
        item("Führungsbuchse gehärtet, Ø 16 mm", "48", "Stk", "7.85", "19", "FB-16-H"),
        item("Präzisionswelle h6, geschliffen, 600 mm", "12", "Stk", "41.20", "19", "PW-600"),
        item("Sonderfertigung Aufnahmeplatte nach Zeichnung 4471-02", "2", "Stk", "612.00", "19", "SF-4471"),
        item("Montage und Einmessen vor Ort", "6.5", "Std", "89.00", "19", "DL-MON"),
    ]
)
COLUMNS = [
    Column("Pos.", LEFT),
    Column("Art.-Nr.", 97),
    Column("Bezeichnung", 160, 195),
    Column("Menge", 398, align="right"),
    Column("ME", 404),
    Column("Einzelpreis", 476, align="right"),
    Column("Gesamt EUR", RIGHT, align="right"),
]


def sample() -> Sample:
    """Return the invoice of Lindenhof Werkzeugbau GmbH."""
    paper = Paper(title="Rechnung RE-2026-10482", author="Lindenhof Werkzeugbau GmbH", fonts=EMBEDDED, lang="de")
    _letterhead(paper)
    _letter(paper, _table(paper, 352))
    _foot(paper)
    truth = Truth(
        document_number="RE-2026-10482",
        date="2026-10-19",
        issuer="Lindenhof Werkzeugbau GmbH",
        recipient="Maschinenfabrik Ostertag & Söhne KG",
        total=str(BILL.gross),
        currency="EUR",
        due_date="2026-11-18",
        iban="DE66 3609 9912 0418 8732 00",
    )
    data = attach(paper.pdf(), cross_industry_invoice(BILL), number="RE-2026-10482", seller="Lindenhof Werkzeugbau GmbH")
    return Sample(
        name="rechnung-lindenhof.pdf",
        data=data,
        truth=truth,
        about="German invoice by DIN 5008 with a Factur-X/ZUGFeRD XML inside (PDF/A-3 style)",
    )


def _letterhead(paper: Paper) -> None:
    paper.text(RIGHT, 58, "LINDENHOF", size=19, bold=True, align="right", colour="#7a1f1f")
    paper.text(RIGHT, 72, "Werkzeugbau seit 1961", size=8.5, align="right", colour=GREY)
    paper.text(LEFT, 140, "Lindenhof Werkzeugbau GmbH · Am Eichkamp 14 · 45701 Herten", size=6.5, colour=GREY)
    paper.rule(LEFT, 144, 290, width=0.4, colour=GREY)
    paper.lines(LEFT, 162, ["Maschinenfabrik Ostertag & Söhne KG", "Einkauf, Frau Brandt", "Industriestraße 88", "73430 Aalen"], size=9.5)
    details = [
        ("Rechnungsnummer", "RE-2026-10482"),
        ("Rechnungsdatum", "19.10.2026"),
        ("Kundennummer", "10774"),
        ("Bestellung vom", "28.09.2026"),
        ("Lieferdatum", "15.10.2026"),
        ("Bearbeiter", "T. Wieczorek"),
    ]
    paper.pairs(346, 140, details, gap=RIGHT - 346, size=8.5, right=True)


def _table(paper: Paper, y: float) -> float:
    paper.text(LEFT, 278, "Rechnung Nr. RE-2026-10482", size=13, bold=True)
    paper.text(LEFT, 306, "Sehr geehrte Frau Brandt,")
    paper.text(LEFT, 322, "für unsere Lieferungen und Leistungen berechnen wir Ihnen wie vereinbart:")
    paper.rule(LEFT, y - 11, RIGHT, width=0.9)
    paper.heading(y, COLUMNS, size=7.5)
    paper.rule(LEFT, y + 5, RIGHT, width=0.5)
    y += 20
    for position, line in enumerate(BILL.items, 1):
        values = [
            str(position),
            line.code,
            line.text,
            plain(line.quantity).replace(".", ","),
            line.unit,
            continental(line.price),
            continental(line.net),
        ]
        y = paper.row(y, COLUMNS, values, size=8.5, leading=7)
    paper.rule(LEFT, y - 6, RIGHT, width=0.5)
    return y + 9


def _letter(paper: Paper, y: float) -> None:
    rows = [("Summe netto", BILL.net), *((f"zzgl. {plain(rate)} % Umsatzsteuer", tax) for rate, _, tax in BILL.taxes)]
    for label, value in rows:
        paper.text(476, y, label, align="right", size=8.5)
        paper.text(RIGHT, y, continental(value), align="right", size=8.5)
        y += 15
    paper.text(466, y + 4, "Rechnungsbetrag EUR", align="right", size=9.5, bold=True)
    paper.text(RIGHT, y + 4, continental(BILL.gross), align="right", size=9.5, bold=True)
    paper.rule(330, y + 9, RIGHT, width=1.1)
    y = paper.wrap(
        LEFT,
        y + 44,
        "Bitte überweisen Sie den Rechnungsbetrag ohne Abzug bis zum 18.11.2026 auf das unten genannte Konto und geben Sie dabei die Rechnungsnummer an. Die Ware bleibt bis zur vollständigen Bezahlung unser Eigentum.",
        RIGHT - LEFT,
    )
    paper.lines(LEFT, y + 16, ["Mit freundlichen Grüßen", "", "Lindenhof Werkzeugbau GmbH"])


def _foot(paper: Paper) -> None:
    paper.rule(LEFT, 756, RIGHT, width=0.4, colour=GREY)
    address = ["Lindenhof Werkzeugbau GmbH", "Am Eichkamp 14, 45701 Herten", "Tel. 02366 555 0140", "rechnung@lindenhof-wzb.example"]
    bank = ["Ruhrtal Bank Herten", "IBAN DE66 3609 9912 0418 8732 00", "BIC RTBHDE3HXXX"]
    register = ["Amtsgericht Recklinghausen HRB 90417", "Geschäftsführerin: Dr. Anke Lindenhof", "USt-IdNr. DE287416303"]
    for x, lines in ((LEFT, address), (238, bank), (398, register)):
        paper.lines(x, 770, lines, size=6.8, colour=GREY)
