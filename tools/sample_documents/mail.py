"""An e-mail that brings an invoice as its attachment."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP

from tools.sample_documents import invoice_swiss
from tools.sample_documents.sample import Sample, Truth

BODY = """Guten Tag Herr Brunner

Anbei erhalten Sie unsere Rechnung für den Katalog «Wasserlinien».
Die Belegexemplare sind heute mit der Post an Sie abgegangen.

Freundliche Grüsse
Sandra Keller

Bergwerk Gestaltung AG
Hafnergasse 9, 8200 Schaffhausen
"""


def sample() -> Sample:
    """Return the message of Bergwerk Gestaltung AG."""
    invoice = invoice_swiss.sample()
    truth = Truth(date="2026-10-30", issuer="Bergwerk Gestaltung AG", recipient="Kunsthaus Seefeld")
    return Sample(
        name="mail-bergwerk.eml",
        data=_message(invoice),
        truth=truth,
        members=[replace(invoice, name=f"mail-bergwerk.eml/{invoice.name}")],
        about="E-mail with a Swiss invoice attached",
    )


def _message(invoice: Sample) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = "Bergwerk Gestaltung AG <buchhaltung@bergwerk-gestaltung.example>"
    message["To"] = "Kunsthaus Seefeld <rechnungen@kunsthaus-seefeld.example>"
    message["Subject"] = "Rechnung für den Katalog «Wasserlinien»"
    message["Date"] = "Fri, 30 Oct 2026 16:42:10 +0100"
    message["Message-ID"] = "<20261030154210.4471@bergwerk-gestaltung.example>"
    message.set_content(BODY, cte="quoted-printable")
    message.add_attachment(invoice.data, maintype="application", subtype="pdf", filename=invoice.name)
    message.set_boundary("=-bergwerk-2026-0318")
    return message.as_bytes()
