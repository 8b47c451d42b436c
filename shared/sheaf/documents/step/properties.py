"""What a STEP file says of its products: properties with their units, materials, people, dates, approval."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sheaf.documents.step.nodes import exact, leaf, shown
from sheaf.documents.step.parameters import Number, Ref, Value
from sheaf.documents.step.part21 import Exchange, at, ref_at, refs, text_at
from sheaf.documents.step.products import Structure
from sheaf.documents.step.units import unit_of
from sheaf.documents.tree import Node

_MATERIAL = "material name"
#: Roles of people, dates and organizations that drawings have fields for.
_MEANINGS = {
    "creator": "drawing.author",
    "design owner": "drawing.company",
    "creation date": "drawing.date",
    "approver": "drawing.approver",
}
_PEOPLE = ("CC_DESIGN_PERSON_AND_ORGANIZATION_ASSIGNMENT", "APPLIED_PERSON_AND_ORGANIZATION_ASSIGNMENT")
_ORGANIZATIONS = ("APPLIED_ORGANIZATION_ASSIGNMENT",)
_DATES = ("CC_DESIGN_DATE_AND_TIME_ASSIGNMENT", "APPLIED_DATE_AND_TIME_ASSIGNMENT", "APPLIED_DATE_ASSIGNMENT")


class Property(NamedTuple):
    """One property of a product."""

    product: int
    node: Node


def properties_of(structure: Structure) -> Iterator[Property]:
    """Every property of a product as a whole, by the names that the file gives."""
    exchange = structure.exchange
    for number in exchange.of("PROPERTY_DEFINITION_REPRESENTATION"):
        values = exchange.values(number)
        definition = exchange.values(ref_at(values, 0))
        product = structure.product_of(ref_at(definition, 2))
        if product:
            yield from (Property(product, node) for node in _items(exchange, text_at(definition, 0), ref_at(values, 1)))
    for number in exchange.of("MATERIAL_DESIGNATION"):
        values = exchange.values(number)
        node = leaf("Material", text_at(values, 0), f"#{number}.name")
        yield from (Property(product, node) for one in refs(at(values, 1)) if (product := structure.product_of(one)))


def _items(exchange: Exchange, definition: str, representation: int) -> Iterator[Node]:
    values = exchange.values(representation)
    items = list(refs(at(values, 1)))
    name = text_at(values, 0)
    for item in items:
        node = _item(exchange, item, name if len(items) == 1 else "", definition)
        if node is not None and node.text:
            yield node


def _item(exchange: Exchange, number: int, representation: str, definition: str) -> Node | None:
    """A representation's item as a labelled value; None for geometry.

    The representation names what is measured ("volume"), its item the way ("volume measure"); where the first is silent the second
    serves, and after it the property.
    """
    parts = exchange.parts(number)
    name = text_at(parts.get("REPRESENTATION_ITEM", exchange.values(number)), 0)
    label = representation or name.removesuffix(" measure") or definition
    if "DESCRIPTIVE_REPRESENTATION_ITEM" in parts:
        return _described(number, name, text_at(exchange.values(number, "DESCRIPTIVE_REPRESENTATION_ITEM"), -1), label)
    measured = parts.get("MEASURE_WITH_UNIT") or parts.get("MEASURE_REPRESENTATION_ITEM", ())[1:]
    if measured:
        unit = unit_of(exchange, ref_at(measured, 1))
        return leaf(label, shown(at(measured, 0)), f"#{number}.value_component", unit=unit, value=exact(at(measured, 0)))
    for kind in ("VALUE_REPRESENTATION_ITEM", "INTEGER_REPRESENTATION_ITEM", "REAL_REPRESENTATION_ITEM", "BOOLEAN_REPRESENTATION_ITEM"):
        if kind in parts:
            value = at(parts[kind], len(parts[kind]) - 1)
            return leaf(label, shown(value), f"#{number}.value", value=exact(value))
    return None


def _described(number: int, name: str, description: str, label: str) -> Node:
    """A text; a material is the item's own name (CAx-IF, Recommended Practices for Material Identification and Density)."""
    if label.casefold() == _MATERIAL:
        named = name.casefold() not in {"", _MATERIAL}
        return leaf("Material", name if named else description, f"#{number}.{'name' if named else 'description'}")
    return leaf(label, description, f"#{number}.description")


