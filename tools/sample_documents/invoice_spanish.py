"""A Spanish invoice drawn as a grid: every value stands in a box under its heading."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tools.sample_documents.money import Bill, continental, item, plain
from tools.sample_documents.paper import GREY, Column, Paper
from tools.sample_documents.sample import Sample, Truth

LEFT, RIGHT = 42, 553
OLIVE = "#6b6a2f"
LINE = "#a9a878"
BILL = Bill(
    [
        item("Aceite de oliva virgen extra Picual, garrafa 5 l", "60", "ud", "38.75", "10", "AOV-5P"),
        item("Aceite de oliva virgen extra Arbequina, botella 0,5 l", "144", "ud", "6.90", "10", "AOV-05A"),
        item("Aceitunas aliñadas, cubo 4 kg", "20", "ud", "17.30", "10", "ACT-4"),
        item("Estuche regalo de madera", "48", "ud", "4.25", "21", "EST-M"),
        item("Portes peninsulares, palé", "2", "ud", "64.00", "21", "POR-P"),
    ]
)
COLUMNS = [
    Column("CÓDIGO", LEFT + 6, 60),
    Column("CONCEPTO", 108, 220),
    Column("CANTIDAD", 378, align="right"),
    Column("PRECIO", 436, align="right"),
    Column("% IVA", 476, align="right"),
    Column("IMPORTE", RIGHT - 6, align="right"),
]
EDGES = [LEFT, 102, 332, 384, 442, 482, RIGHT]


def sample() -> Sample:
    """Return the invoice of Olivar del Segura, S.L."""
    paper = Paper(title="Factura A/26-1543", author="Olivar del Segura, S.L.", lang="es")
    _parties(paper)
    _table(paper)
    _totals(paper)
    truth = Truth(
        document_number="A/26-1543",
        date="2026-10-27",
        issuer="Olivar del Segura, S.L.",
        recipient="Hostelería Mirasierra, S.A.",
        total=str(BILL.gross),
        currency="EUR",
        due_date="2026-12-26",
        iban="ES93 9995 0441 4006 3188 4275",
    )
    return Sample(
        name="factura-olivar.pdf", data=paper.pdf(), truth=truth, about="Spanish invoice drawn as a grid, values under their headings"
    )


def _parties(paper: Paper) -> None:
    paper.canvas.setStrokeColorRGB(0.42, 0.42, 0.18)
    paper.canvas.setLineWidth(2.4)
    paper.canvas.ellipse(LEFT, paper.height - 92, LEFT + 34, paper.height - 44)
    paper.text(LEFT + 46, 66, "Olivar del Segura, S.L.", size=17, bold=True, colour=OLIVE)
    paper.text(LEFT + 46, 84, "Almazara y envasado · Siles (Jaén)", size=9, colour=GREY)
    paper.text(RIGHT, 70, "FACTURA", size=20, align="right", colour=OLIVE)
    seller = ["Ctra. de la Sierra, km 4,2", "23380 Siles (Jaén)", "NIF B41783200", "Tel. 953 00 41 88"]
    buyer = ["Hostelería Mirasierra, S.A.", "Avda. de la Estación, 61", "02005 Albacete", "NIF A02958403"]
    for x, title, lines in ((LEFT, "DATOS DEL EMISOR", seller), (302, "DATOS DEL CLIENTE", buyer)):
        paper.box(x, 110, 251, 84, stroke=LINE)
        paper.box(x, 110, 251, 16, fill="#efeedd", stroke=LINE)
        paper.text(x + 8, 121, title, size=7.5, bold=True, colour=OLIVE)
        paper.lines(x + 8, 141, lines, size=9.5)
    values = ["A/26-1543", "27/10/2026", "26/12/2026", "Transferencia 60 días", "430-0187"]
    _strip(paper, 208, ["Nº FACTURA", "FECHA", "VENCIMIENTO", "FORMA DE PAGO", "CLIENTE"], values, [LEFT, 142, 242, 342, 468, RIGHT])


def _strip(paper: Paper, y: float, titles: Sequence[str], values: Sequence[str], edges: Sequence[float], *, size: float = 9.5) -> None:
    for title, value, x0, x1 in zip(titles, values, edges, edges[1:], strict=False):
        paper.box(x0, y, x1 - x0, 34, stroke=LINE)
        paper.box(x0, y, x1 - x0, 14, fill="#efeedd", stroke=LINE)
        paper.text((x0 + x1) / 2, y + 10, title, size=7, bold=True, align="centre", colour=OLIVE)
        paper.text((x0 + x1) / 2, y + 28, value, size=size, align="centre")


def _table(paper: Paper) -> None:
    paper.box(LEFT, 260, RIGHT - LEFT, 18, fill="#efeedd")
    paper.heading(272, COLUMNS, size=7.5, colour=OLIVE)
    y = 296.0
    for line in BILL.items:
        values = [
            line.code,
            line.text,
            f"{plain(line.quantity)} {line.unit}",
            continental(line.price),
            plain(line.rate),
            continental(line.net),
        ]
        y = paper.row(y, COLUMNS, values, leading=8)
    for x0, x1 in pairwise(EDGES):
        paper.box(x0, 260, x1 - x0, 350, stroke=LINE)
    paper.rule(LEFT, 278, RIGHT, colour=LINE)


def _totals(paper: Paper) -> None:
    edges = [LEFT, 142, 222, 322, 422, RIGHT]
    titles = ["BASE IMPONIBLE", "% IVA", "CUOTA IVA", "BASE + CUOTA", ""]
    for row, (rate, net, tax) in enumerate(BILL.taxes):
        _strip(paper, 622 + 40 * row, titles[:4], [continental(net), plain(rate), continental(tax), continental(net + tax)], edges[:5])
    paper.box(422, 622, RIGHT - 422, 74, stroke=OLIVE, fill="#efeedd")
    paper.text((422 + RIGHT) / 2, 640, "TOTAL FACTURA", size=9, bold=True, align="centre", colour=OLIVE)
    paper.text((422 + RIGHT) / 2, 672, f"{continental(BILL.gross)} €", size=17, bold=True, align="centre")
    paper.box(LEFT, 714, RIGHT - LEFT, 40, stroke=LINE)
    paper.text(LEFT + 8, 730, "Domiciliación / ingreso en cuenta:", size=8, colour=GREY)
    paper.text(LEFT + 8, 745, "IBAN ES93 9995 0441 4006 3188 4275 · Caja Rural de la Sierra", size=9.5)
    paper.text(
        297,
        790,
        "Inscrita en el Registro Mercantil de Jaén, tomo 512, folio 77, hoja J-12904 · pedidos@olivardelsegura.example",
        size=7,
        align="centre",
        colour=GREY,
    )
