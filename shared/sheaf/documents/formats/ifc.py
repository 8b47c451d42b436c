"""IFC building models in STEP syntax (ISO 16739-1): project, spatial structure, and every element with its properties and quantities.

Paths name the instance and its attribute: ``#123.Name``. One row per element where rows are per table row.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sheaf.documents.ifc.elements import SPATIAL, Model
from sheaf.documents.ifc.properties import Properties, project_units
from sheaf.documents.ifc.relations import relations_of
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document
from sheaf.documents.step.contents import document_of
from sheaf.documents.step.header import header_node
from sheaf.documents.step.nodes import group, leaf, listing
from sheaf.documents.step.parameters import Ref
from sheaf.documents.step.part21 import Exchange, read_exchange, text_at
from sheaf.documents.tree import Node

_UNITS = {"LENGTHUNIT": "Length unit", "AREAUNIT": "Area unit", "VOLUMEUNIT": "Volume unit", "MASSUNIT": "Mass unit"}


def read(path: Path, limits: Limits) -> Document:
    """Read the model's structure, elements and properties; their shapes are not looked at.

    Raises:
        FileProblem: ``empty``, ``corrupt`` or ``too_large``.
    """
    return document_of_model(read_exchange(path, limits), limits)


def document_of_model(exchange: Exchange, limits: Limits) -> Document:
    """The document of a model that was parsed.

    Raises:
        FileProblem: ``too_large``.
    """
    units = project_units(exchange)
    model = Model(exchange, relations_of(exchange), Properties(exchange, units))
    placed = list(model.placed())
    places = [number for number in placed if exchange.type_of(Ref(number)) in SPATIAL]
    known = set(places)
    spatial, spatial_note = model.rows(places)
    elements, note = model.rows(number for number in placed if number not in known)
    nodes = [
        header_node(exchange),
        group("Project", "", _project(exchange)),
        group("Units", "", [leaf(label, units.get(kind, ""), f"IfcUnitAssignment.{kind}") for kind, label in _UNITS.items()]),
        listing("Spatial structure", spatial),
        listing("Elements", elements),
    ]
    left_out = model.left_out()
    notes = [spatial_note, note, f"{left_out} openings, grids and annotations are not listed as elements." if left_out else ""]
    return document_of("ifc", exchange, nodes, limits, notes=list(filter(None, notes)))


def _project(exchange: Exchange) -> Iterator[Node]:
    """What the project is called, and the one site and building where there is one of each."""
    for number in exchange.by_type.get("IFCPROJECT", [])[:1]:
        values = exchange.values(number)
        for label, place, attribute in (("Project", 2, "Name"), ("Project long name", 5, "LongName"), ("Project phase", 6, "Phase")):
            yield leaf(label, text_at(values, place), f"#{number}.{attribute}")
        yield leaf("Project description", text_at(values, 3), f"#{number}.Description")
    for kind, label in (("IFCSITE", "Site"), ("IFCBUILDING", "Building")):
        numbers = exchange.by_type.get(kind, [])
        if len(numbers) == 1:
            yield leaf(label, text_at(exchange.values(numbers[0]), 2), f"#{numbers[0]}.Name")
