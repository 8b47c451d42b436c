"""A French invoice over two pages, with the sum carried over, and two tax rates."""

from __future__ import annotations

from decimal import Decimal

from tools.sample_documents.money import Bill, french, item, plain
from tools.sample_documents.paper import GREY, SERIF, Column, Paper
from tools.sample_documents.sample import Sample, Truth

LEFT, RIGHT = 54, 541
GREEN = "#33523f"
FIRST_PAGE = 21
BILL = Bill(
    [
        item("Table de ferme chêne massif 220 cm", "2", "u", "1240.00", "20", "MOB-0114"),
        item("Banc assorti chêne 180 cm", "4", "u", "318.00", "20", "MOB-0121"),
        item("Chaise paillée naturelle", "18", "u", "96.50", "20", "MOB-0207"),
        item("Buffet bas trois portes", "1", "u", "1475.00", "20", "MOB-0330"),
        item("Lampe suspension rotin Ø 45", "6", "u", "84.90", "20", "LUM-0042"),
        item("Applique laiton brossé", "8", "u", "57.20", "20", "LUM-0057"),
        item("Ampoule LED E27 7 W", "24", "u", "4.35", "20", "LUM-0901"),
        item("Rideau lin lavé 140 x 270", "10", "u", "72.00", "20", "TEX-1104"),
        item("Nappe coton enduit 160 x 250", "6", "u", "48.60", "20", "TEX-1130"),
        item("Serviette de table lin, lot de 6", "8", "lot", "39.90", "20", "TEX-1142"),
        item("Assiette plate grès 27 cm", "48", "u", "11.20", "20", "VAI-2001"),
        item("Assiette creuse grès 22 cm", "48", "u", "10.40", "20", "VAI-2002"),
        item("Bol grès émaillé 14 cm", "36", "u", "8.90", "20", "VAI-2005"),
        item("Verre à eau 30 cl, carton de 12", "5", "crt", "43.20", "20", "VAI-2044"),
        item("Verre à vin 37 cl, carton de 6", "9", "crt", "37.80", "20", "VAI-2051"),
        item("Carafe soufflée 1 l", "12", "u", "21.60", "20", "VAI-2060"),
        item("Couverts inox, ménagère 24 pièces", "3", "u", "129.00", "20", "VAI-2110"),
        item("Planche à découper hêtre", "6", "u", "26.70", "20", "CUI-3008"),
        item("Faitout fonte émaillée 28 cm", "2", "u", "168.00", "20", "CUI-3021"),
        item("Miel de lavande 500 g", "24", "pot", "8.70", "5.5", "EPI-4003"),
        item("Confiture d'abricot 370 g", "30", "pot", "4.95", "5.5", "EPI-4011"),
        item("Tapenade noire 180 g", "24", "pot", "5.40", "5.5", "EPI-4017"),
        item("Huile d'olive vierge extra 75 cl", "18", "btl", "14.80", "5.5", "EPI-4020"),
        item("Café moulu pur arabica 250 g", "40", "sac", "5.85", "5.5", "EPI-4032"),
        item("Infusion verveine, boîte de 25", "20", "bte", "4.10", "5.5", "EPI-4038"),
        item("Savon de Marseille 300 g", "36", "u", "5.20", "20", "BAI-5001"),
        item("Drap de bain 100 x 150, blanc", "24", "u", "31.50", "20", "BAI-5012"),
        item("Tapis de bain coton 50 x 80", "12", "u", "18.90", "20", "BAI-5019"),
        item("Panier à linge osier", "6", "u", "44.00", "20", "BAI-5033"),
        item("Miroir rond cadre rotin Ø 60", "4", "u", "69.00", "20", "DEC-6004"),
        item("Tapis jute tressé 200 x 300", "3", "u", "214.00", "20", "DEC-6021"),
        item("Livraison et mise en place", "1", "fft", "380.00", "20", "SRV-9001"),
    ]
)
COLUMNS = [
    Column("Référence", LEFT + 6),
    Column("Désignation", 124, 210),
    Column("Qté", 356, align="right"),
    Column("U.", 364),
    Column("P.U. HT", 432, align="right"),
    Column("TVA", 470, align="right"),
    Column("Montant HT", RIGHT - 6, align="right"),
]


def sample() -> Sample:
    """Return the invoice of Atelier Morel SARL."""
    paper = Paper(title="Facture F2026-0871", author="Atelier Morel SARL", fonts=SERIF, lang="fr")
    carried = _first_page(paper)
    paper.page()
    _second_page(paper, carried)
    truth = Truth(
        document_number="F2026-0871",
        date="2026-09-24",
        issuer="Atelier Morel SARL",
        recipient="Domaine de la Fontvive",
        total=str(BILL.gross),
        currency="EUR",
        due_date="2026-10-31",
        iban="FR76 2004 7013 8200 0441 8723 610",
    )
    return Sample(
        name="facture-atelier-morel.pdf", data=paper.pdf(), truth=truth, about="French invoice over two pages, 32 items, two VAT rates"
    )