def people_and_dates(exchange: Exchange) -> Iterator[Node]:
    """Who made, checked and owns the design, and when, each said once."""
    for number in exchange.of(*_PEOPLE):
        values = exchange.values(number)
        role = _role(exchange, ref_at(values, 1))
        person, organization = _person_and_organization(exchange, ref_at(values, 0))
        yield leaf(role, person, f"#{number}.person", role=_MEANINGS.get(role.casefold(), ""))
        yield leaf(f"{role} organization", organization, f"#{number}.organization")
    for number in exchange.of(*_ORGANIZATIONS):
        values = exchange.values(number)
        yield leaf(_role(exchange, ref_at(values, 1)), text_at(exchange.values(ref_at(values, 0)), 1), f"#{number}.organization")
    for number in exchange.of(*_DATES):
        values = exchange.values(number)
        role = _role(exchange, ref_at(values, 1))
        yield leaf(role, _date(exchange, ref_at(values, 0)), f"#{number}.date", role=_MEANINGS.get(role.casefold(), ""))
    yield from _approvals(exchange)
    for number in exchange.of("SECURITY_CLASSIFICATION"):
        values = exchange.values(number)
        level = text_at(exchange.values(ref_at(values, 2)), 0)
        yield leaf("Security classification", level, f"#{number}.security_level")


def _approvals(exchange: Exchange) -> Iterator[Node]:
    for number in exchange.of("APPROVAL"):
        values = exchange.values(number)
        yield leaf("Approval status", text_at(exchange.values(ref_at(values, 0)), 0), f"#{number}.status")
    for number in exchange.of("APPROVAL_PERSON_ORGANIZATION"):
        values = exchange.values(number)
        person, _ = _person_and_organization(exchange, ref_at(values, 0))
        yield leaf("Approver", person, f"#{number}.person", role=_MEANINGS["approver"])
    for number in exchange.of("APPROVAL_DATE_TIME"):
        yield leaf("Approval date", _date(exchange, ref_at(exchange.values(number), 0)), f"#{number}.date")


def _role(exchange: Exchange, number: int) -> str:
    """A role's name in words: ``design_owner`` is a design owner."""
    return text_at(exchange.values(number), 0).replace("_", " ").capitalize() or "Role"


def _person_and_organization(exchange: Exchange, number: int) -> tuple[str, str]:
    values = exchange.values(number)
    person, organization = exchange.values(ref_at(values, 0)), exchange.values(ref_at(values, 1))
    # PERSON: id, last name, first name, …; ORGANIZATION: id, name, description.
    name = " ".join(filter(None, (text_at(person, 2), text_at(person, 1))))
    return name or text_at(person, 0), text_at(organization, 1)


def _date(exchange: Exchange, number: int) -> str:
    """A calendar date in ISO 8601, also that of a date and time; "" for dates by week or ordinal."""
    if exchange.type_of(Ref(number)) == "DATE_AND_TIME":
        number = ref_at(exchange.values(number), 0)
    if exchange.type_of(Ref(number)) != "CALENDAR_DATE":
        return ""
    # CALENDAR_DATE: year, day, month.
    year, day, month = (_whole(at(exchange.values(number), place)) for place in (0, 1, 2))
    return f"{year:04}-{month:02}-{day:02}" if year and month and day else ""


def _whole(value: Value) -> int:
    return int(value.text) if isinstance(value, Number) and value.text.isdigit() and len(value.text) <= 4 else 0
