"""Invoices and orders in the European standards, read by meaning: UBL 2 and UN/CEFACT CII (Factur-X, ZUGFeRD, XRechnung, Order-X).

Which element means what is data, in :mod:`sheaf.documents.xml.ubl` and :mod:`sheaf.documents.xml.cii`, after EN 16931-1's business terms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from lxml import etree

from sheaf.documents.model import Datum, Place, Table, TableCell
from sheaf.documents.xml.parsing import text_of
from sheaf.documents.xml.terms import LABELS

_COMPACT_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")
_STEP = re.compile(r"(?<![@\w])[A-Z]\w*(?:\|[A-Z]\w*)*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Standard:
    """Where one standard keeps what: paths from the root by role, and for lines from the line, written as :func:`xpath` wants them."""

    fields: Sequence[tuple[str, str]]
    #: Role of a composed address and the path of the element that holds its parts.
    addresses: Sequence[tuple[str, str]]
    #: The parts of an address, those of one line together.
    address_lines: Sequence[Sequence[str]]
    line: str
    line_fields: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Invoice:
    """What a standard says of one file's elements."""

    #: The role of each element that has one.
    roles: Mapping[Any, str]
    #: The text of each element that is an address.
    addresses: Mapping[Any, str]
    lines: Sequence[Any]


@cache
def xpath(path: str) -> etree.XPath:
    """A path of local names compiled: namespaces differ between versions, names do not.

    A step may name alternatives, as in ``ID|IssuerAssignedID``; text in quotes and attributes stay as they are.
    """
    parts = path.split("'")
    parts[::2] = [_STEP.sub(_by_local_name, part) for part in parts[::2]]
    return etree.XPath("'".join(parts))


def _by_local_name(found: re.Match[str]) -> str:
    return "*[" + " or ".join(f"local-name()='{name}'" for name in found[0].split("|")) + "]"


def understood(root: Any, standard: Standard) -> Invoice:
    """Find every element that the standard gives a role; the first path that leads to an element has it."""
    roles: dict[Any, str] = {}
    for role, path in standard.fields:
        _assign(roles, root, role, path)
    lines = xpath(standard.line)(root)
    for line in lines:
        for role, path in standard.line_fields:
            _assign(roles, line, role, path)
    addresses: dict[Any, str] = {}
    for role, path in standard.addresses:
        for element in xpath(path)(root)[:1]:
            roles[element] = role
            addresses[element] = _address(element, standard)
    return Invoice(roles, addresses, lines)


def _assign(roles: dict[Any, str], start: Any, role: str, path: str) -> None:
    for element in xpath(path)(start):
        roles.setdefault(element, role)


def _address(element: Any, standard: Standard) -> str:
    lines = (" ".join(filter(None, (_part(element, path) for path in paths))) for paths in standard.address_lines)
    return "\n".join(line for line in lines if line)


def _part(element: Any, path: str) -> str:
    return " ".join(shown(part) for part in xpath(path)(element))


def shown(element: Any) -> str:
    """The element's text; a day written as CII's 20240131 reads 2024-01-31."""
    text = text_of(element)
    compact = _COMPACT_DATE.fullmatch(text) if element.get("format") == "102" else None
    return "-".join(compact.groups()) if compact else text


def line_table(invoice: Invoice, data: Mapping[Any, Datum]) -> Table | None:
    """The invoice's lines: a header, and a row for each line; only columns that some line fills. None where there are no lines.

    ``data`` has the datum of each element, for its text and path.
    """
    rows = [dict(_columns(line, data)) for line in invoice.lines]
    columns = [role for role in LABELS if any(role in row for row in rows)]
    if not columns:
        return None
    header = [TableCell(LABELS[role]) for role in columns]
    return Table([header, *([_cell(row.get(role)) for role in columns] for row in rows)], header_rows=1, name="Lines")


def _columns(line: Any, data: Mapping[Any, Datum]) -> Iterator[tuple[str, Datum]]:
    """Role and datum of what a line says, the last of each role first, so that the first one counts in a dict."""
    for element in reversed(list(line.iter())):
        datum = data.get(element)
        if datum is not None and datum.role.startswith("lines[]"):
            yield datum.role, datum
            if datum.role == "lines[].quantity" and datum.qualifier:
                yield "lines[].unit", replace(datum, path=f"{datum.path}/@unitCode", text=datum.qualifier)


def _cell(datum: Datum | None) -> TableCell | None:
    return TableCell(datum.text, None, Place(path=datum.path)) if datum is not None and datum.text else None
