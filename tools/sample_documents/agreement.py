"""A services agreement of two pages, as a word processor's file."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import docx
from docx.document import Document  # noqa: TC002 — imported in the open, as our own modules are
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt, RGBColor

from tools.sample_documents.sample import Sample, Truth, repack

PROVIDER = "Brightwell Analytics Ltd"
CLIENT = "Meridian Freight Services plc"
CLAUSES = [
    (
        "Services",
        [
            "The Provider shall design, build and hand over a monthly report on route performance for the Client's road freight network, as described in Schedule 1.",
            "The Provider shall carry out the Services with reasonable skill and care and shall name a lead consultant, who at the date of this Agreement is Dr Samira Haddad.",
        ],
    ),
    (
        "Term",
        [
            "This Agreement starts on 1 October 2026 and continues for twelve months, unless it is ended earlier under clause 6.",
            "The parties may extend the term once, by up to six months, by agreement in writing.",
        ],
    ),
    (
        "Fees and payment",
        [
            "The Client shall pay the Provider a fixed fee as set out in the table below. All sums are exclusive of value added tax.",
            "The Provider shall invoice each instalment when it falls due. Invoices are payable within thirty days of receipt by transfer to the account named on the invoice.",
        ],
    ),
    (
        "Confidentiality and data",
        [
            "Each party shall keep the other's confidential information secret, use it only for the purposes of this Agreement, and return or destroy it on request.",
            "Where the Provider handles personal data for the Client it does so only on the Client's documented instructions and under the data protection terms in Schedule 2.",
        ],
    ),
    (
        "Intellectual property",
        [
            "Reports and software written for the Client under this Agreement belong to the Client once the fee for them has been paid. The Provider keeps its general methods and tools and grants the Client a perpetual licence to use those built into the deliverables.",
        ],
    ),
    (
        "Ending the agreement",
        [
            "Either party may end this Agreement by sixty days' notice in writing, or at once if the other commits a material breach that is not put right within fourteen days of being told of it.",
            "On ending, the Client shall pay for the Services carried out up to that day.",
        ],
    ),
    (
        "Liability",
        [
            "Neither party excludes liability that cannot be excluded by law. Apart from that, each party's liability under this Agreement is limited to the fees paid in the twelve months before the claim arose.",
        ],
    ),
    ("Governing law", ["This Agreement is governed by the law of England and Wales, whose courts have exclusive jurisdiction."]),
]
FEES = [
    ("Instalment", "Due", "Fee"),
    ("1  Discovery and data model", "31 October 2026", "£12,400.00"),
    ("2  First report and training", "31 January 2027", "£18,600.00"),
    ("3  Monthly operation, six months", "31 July 2027", "£21,500.00"),
    ("Total fee", "", "£52,500.00"),
]


def sample() -> Sample:
    """Return the agreement between Brightwell Analytics Ltd and Meridian Freight Services plc."""
    document = docx.Document()
    _style(document)
    _opening(document)
    for number, (title, paragraphs) in enumerate(CLAUSES, 1):
        _clause(document, number, title, paragraphs)
        if title == "Fees and payment":
            _fees(document)
    _signatures(document)
    truth = Truth(document_number="MSA-2026-031", date="2026-09-14", issuer=PROVIDER, recipient=CLIENT, total="52500.00", currency="GBP")
    return Sample(
        name="services-agreement.docx", data=_save(document), truth=truth, about="Services agreement of two pages with a table of fees"
    )


def _style(document: Document) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Georgia", Pt(10)
    normal.paragraph_format.space_after = Pt(5)
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = "Services Agreement MSA-2026-031", PROVIDER, PROVIDER
    properties.created = properties.modified = datetime(2026, 9, 14, 9, 0, tzinfo=UTC)
    section = document.sections[0]
    section.page_width, section.page_height = Pt(595.3), Pt(841.9)
    section.left_margin = section.right_margin = Pt(71)
    section.top_margin = section.bottom_margin = Pt(62)
    footer = section.footer.paragraphs[0]
    footer.text = "Services Agreement MSA-2026-031 · Brightwell Analytics Ltd and Meridian Freight Services plc"
    footer.runs[0].font.size = Pt(8)


def _opening(document: Document) -> None:
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run("SERVICES AGREEMENT")
    run.bold, run.font.size, run.font.color.rgb = True, Pt(18), RGBColor(0x1B, 0x2A, 0x4A)
    number = document.add_paragraph("Agreement No. MSA-2026-031")
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("This Agreement is dated 14 September 2026 and is made between:")
    for label, name, rest in (
        (
            "(1)",
            PROVIDER,
            ", a company registered in England under number 1120 7746, of 3 Cooperage Yard, Bristol BS1 6QN (the “Provider”); and",
        ),
        (
            "(2)",
            CLIENT,
            ", a company registered in England under number 0388 1925, of Dock Gate House, Felixstowe IP11 3SY (the “Client”).",
        ),
    ):
        party = document.add_paragraph(f"{label}  ")
        party.add_run(name).bold = True
        party.add_run(rest)
    document.add_paragraph("The parties agree as follows:")


def _clause(document: Document, number: int, title: str, paragraphs: list[str]) -> None:
    heading = document.add_paragraph()
    heading.paragraph_format.space_before = Pt(8)
    heading.paragraph_format.keep_with_next = True
    run = heading.add_run(f"{number}.  {title}")
    run.bold, run.font.size = True, Pt(11)
    for part, text in enumerate(paragraphs, 1):
        paragraph = document.add_paragraph(f"{number}.{part}  {text}")
        paragraph.paragraph_format.left_indent = Pt(18)


def _fees(document: Document) -> None:
    table = document.add_table(rows=0, cols=3, style="Light Grid Accent 1")
    for values in FEES:
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = value
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)
    for row in table.rows:
        row.cells[2].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph()


def _signatures(document: Document) -> None:
    document.add_paragraph()
    document.add_paragraph("Signed by the parties' authorised representatives:")
    table = document.add_table(rows=1, cols=2)
    for cell, lines in zip(
        table.rows[0].cells,
        (
            [f"For {PROVIDER}", "", "____________________________", "Eleanor Voss, Managing Director", "Date: 14 September 2026"],
            [f"For {CLIENT}", "", "____________________________", "Rajan Pillai, Chief Operating Officer", "Date: 14 September 2026"],
        ),
        strict=True,
    ):
        cell.text = "\n".join(lines)


def _save(document: Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return repack(out.getvalue())
