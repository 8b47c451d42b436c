"""A British printer's invoice: logo, details at the right, dark table heading, bank details at the foot."""

from __future__ import annotations

from tools.sample_documents.money import Bill, english, item, plain
from tools.sample_documents.paper import GREY, Column, Paper
from tools.sample_documents.sample import Sample, Truth

BLUE = "#17406d"
RIGHT = 547
BILL = Bill(
    [
        item("Exhibition panels, 1000 x 2000 mm, matt laminate", "6", "pcs", "84.50", "20"),
        item("Roller banner with carry case, 850 mm", "4", "pcs", "62.00", "20"),
        item("Programme booklet, 24 pp A5, saddle stitched", "750", "pcs", "1.18", "20"),
        item("Children's activity book, 16 pp (zero rated)", "400", "pcs", "0.94", "0"),
        item("Artwork preparation and proofs", "3.5", "hrs", "48.00", "20"),
        item("Delivery to Saltaire, two drops", "1", "job", "55.00", "20"),
    ]
)
COLUMNS = [
    Column("Description", 56, 220),
    Column("Qty", 318, align="right"),
    Column("Unit", 330),
    Column("Unit price", 425, align="right"),
    Column("VAT %", 470, align="right"),
    Column("Amount", RIGHT - 8, align="right"),
]


def sample() -> Sample:
    """Return the invoice of Northgate Print & Sign Ltd."""
    paper = Paper(title="Invoice INV-20418", author="Northgate Print & Sign Ltd")
    _head(paper)
    _totals(paper, _table(paper, 300))
    _foot(paper)
    truth = Truth(
        document_number="INV-20418",
        date="2026-10-14",
        issuer="Northgate Print & Sign Ltd",
        recipient="Saltaire Museum Trust",
        total=str(BILL.gross),
        currency="GBP",
        due_date="2026-11-13",
        iban="GB76 NRTW 4021 1873 5160 94",
    )
    return Sample(name="invoice-northgate.pdf", data=paper.pdf(), truth=truth, about="British invoice in pounds, one page, two VAT rates")


def _head(paper: Paper) -> None:
    paper.box(48, 44, 46, 46, fill=BLUE, radius=6)
    paper.text(71, 78, "N", size=30, bold=True, align="centre", colour="#ffffff")
    paper.text(104, 64, "Northgate Print & Sign Ltd", size=15, bold=True, colour=BLUE)
    paper.text(104, 80, "Unit 7, Foundry Lane Works, Leeds LS11 4QT", size=8.5, colour=GREY)
    paper.text(RIGHT, 72, "INVOICE", size=24, bold=True, align="right", colour=BLUE)
    paper.rule(48, 104, RIGHT, width=1.2, colour=BLUE)
    paper.text(48, 138, "Bill to", size=8.5, colour=GREY)
    paper.text(48, 153, "Saltaire Museum Trust", size=10.5, bold=True)
    paper.lines(48, 168, ["Attn. Helen Okafor, Exhibitions", "The Old Dining Hall", "Victoria Terrace", "Shipley BD18 3LX"])
    details = [
        ("Invoice number", "INV-20418"),
        ("Invoice date", "14 October 2026"),
        ("Payment due", "13 November 2026"),
        ("Your order", "PO 7731/HO"),
        ("Account", "SMT-0092"),
        ("VAT registration", "GB 318 4627 09"),
    ]
    paper.pairs(355, 138, details, gap=RIGHT - 355, right=True)
    paper.text(48, 262, 'Exhibition "Looms and Lives": print and installation material', size=10, bold=True)


def _table(paper: Paper, y: float) -> float:
    paper.box(48, y - 15, RIGHT - 48, 22, fill=BLUE)
    paper.heading(y, COLUMNS, colour="#ffffff")
    y += 24
    for line in BILL.items:
        paper.row(y, COLUMNS, [line.text, plain(line.quantity), line.unit, english(line.price), plain(line.rate), english(line.net)])
        paper.rule(48, y + 9, RIGHT, width=0.4, colour="#c9d2db")
        y += 23
    return y + 8


def _totals(paper: Paper, y: float) -> None:
    rows = [("Subtotal", english(BILL.net))]
    rows += [(f"VAT {plain(rate)}% on {english(net)}", english(tax)) for rate, net, tax in BILL.taxes if rate]
    for label, value in rows:
        paper.text(350, y, label)
        paper.text(RIGHT - 8, y, value, align="right")
        y += 17
    paper.box(342, y - 10, RIGHT - 342, 26, fill="#e7eef6")
    paper.text(350, y + 7, "Total due (GBP)", size=11, bold=True)
    paper.text(RIGHT - 8, y + 7, f"£{english(BILL.gross)}", size=11, bold=True, align="right")
    paper.wrap(
        48, y + 2, "Books are zero rated for VAT. Colours were matched to the signed proofs of 2 October 2026.", 260, size=8, colour=GREY
    )


def _foot(paper: Paper) -> None:
    paper.rule(48, 712, RIGHT, colour="#c9d2db")
    paper.text(48, 730, "How to pay", bold=True)
    bank = [
        ("Bank", "Northern Trades Bank, Leeds"),
        ("Account name", "Northgate Print & Sign Ltd"),
        ("IBAN", "GB76 NRTW 4021 1873 5160 94"),
        ("Reference", "INV-20418"),
    ]
    paper.pairs(48, 746, bank, gap=80, size=8.5)
    paper.text(330, 730, "Terms", bold=True)
    paper.wrap(
        330,
        746,
        "Payment within 30 days of the invoice date. Title to the goods passes on payment in full. Please tell us of any fault within seven days.",
        215,
        size=8.5,
    )
    paper.text(
        297,
        812,
        "Registered in England no. 0974 2251 · accounts@northgateprint.example · 0113 496 0173",
        size=7.5,
        align="centre",
        colour=GREY,
    )
