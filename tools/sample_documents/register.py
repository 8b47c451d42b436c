"""The fields of a general register of documents, which fit every sample."""

from __future__ import annotations

from typing import Any

FIELDS: list[dict[str, Any]] = [
    {
        "name": "document_number",
        "type": "text",
        "description": "Number of the document itself: invoice, order, receipt, statement or contract number",
        "synonyms": [
            "invoice number",
            "order number",
            "receipt number",
            "agreement number",
            "Rechnungsnummer",
            "Belegnummer",
            "numéro de facture",
        ],
        "examples": ["INV-20418", "2026/5541"],
    },
    {
        "name": "date",
        "type": "date",
        "description": "Date the document was issued or signed",
        "synonyms": ["invoice date", "order date", "issue date", "Rechnungsdatum", "Belegdatum", "date d'émission"],
    },
    {
        "name": "issuer",
        "type": "text",
        "description": "Company that issued the document: seller, supplier, shop, provider; for an order, the buyer who placed it",
        "synonyms": ["seller", "supplier", "provider", "Lieferant", "Rechnungssteller", "emisor"],
    },
    {
        "name": "recipient",
        "type": "text",
        "description": "Company or person the document is addressed to: customer, buyer, client; for an order, the supplier",
        "synonyms": ["customer", "bill to", "client", "Kunde", "Empfänger", "cliente"],
    },
    {
        "name": "total",
        "type": "amount",
        "description": "Amount due in all, taxes included, with its currency",
        "synonyms": ["total due", "amount due", "grand total", "Rechnungsbetrag", "Gesamtbetrag", "net à payer"],
        "examples": ["£2,611.60", "4.068,97 EUR"],
    },
    {
        "name": "due_date",
        "type": "date",
        "description": "Date by which payment is due",
        "synonyms": ["payment due", "pay by", "Fälligkeitsdatum", "Fällig am", "date d'échéance"],
    },
    {
        "name": "iban",
        "type": "text",
        "description": "IBAN of the account to pay into",
        "synonyms": ["account", "bank account", "Bankverbindung"],
        "examples": ["DE66 3609 9912 0418 8732 00"],
    },
]
