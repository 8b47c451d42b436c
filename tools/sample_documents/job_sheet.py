"""A service engineer's job sheet: a form with fillable fields, filled in."""

from __future__ import annotations

import re

from reportlab.lib.colors import white

from tools.sample_documents.paper import GREY, Paper
from tools.sample_documents.sample import Sample, Truth

LEFT, RIGHT = 48, 547
NAVY = "#1b2a4a"
IBAN = "DE93 7009 9956 0661 5382 00"


def sample() -> Sample:
    """Return the job sheet of Aqualine Heating Services GmbH."""
    paper = Paper(title="Service job sheet", author="Aqualine Heating Services GmbH")
    _head(paper)
    _people(paper)
    _work(paper)
    _charges(paper)
    truth = Truth(
        document_number="JS-58-20613",
        date="2026-10-08",
        issuer="Aqualine Heating Services GmbH",
        recipient="Residenz am Stadtpark, House 4",
        total="486.71",
        currency="EUR",
        due_date="2026-10-22",
        iban=IBAN,
    )
    return Sample(name="form-job-sheet.pdf", data=paper.pdf(), truth=truth, about="Service job sheet, a PDF form with its fields filled in")


def _field(paper: Paper, label: str, value: str, place: tuple[float, float, float], *, tall: float = 20) -> None:
    x, y, width = place
    paper.text(x, y, label, size=7.5, colour=GREY)
    paper.canvas.acroForm.textfield(
        name=re.sub(r"\W+", "_", label.lower()).strip("_"),
        tooltip=label,
        value=value,
        x=x + 4,
        y=paper.height - y - 3 - tall,
        width=width - 8,
        height=tall - 6,
        fontName="Helvetica",
        fontSize=9.5,
        borderWidth=0.5,
        borderColor=None,
        fillColor=None,
        forceBorder=False,
        fieldFlags="multiline" if "\n" in value else "",
        maxlen=400,
    )
    paper.box(x, y + 5, width, tall, stroke="#9aa3b5")


def _tick(paper: Paper, label: str, name: str, x: float, y: float, *, ticked: bool) -> None:
    paper.canvas.acroForm.checkbox(
        name=name,
        tooltip=label,
        checked=ticked,
        x=x,
        y=paper.height - y - 3,
        size=12,
        borderWidth=0.5,
        buttonStyle="check",
        fillColor=white,
    )
    paper.text(x + 18, y, label)


def _head(paper: Paper) -> None:
    paper.box(0, 0, paper.width, 76, fill=NAVY)
    paper.text(LEFT, 40, "Aqualine Heating Services GmbH", size=16, bold=True, colour="#ffffff")
    paper.text(LEFT, 57, "Heizungsbau & Kundendienst · Rosenheimer Allee 210 · 81669 München", size=8.5, colour="#c8d1e6")
    paper.text(RIGHT, 47, "SERVICE JOB SHEET", size=14, align="right", colour="#ffffff")
    _field(paper, "Job sheet no.", "JS-58-20613", (LEFT, 104, 155))
    _field(paper, "Date of visit", "08.10.2026", (220, 104, 155))
    _field(paper, "Engineer", "Marek Dvorak", (392, 104, 155))


def _people(paper: Paper) -> None:
    _section(paper, 160, "1  Customer and site")
    _field(paper, "Customer", "Residenz am Stadtpark, House 4", (LEFT, 184, 327))
    _field(paper, "Contact on site", "Mr Feldmann, caretaker", (392, 184, 155))
    _field(paper, "Site address", "Parkstraße 17, 81541 München", (LEFT, 224, 327))
    _field(paper, "Telephone", "089 555 0177", (392, 224, 155))


def _work(paper: Paper) -> None:
    _section(paper, 284, "2  Work")
    ticks = [("Annual service", True), ("Repair", True), ("Installation", False), ("Warranty", False), ("Emergency", False)]
    for place, (label, ticked) in enumerate(ticks):
        _tick(paper, label, f"kind_{label.split()[0].lower()}", LEFT + place * 102, 308, ticked=ticked)
    _field(paper, "Appliance", "Condensing boiler KT 48, built 2019", (LEFT, 334, 327))
    _field(paper, "Serial number", "KT48-19-007731", (392, 334, 155))
    done = "Annual service by the maker's list. Circulation pump noisy: bearing worn, pump replaced.\nExpansion vessel topped up to 1.5 bar. Flue gas within limits, no leaks found."
    _field(paper, "Work carried out", done, (LEFT, 374, RIGHT - LEFT), tall=74)
    _tick(paper, "System left running and safe", "left_safe", LEFT, 474, ticked=True)
    _tick(paper, "Further visit needed", "further_visit", 280, 474, ticked=False)


def _charges(paper: Paper) -> None:
    _section(paper, 506, "3  Charges (EUR)")
    _field(paper, "Labour, 2.5 h", "197.50", (LEFT, 530, 112))
    _field(paper, "Parts", "189.00", (172, 530, 112))
    _field(paper, "Travel", "22.50", (296, 530, 112))
    _field(paper, "VAT 19 %", "77.71", (420, 530, 127))
    _field(paper, "Amount due", "486.71", (420, 570, 127))
    _field(paper, "Payment due by", "22.10.2026", (296, 570, 112))
    paper.lines(LEFT, 578, ["Please transfer the amount due to", f"IBAN {IBAN}", "Isarbank München · Reference: job sheet no."], size=8.5)
    _section(paper, 634, "4  Signatures")
    _field(paper, "Customer's name", "K. Feldmann", (LEFT, 658, 240))
    _field(paper, "Engineer's name", "M. Dvorak", (307, 658, 240))
    paper.text(
        297,
        800,
        "Amtsgericht München HRB 204431 · USt-IdNr. DE301958207 · service@aqualine-heating.example",
        size=7.5,
        align="centre",
        colour=GREY,
    )


def _section(paper: Paper, y: float, title: str) -> None:
    paper.text(LEFT, y, title, size=10.5, bold=True, colour=NAVY)
    paper.rule(LEFT, y + 5, RIGHT, width=1, colour=NAVY)
