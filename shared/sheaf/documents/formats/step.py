"""STEP (ISO 10303-21): header, products with their properties, the parts list of each assembly, people, dates and units.

The shape itself is not looked at. Paths name the instance and its attribute: ``#17.name``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sheaf.documents.limits import Limits
from sheaf.documents.model import Document
from sheaf.documents.step.contents import document_of
from sheaf.documents.step.header import header_node
from sheaf.documents.step.nodes import group, leaf, listing
from sheaf.documents.step.part21 import Exchange, at, read_exchange, refs
from sheaf.documents.step.products import Product, Structure, Use, roots, structure_of
from sheaf.documents.step.properties import people_and_dates, properties_of
from sheaf.documents.step.units import unit_of
from sheaf.documents.tree import Node

_UNITS = {"LENGTH_UNIT": "Length unit", "PLANE_ANGLE_UNIT": "Angle unit", "MASS_UNIT": "Mass unit"}
_CONTEXT = "GLOBAL_UNIT_ASSIGNED_CONTEXT"
#: What a field of a drawing would be filled from, where the file is of one product.
_MEANINGS = {
    "Part number": "drawing.number",
    "Name": "drawing.title",
    "Revision": "drawing.revision",
    "Material": "drawing.material",
}


def read(path: Path, limits: Limits) -> Document:
    """Read the file's header and products.

    Raises:
        FileProblem: ``empty``, ``corrupt`` or ``too_large``.
    """
    exchange = read_exchange(path, limits)
    return document_of("step", exchange, list(_contents(exchange)), limits)


def _contents(exchange: Exchange) -> Iterator[Node]:
    structure = structure_of(exchange)
    uses = structure.uses()
    properties: dict[int, list[Node]] = {}
    for one in properties_of(structure):
        properties.setdefault(one.product, []).append(one.node)
    tops = list(roots(structure, uses))
    yield header_node(exchange)
    if len(tops) == 1:
        yield group("Product", f"#{tops[0].number}", map(_meant, _leaves(tops[0], properties)))
    yield group("People and dates", "", _once(people_and_dates(exchange)))
    yield group("Units", "", _units(exchange))
    yield listing("Products", [_row(product, properties) for product in structure.products.values()])
    yield listing("Parts list", [_part(structure, use, properties) for use in uses])


def _row(product: Product, properties: dict[int, list[Node]]) -> Node:
    return group("", f"#{product.number}", _leaves(product, properties))


def _leaves(product: Product, properties: dict[int, list[Node]]) -> list[Node]:
    return [*_named(product), *_distinct(properties.get(product.number, []))]


def _named(product: Product) -> list[Node]:
    path = f"#{product.number}"
    return [
        leaf("Part number", product.id, f"{path}.id"),
        leaf("Name", product.name, f"{path}.name"),
        leaf("Description", product.description, f"{path}.description"),
        leaf("Revision", product.revision, f"#{product.revision_at}.id"),
    ]


def _distinct(nodes: Sequence[Node]) -> list[Node]:
    """Properties by their labels; of several of one label the first, as a column has one place."""
    return list({node.label.casefold(): node for node in reversed(nodes)}.values())[::-1]


def _meant(node: Node) -> Node:
    return Node(node.name, node.label, node.path, node.text, node.value, node.qualifier, _MEANINGS.get(node.label, ""))


def _once(nodes: Iterator[Node]) -> list[Node]:
    """Each label and text once: the same person is named for every product."""
    return list({(node.label, node.text): node for node in nodes if node.text}.values())


def _part(structure: Structure, use: Use, properties: dict[int, list[Node]]) -> Node:
    parent, child = structure.products[use.parent], structure.products[use.child]
    quantity = f"{use.quantity.normalize():f}"
    assembly = leaf("Assembly", parent.id or parent.name, f"#{parent.number}.id")
    counted = leaf("Quantity", quantity, f"#{use.number}.quantity", value=use.quantity)
    reference = leaf("Reference", ", ".join(use.designators), f"#{use.number}.reference_designator")
    return group("", f"#{use.number}", [assembly, *_leaves(child, properties), counted, reference])


def _units(exchange: Exchange) -> Iterator[Node]:
    """The units that a context assigns, each said once; others only serve to define these."""
    assigned = {number for context in exchange.of(_CONTEXT) for number in refs(at(exchange.values(context, _CONTEXT), 0))}
    for kind, label in _UNITS.items():
        found = {unit: number for number in exchange.of(kind) if number in assigned and (unit := unit_of(exchange, number))}
        for unit, number in found.items():
            yield leaf(label, unit, f"#{number}")
