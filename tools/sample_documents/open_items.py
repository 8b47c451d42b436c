"""A list of open items as a bookkeeping program writes it: semicolons, decimal commas, umlauts; many documents in one file."""

from __future__ import annotations

from decimal import Decimal

from tools.sample_documents.money import continental
from tools.sample_documents.sample import Sample, Truth

HEADINGS = "Belegnummer;Belegdatum;Lieferant;Kunde;Betrag;Währung;Fällig am;IBAN;Mahnstufe"
CUSTOMER = "Stadtwerke Birkenau"
DE_A, DE_B, AT = "DE67500999340317264900", "DE42200999780294471800", "AT419904300234573201"
LIST = [
    ("RG-88121", "2026-08-03", "Elektro Hüttner GmbH", "1284.50", "EUR", "2026-09-02", DE_A, 2),
    ("RG-88207", "2026-08-19", "Elektro Hüttner GmbH", "316.07", "EUR", "2026-09-18", DE_A, 1),
    ("2026/5541", "2026-08-27", "Gößl & Cie. Rohrleitungsbau", "22890.00", "EUR", "2026-09-26", AT, 1),
    ("2026/5588", "2026-09-09", "Gößl & Cie. Rohrleitungsbau", "7415.38", "EUR", "2026-10-09", AT, 0),
    ("KD-0047731", "2026-09-14", "Kanzlei Dr. Böhm; Partner mbB", "1963.50", "EUR", "2026-09-28", DE_B, 1),
    ("GS-0000912", "2026-09-17", "Elektro Hüttner GmbH", "-148.75", "EUR", "2026-09-17", DE_A, 0),
    ("RG-88344", "2026-09-22", "Elektro Hüttner GmbH", "904.40", "EUR", "2026-10-22", DE_A, 0),
    ("F-10422", "2026-09-30", 'Druckerei "Schöne Seiten"', "588.12", "EUR", "2026-10-30", DE_B, 0),
    ("2026/5630", "2026-10-01", "Gößl & Cie. Rohrleitungsbau", "11206.75", "EUR", "2026-10-31", AT, 0),
    ("KD-0047806", "2026-10-06", "Kanzlei Dr. Böhm; Partner mbB", "833.00", "EUR", "2026-10-20", DE_B, 0),
    ("F-10460", "2026-10-12", 'Druckerei "Schöne Seiten"', "74.97", "EUR", "2026-11-11", DE_B, 0),
    ("RG-88502", "2026-10-15", "Elektro Hüttner GmbH", "2410.22", "EUR", "2026-11-14", DE_A, 0),
]


def sample() -> Sample:
    """Return the list of open items of Stadtwerke Birkenau."""
    rows = [
        Truth(document_number=number, date=day, issuer=issuer, recipient=CUSTOMER, total=amount, currency=currency, due_date=due, iban=iban)
        for number, day, issuer, amount, currency, due, iban, _ in LIST
    ]
    lines = [HEADINGS, *(_line(row, reminders=entry[-1]) for row, entry in zip(rows, LIST, strict=True))]
    data = ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()
    return Sample(
        name="offene-posten.csv",
        data=data,
        truth=Truth(),
        rows=rows,
        about="German list of open items, twelve documents in one CSV (`;`, decimal comma)",
    )


def _line(row: Truth, *, reminders: int) -> str:
    amount = continental(Decimal(row.total or 0))
    values = [row.document_number, _german(row.date), row.issuer, row.recipient, amount, row.currency, _german(row.due_date), row.iban]
    return ";".join(_quoted(value or "") for value in [*values, str(reminders)])


def _german(day: str | None) -> str:
    return ".".join(reversed((day or "").split("-")))


def _quoted(value: str) -> str:
    doubled = value.replace('"', '""')
    return f'"{doubled}"' if '"' in value or ";" in value else value