def _first_page(paper: Paper) -> Decimal:
    paper.text(LEFT, 66, "Atelier Morel", size=26, colour=GREEN)
    paper.text(LEFT, 82, "Mobilier & arts de la table", size=10, colour=GREY)
    paper.lines(
        LEFT,
        104,
        [
            "Atelier Morel SARL au capital de 20 000 €",
            "12, chemin des Tanneurs, 84800 L'Isle-sur-la-Sorgue",
            "SIRET 812 473 908 00018 · TVA FR13812473908",
        ],
        size=8.5,
        colour=GREY,
    )
    paper.text(RIGHT, 66, "FACTURE", size=18, bold=True, align="right")
    paper.text(RIGHT, 84, "N° F2026-0871", size=12, align="right")
    paper.pairs(
        370,
        104,
        [("Date d'émission :", "24/09/2026"), ("Date d'échéance :", "31/10/2026"), ("Votre commande :", "CF-1187")],
        gap=RIGHT - 370,
        right=True,
    )
    paper.box(310, 150, RIGHT - 310, 82, stroke="#9aa79f", radius=4)
    paper.text(320, 166, "Facturé à", size=8, colour=GREY)
    paper.text(320, 181, "Domaine de la Fontvive", size=11, bold=True)
    paper.lines(320, 196, ["Mme Claire Aubanel", "Route de Cavaillon", "84560 Ménerbes"], size=9.5)
    y = _rows(paper, 262, 0, FIRST_PAGE)
    carried = sum((line.net for line in BILL.items[:FIRST_PAGE]), Decimal(0))
    paper.text(432, y + 8, "À reporter", bold=True, align="right")
    paper.text(RIGHT - 6, y + 8, french(carried), bold=True, align="right")
    _foot(paper, 1)
    return carried


def _second_page(paper: Paper, carried: Decimal) -> None:
    paper.text(LEFT, 60, "Atelier Morel", size=16, colour=GREEN)
    paper.text(RIGHT, 60, "Facture N° F2026-0871 du 24/09/2026 (suite)", size=9.5, align="right")
    paper.text(432, 90, "Report", bold=True, align="right")
    paper.text(RIGHT - 6, 90, french(carried), bold=True, align="right")
    y = _rows(paper, 114, FIRST_PAGE, len(BILL.items)) + 18
    _taxes(paper, y)
    _totals(paper, y)
    paper.text(LEFT, y + 112, "Règlement par virement", bold=True, size=10)
    bank = [
        ("Titulaire :", "Atelier Morel SARL"),
        ("Banque :", "Banque des Vaucluses, Cavaillon"),
        ("IBAN :", "FR76 2004 7013 8200 0441 8723 610"),
        ("BIC :", "BDVAFR2AXXX"),
    ]
    paper.pairs(LEFT, y + 128, bank, gap=60)
    paper.wrap(
        LEFT,
        y + 204,
        "Pas d'escompte pour paiement anticipé. En cas de retard de paiement, une pénalité de trois fois le taux d'intérêt légal et une indemnité forfaitaire pour frais de recouvrement de 40 € sont exigibles.",
        RIGHT - LEFT,
        size=8.5,
        colour=GREY,
    )
    _foot(paper, 2)


def _rows(paper: Paper, y: float, start: int, stop: int) -> float:
    paper.box(LEFT, y - 13, RIGHT - LEFT, 19, fill="#e3eae5")
    paper.heading(y, COLUMNS, size=9, colour=GREEN)
    y += 22
    for line in BILL.items[start:stop]:
        rate = f"{plain(line.rate).replace('.', ',')} %"
        y = paper.row(
            y,
            COLUMNS,
            [line.code, line.text, plain(line.quantity), line.unit, french(line.price), rate, french(line.net)],
            size=9.5,
            leading=8,
        )
    paper.rule(LEFT, y - 7, RIGHT, colour=GREEN)
    return y + 6


def _taxes(paper: Paper, y: float) -> None:
    columns = [
        Column("Taux", LEFT + 46, align="right"),
        Column("Base HT", LEFT + 120, align="right"),
        Column("Montant TVA", LEFT + 200, align="right"),
    ]
    paper.heading(y, columns, colour=GREEN)
    for row, (rate, net, tax) in enumerate(BILL.taxes, 1):
        paper.row(y + 17 * row, columns, [f"{plain(rate).replace('.', ',')} %", french(net), french(tax)])


def _totals(paper: Paper, y: float) -> None:
    for label, value in (("Total HT", BILL.net), ("Total TVA", BILL.tax)):
        paper.text(350, y, label)
        paper.text(RIGHT - 10, y, f"{french(value)} €", align="right")
        y += 17
    paper.box(340, y - 6, RIGHT - 340, 28, fill=GREEN, radius=3)
    paper.text(350, y + 12, "Net à payer TTC", size=12, bold=True, colour="#ffffff")
    paper.text(RIGHT - 10, y + 12, f"{french(BILL.gross)} €", size=12, bold=True, align="right", colour="#ffffff")


def _foot(paper: Paper, page: int) -> None:
    paper.rule(LEFT, 796, RIGHT, width=0.4, colour="#9aa79f")
    paper.text(
        LEFT, 810, "Atelier Morel SARL · RCS Avignon 812 473 908 · bonjour@atelier-morel.example · 04 90 00 12 47", size=8, colour=GREY
    )
    paper.text(RIGHT, 810, f"Page {page}/2", size=8, align="right", colour=GREY)
