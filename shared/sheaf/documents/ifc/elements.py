"""The elements and the spatial structure of a building model, a row each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sheaf.documents.ifc.properties import Properties, Property, material_names
from sheaf.documents.ifc.relations import Relations
from sheaf.documents.step.nodes import group, leaf, shown
from sheaf.documents.step.parameters import Ref
from sheaf.documents.step.part21 import Exchange, at, text_at
from sheaf.documents.tree import Node
from sheaf.documents.values import labelled

_GLOBAL_ID = re.compile(r"[0-9A-Za-z_$]{22}")
#: Rooted instances that are neither elements nor places: relationships, definitions, and what only cuts or names others.
_NOT_PLACED = re.compile(r"IFC(?:REL\w+|\w*(?:TYPE|STYLE|PROPERTIES|TEMPLATE|PORT)|PROPERTYSET\w*|ELEMENTQUANTITY|PROJECT\w*)")
_LEFT_OUT = re.compile(r"IFC(?:OPENING\w*|VIRTUALELEMENT|GRID|ANNOTATION|STRUCTURAL\w*)")
SPATIAL = frozenset(
    "IFCSITE IFCBUILDING IFCBUILDINGSTOREY IFCSPACE IFCSPATIALZONE IFCFACILITY IFCFACILITYPART IFCBRIDGE IFCBRIDGEPART "
    "IFCROAD IFCROADPART IFCRAILWAY IFCRAILWAYPART IFCMARINEFACILITY IFCMARINEPART".split()
)
#: Columns of properties that a table may have; the most common ones are kept.
MAX_COLUMNS = 400


@dataclass(frozen=True, slots=True)
class Model:
    """A building model, ready to be listed."""

    exchange: Exchange
    relations: Relations
    properties: Properties

    def placed(self) -> Iterator[int]:
        """Elements and places, in the file's order within each type."""
        for kind, numbers in self.exchange.by_type.items():
            if kind.startswith("IFC") and not _NOT_PLACED.fullmatch(kind) and not _LEFT_OUT.fullmatch(kind) and self._is_rooted(numbers[0]):
                yield from (number for number in numbers if kind in SPATIAL or self._is_product(number))

    def left_out(self) -> int:
        """How many openings, grids and annotations there are, which are no elements of their own."""
        return sum(len(numbers) for kind, numbers in self.exchange.by_type.items() if _LEFT_OUT.fullmatch(kind))

    def _is_rooted(self, number: int) -> bool:
        """Whether instances like this one have a GlobalId, as everything has that is a thing of its own."""
        return _GLOBAL_ID.fullmatch(text_at(self.exchange.values(number), 0)) is not None

    def _is_product(self, number: int) -> bool:
        """Whether a thing has a place or a shape, or is said to be somewhere (IfcProduct: ObjectPlacement, Representation)."""
        values = self.exchange.values(number)
        kinds = [self.exchange.type_of(at(values, place)) for place in (5, 6)]
        return number in self.relations.above or kinds[0].endswith("PLACEMENT") or kinds[1].startswith("IFCPRODUCT")

    def rows(self, numbers: Iterable[int]) -> tuple[list[Node], str]:
        """A row for each, with a column for every property; the note says what did not fit."""
        chosen = list(numbers)
        said = {number: self._properties(number) for number in chosen}
        columns, dropped = _columns(one for properties in said.values() for one in properties)
        rows = [group("", f"#{number}", [*self._attributes(number), *_values(said[number], columns)]) for number in chosen]
        return rows, f"{dropped} rare properties have no column in the tables." if dropped else ""

    def _properties(self, number: int) -> list[Property]:
        """Those of its own before those of its type, which they stand in for."""
        found: dict[tuple[str, str], Property] = {}
        for one in (one for each in self.relations.sets_of(number) for one in self.properties.of(each)):
            found.setdefault((one.set, one.name), one)
        return list(found.values())

    def _attributes(self, number: int) -> list[Node]:
        """What every element or place has by itself; IfcRoot begins with GlobalId, OwnerHistory, Name, Description."""
        values = self.exchange.values(number)
        kind = self.exchange.type_of(Ref(number))
        path = f"#{number}"
        own = [
            leaf("GlobalId", text_at(values, 0), f"{path}.GlobalId"),
            leaf("Type", kind, path),
            leaf("Name", text_at(values, 2), f"{path}.Name"),
            leaf("Description", text_at(values, 3), f"{path}.Description"),
            leaf("Object type", text_at(values, 4), f"{path}.ObjectType"),
        ]
        return [*own, *(self._of_place(number, kind) if kind in SPATIAL else self._of_element(number))]

    def _of_place(self, number: int, kind: str) -> list[Node]:
        values = self.exchange.values(number)
        above = self.relations.above.get(number, 0)
        elevation = shown(at(values, 9)) if kind == "IFCBUILDINGSTOREY" else ""
        unit = self.properties.unit_for("LENGTH")
        return [
            leaf("Long name", text_at(values, 7), f"#{number}.LongName"),
            leaf("Elevation", elevation, f"#{number}.Elevation", unit=unit),
            leaf("Part of", self._name(above), f"#{above}.Name"),
        ]

    def _of_element(self, number: int) -> list[Node]:
        storey = self.relations.storey(number)
        kind = self.relations.types.get(number, 0)
        material = self.relations.materials.get(number, 0) or self.relations.materials.get(kind, 0)
        return [
            leaf("Tag", text_at(self.exchange.values(number), 7), f"#{number}.Tag"),
            leaf("Type name", self._name(kind), f"#{kind}.Name"),
            leaf("Storey", self._name(storey), f"#{storey}.Name"),
            leaf("Material", ", ".join(material_names(self.exchange, material)), f"#{material}"),
        ]

    def _name(self, number: int) -> str:
        return text_at(self.exchange.values(number), 2)


def _columns(properties: Iterable[Property]) -> tuple[dict[tuple[str, str], str], int]:
    """A label for each set and name, in order of first appearance, and how many did not fit: the name, with its set where two have it."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for one in properties:
        counts[one.set, one.name] += 1
    kept = set(sorted(counts, key=lambda key: -counts[key])[:MAX_COLUMNS])
    sets: dict[str, set[str]] = defaultdict(set)
    for set_, name in kept:
        sets[labelled(name)].add(set_)
    labels = {
        key: labelled(key[1]) if len(sets[labelled(key[1])]) == 1 else f"{key[0]}: {labelled(key[1])}" for key in counts if key in kept
    }
    return labels, len(counts) - len(kept)


def _values(properties: Iterable[Property], columns: dict[tuple[str, str], str]) -> Iterator[Node]:
    for one in properties:
        label = columns.get((one.set, one.name))
        if label:
            yield leaf(label, one.text, one.path, unit=one.unit, value=one.value)
