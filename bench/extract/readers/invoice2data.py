"""invoice2data with the templates it ships and pypdfium2's text; where no template fits, what its template builder would suggest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from invoice2data import extract_data
from invoice2data.extract.candidates import find_amounts, find_dates
from invoice2data.extract.labels import find_labeled_fields
from invoice2data.extract.loader import read_templates
from invoice2data.extract.suggestions import suggest_from_text
from invoice2data.input import pdfium

from bench.extract.work import Found, Reading, Work, Works

ABOUT = "fields by a template for each issuer; without one, what its template builder suggests; no boxes, no recognition of its own"

#: Its names of what is asked for.
_NAMES = {
    "invoice_number": "invoice_number",
    "invoice_date": "date",
    "due_date": "date_due",
    "total": "amount",
    "iban": "iban",
    "vat_id": "vat",
}
#: Labels give texts; what its own finders make of them.
_FINDERS: Mapping[str, Callable[[str], list[Any]]] = {"date": find_dates, "date_due": find_dates, "amount": find_amounts}


def _fields() -> Reading:
    templates = read_templates()

    def read(path: Path) -> Found:
        found = extract_data(str(path), templates=templates, input_module=pdfium) or dict(_suggested(pdfium.to_text(str(path))))
        return Found(fields={name: _text(found[its]) for name, its in _NAMES.items() if found.get(its)})

    return read


def _suggested(text: str) -> Iterator[tuple[str, object]]:
    """First what stands beside a label, else the likeliest of its kind."""
    for name, guess in suggest_from_text(text).items():
        yield name, guess.parsed
    for name, match in find_labeled_fields(text).items():
        finder = _FINDERS.get(name)
        values = [each.parsed for each in finder(match.value)] if finder else [match.value]
        if values:
            yield name, values[0]


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()[:10]
    return f"{value:.2f}" if isinstance(value, float) else str(value)


WORKS: Works = {Work.FIELDS: _fields}
