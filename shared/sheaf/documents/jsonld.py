"""JSON-LD, inside HTML or by itself: every value as a datum, with the roles that schema.org's invoices and orders define."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from sheaf.documents.model import Datum
from sheaf.documents.values import leaves

#: By type, the property path below it; see https://schema.org/Invoice and https://schema.org/Order.
_ROLES: dict[str, dict[str, str]] = {
    "Invoice": {
        "confirmationNumber": "invoice.number",
        "identifier": "invoice.number",
        "paymentDueDate": "invoice.due_date",
        "paymentDue": "invoice.due_date",
        "totalPaymentDue/price": "totals.due",
        "totalPaymentDue/value": "totals.due",
        "totalPaymentDue/priceCurrency": "invoice.currency",
        "totalPaymentDue/currency": "invoice.currency",
        "provider/name": "seller.name",
        "broker/name": "seller.name",
        "customer/name": "buyer.name",
    },
    "Order": {
        "orderNumber": "order.number",
        "orderDate": "order.date",
        "price": "totals.gross",
        "priceCurrency": "invoice.currency",
        "seller/name": "seller.name",
        "merchant/name": "seller.name",
        "customer/name": "buyer.name",
    },
}
_SCRIPTS = "//script[translate(normalize-space(@type), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') = 'application/ld+json']"


def data_of(root: Any, limit: int) -> tuple[list[Datum], list[str]]:
    """The data of every JSON-LD script of an HTML tree, at most ``limit``, and notes on scripts that are no JSON."""
    data: list[Datum] = []
    notes = []
    for number, script in enumerate(root.xpath(_SCRIPTS), start=1):
        try:
            value = json.loads(script.text_content())
        except (ValueError, RecursionError):
            notes.append(f"JSON-LD script {number} is damaged and was left out.")
            continue
        data += with_roles(leaves(value, f"jsonld[{number}]"), value, f"jsonld[{number}]")
    return data[:limit], notes


def is_jsonld(value: Any) -> bool:
    """Does a JSON value say that it is JSON-LD? See https://www.w3.org/TR/json-ld11/#the-context."""
    things = value[:1] if isinstance(value, list) else [value]
    return any(isinstance(thing, dict) and "@context" in thing for thing in things)


def with_roles(data: Iterable[Datum], value: Any, root: str = "") -> Iterator[Datum]:
    """The data of a JSON-LD value below ``root``, with their roles."""
    roles = dict(_role_paths(value, root))
    for datum in data:
        yield replace(datum, role=roles.get(datum.path, ""))


def _role_paths(value: Any, root: str) -> Iterator[tuple[str, str]]:
    """Pointer and role of each property that has one; a thing of two types has the roles of both."""
    for path, thing in _things(value, root):
        kinds = thing.get("@type")
        for kind in kinds if isinstance(kinds, list) else [kinds]:
            known = _ROLES.get(kind, {}) if isinstance(kind, str) else {}
            yield from ((f"{path}/{inner}", role) for inner, role in known.items())


def _things(value: Any, root: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The top-level things: the value itself, a list's members, or those of its ``@graph``."""
    if isinstance(value, list):
        yield from ((f"{root}/{i}", item) for i, item in enumerate(value) if isinstance(item, dict))
    elif isinstance(value, dict):
        yield root, value
        graph = value.get("@graph")
        yield from _things(graph, f"{root}/@graph") if isinstance(graph, list) else ()
