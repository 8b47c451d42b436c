"""An Italian invoice that came on paper and was scanned: one grey picture, a little askew."""

from __future__ import annotations

from tools.sample_documents.money import Bill, continental, item, plain
from tools.sample_documents.optics import scanned
from tools.sample_documents.paper import EMBEDDED, GREY, Column, Paper
from tools.sample_documents.sample import Sample, Truth

LEFT, RIGHT = 56, 540
BILL = Bill(
    [
        item("Sedia in faggio curvato, tinta noce", "24", "pz", "68.50", "22", "S-114"),
        item("Tavolo allungabile 140/220 cm", "3", "pz", "412.00", "22", "T-220"),
        item("Libreria a giorno, sei ripiani", "5", "pz", "189.90", "22", "L-006"),
        item("Trasporto e montaggio a Forlì", "1", "a c.", "240.00", "22", "SRV"),
    ]
)
COLUMNS = [
    Column("Codice", LEFT),
    Column("Descrizione", 110, 200),
    Column("Q.tà", 356, align="right"),
    Column("U.M.", 366),
    Column("Prezzo", 446, align="right"),
    Column("Importo", RIGHT, align="right"),
]


def sample() -> Sample:
    """Return the invoice of Mobilificio Tre Pini S.r.l."""
    paper = Paper(title="Fattura 318/2026", author="Mobilificio Tre Pini S.r.l.", fonts=EMBEDDED, lang="it")
    _head(paper)
    _totals(paper, _table(paper, 300))
    truth = Truth(
        document_number="318/2026",
        date="2026-10-06",
        issuer="Mobilificio Tre Pini S.r.l.",
        recipient="Biblioteca Comunale di Forlì",
        total=str(BILL.gross),
        currency="EUR",
        due_date="2026-11-05",
        iban="IT32 F999 8760 4120 0000 0731 846",
    )
    data = scanned(paper.pdf(), title="Scansione")
    return Sample(
        name="scan-fattura-tre-pini.pdf", data=data, truth=truth, about="Italian invoice as a scanner left it: a grey picture, askew"
    )


def _head(paper: Paper) -> None:
    paper.text(LEFT, 74, "Mobilificio Tre Pini S.r.l.", size=19, bold=True)
    paper.lines(
        LEFT,
        94,
        ["Via delle Fornaci 27, 48018 Faenza (RA)", "P. IVA 02987310395 · Tel. 0546 555 0118", "amministrazione@trepini.example"],
        size=9,
        colour=GREY,
    )
    paper.text(LEFT, 172, "Spett.le", size=9, colour=GREY)
    paper.lines(LEFT, 188, ["Biblioteca Comunale di Forlì", "Corso della Repubblica 72", "47121 Forlì (FC)"], size=10.5)
    facts = [("Fattura n.", "318/2026"), ("Data fattura", "06/10/2026"), ("Scadenza", "05/11/2026"), ("Vs. ordine", "B-2026-77")]
    paper.pairs(360, 178, facts, gap=RIGHT - 360, size=10, right=True)


def _table(paper: Paper, y: float) -> float:
    paper.rule(LEFT, y - 14, RIGHT, width=1)
    paper.heading(y, COLUMNS, size=9.5)
    paper.rule(LEFT, y + 6, RIGHT)
    y += 24
    for line in BILL.items:
        values = [line.code, line.text, plain(line.quantity), line.unit, continental(line.price), continental(line.net)]
        y = paper.row(y, COLUMNS, values, size=9.5, leading=8)
    paper.rule(LEFT, y - 6, RIGHT)
    return y + 16


def _totals(paper: Paper, y: float) -> None:
    for label, value in (("Imponibile", BILL.net), ("IVA 22%", BILL.tax)):
        paper.text(330, y, label, size=10)
        paper.text(RIGHT, y, continental(value), size=10, align="right")
        y += 18
    paper.text(330, y + 6, "Totale fattura EUR", size=12, bold=True)
    paper.text(RIGHT, y + 6, continental(BILL.gross), size=12, bold=True, align="right")
    bank = [
        ("Pagamento", "bonifico bancario a 30 giorni"),
        ("Banca", "Cassa di Risparmio del Lamone"),
        ("IBAN", "IT32 F999 8760 4120 0000 0731 846"),
    ]
    paper.pairs(LEFT, y + 60, bank, gap=80, size=10)
    paper.text(
        LEFT,
        y + 140,
        "La merce resta di nostra proprietà fino al completo pagamento. Si è già provveduto alla consegna.",
        size=9,
        colour=GREY,
    )
