"""A statement of account as plain text, the way an old accounting system mails it."""

from __future__ import annotations

from decimal import Decimal

from tools.sample_documents.money import english
from tools.sample_documents.sample import Sample, Truth

ENTRIES = [
    ("08/28/2026", "Invoice 71904", "1284.15", ""),
    ("09/10/2026", "Invoice 72051", "618.90", ""),
    ("09/25/2026", "Payment received, check 3307", "", "1284.15"),
    ("10/06/2026", "Invoice 72377", "1402.36", ""),
    ("10/14/2026", "Credit memo 5512, damaged toner", "", "178.66"),
    ("10/22/2026", "Invoice 72490", "243.75", ""),
]


def sample() -> Sample:
    """Return the statement of Cascade Office Supply, Inc."""
    due = sum((Decimal(charge or 0) - Decimal(credit or 0) for _, _, charge, credit in ENTRIES), Decimal(0))
    truth = Truth(
        document_number="ST-3391-10",
        date="2026-10-31",
        issuer="Cascade Office Supply, Inc.",
        recipient="Redfern & Lowe Architects",
        total=str(due),
        currency="USD",
        due_date="2026-11-15",
    )
    return Sample(name="statement-cascade.txt", data=_text(due).encode(), truth=truth, about="American statement of account as plain text")


def _text(due: Decimal) -> str:
    return f"""CASCADE OFFICE SUPPLY, INC.
2150 Mill Plain Boulevard, Vancouver, WA 98661
Accounts receivable (360) 555-0148


                         STATEMENT OF ACCOUNT

Redfern & Lowe Architects                Statement no.:   ST-3391-10
Attn: Accounts Payable                   Statement date:  October 31, 2026
905 Alder Avenue, Suite 410              Customer no.:    3391
Spokane, WA 99201                        Terms:           Net 30


Dear customer,

our records show the following activity on your account since
August 28, 2026. Please compare it with your own and let us know of
any difference within ten days.

Date        Description                          Charges     Credits
----------  --------------------------------  ----------  ----------
{_entries()}
                                              ----------  ----------
            Amount due                         {_dollars(due):>21}

Please pay the amount due by November 15, 2026. Checks payable to
Cascade Office Supply, Inc.; write the statement number on the check.
If you have paid in the last few days, thank you, and please ignore
this notice.

Sincerely,

Gloria Tran
Credit Department
"""


def _entries() -> str:
    return "\n".join(f"{day:<12}{text:<34}{_figure(charge):>10}  {_figure(credit):>10}" for day, text, charge, credit in ENTRIES)


def _figure(value: str) -> str:
    return english(Decimal(value)) if value else ""


def _dollars(value: Decimal) -> str:
    return f"${english(value)}"
