"""Property sets, quantities and materials of a building model as labelled values with their units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sheaf.documents.step.nodes import exact, shown
from sheaf.documents.step.parameters import Typed, Value, Word
from sheaf.documents.step.part21 import Exchange, at, ref_at, refs, text_at
from sheaf.documents.step.units import unit_of

#: Words in the names of measures to the unit's type that a project assigns for them.
_MEASURES = {
    "LENGTH": "LENGTHUNIT",
    "AREA": "AREAUNIT",
    "VOLUME": "VOLUMEUNIT",
    "MASS": "MASSUNIT",
    "WEIGHT": "MASSUNIT",
    "TIME": "TIMEUNIT",
}
#: Where a property of a kind has its value, and its unit.
_PLACES = {
    "IFCPROPERTYSINGLEVALUE": (2, 3),
    "IFCPROPERTYENUMERATEDVALUE": (2, -1),
    "IFCPROPERTYLISTVALUE": (2, 3),
    "IFCPROPERTYBOUNDEDVALUE": (2, 4),
}
#: Attribute that the value stands in, for the path.
_ATTRIBUTES = {
    "IFCPROPERTYSINGLEVALUE": "NominalValue",
    "IFCPROPERTYENUMERATEDVALUE": "EnumerationValues",
    "IFCPROPERTYLISTVALUE": "ListValues",
    "IFCPROPERTYBOUNDEDVALUE": "UpperBoundValue",
}
_MAX_NESTING = 3
_MAX_LAYERS = 50


class Property(NamedTuple):
    """One property or quantity."""

    set: str
    name: str
    text: str
    path: str
    unit: str = ""
    value: object = None


@dataclass(slots=True)
class Properties:
    """The sets of a model, each read once however many elements share it."""

    exchange: Exchange
    #: Unit's type to unit, as the project assigns them.
    units: dict[str, str]
    _known: dict[int, tuple[Property, ...]] = field(default_factory=dict)

    def of(self, number: int) -> tuple[Property, ...]:
        """The properties of a set."""
        if number not in self._known:
            self._known[number] = tuple(self._read(number))
        return self._known[number]

    def _read(self, number: int) -> Iterator[Property]:
        for kind, values in self.exchange.parts(number).items():
            if kind in {"IFCPROPERTYSET", "IFCELEMENTQUANTITY"}:
                place = 4 if kind == "IFCPROPERTYSET" else 5
                yield from self._members(text_at(values, 2), "", at(values, place), _MAX_NESTING)

    def _members(self, set_: str, prefix: str, members: Value, depth: int) -> Iterator[Property]:
        for number in refs(members):
            for kind, values in self.exchange.parts(number).items():
                name = f"{prefix}{text_at(values, 0)}"
                if kind in _PLACES:
                    yield self._property(set_, name, number, kind, values)
                elif kind.startswith("IFCQUANTITY"):
                    yield self._quantity(set_, name, number, kind, values)
                elif kind == "IFCCOMPLEXPROPERTY" and depth:
                    yield from self._members(set_, f"{name} ", at(values, 3), depth - 1)

    def _property(self, set_: str, name: str, number: int, kind: str, values: Sequence[Value]) -> Property:
        place, unit_place = _PLACES[kind]
        value = at(values, place)
        unit = unit_of(self.exchange, ref_at(values, unit_place)) if unit_place > 0 else ""
        measure = value.name if isinstance(value, Typed) else ""
        text = _bounds(values) if kind == "IFCPROPERTYBOUNDEDVALUE" else shown(value)
        return Property(set_, name, text, f"#{number}.{_ATTRIBUTES[kind]}", unit or self.unit_for(measure), exact(value))

    def _quantity(self, set_: str, name: str, number: int, kind: str, values: Sequence[Value]) -> Property:
        """A quantity: name, description, unit, value, formula."""
        unit = unit_of(self.exchange, ref_at(values, 2)) or self.unit_for(kind)
        value = at(values, 3)
        return Property(set_, name, shown(value), f"#{number}.{kind.removeprefix('IFCQUANTITY').capitalize()}Value", unit, exact(value))

    def unit_for(self, measure: str) -> str:
        """The project's unit for a kind of measure, "" where it has none."""
        return next((self.units.get(kind, "") for word, kind in _MEASURES.items() if word in measure), "")


def _bounds(values: Sequence[Value]) -> str:
    """A range, lower bound first."""
    upper, lower = shown(at(values, 2)), shown(at(values, 3))
    return f"{lower} \u2026 {upper}" if upper and lower else upper or lower


def project_units(exchange: Exchange) -> dict[str, str]:
    """The units that the project assigns, by their type."""
    units: dict[str, str] = {}
    for assignment in exchange.of("IFCUNITASSIGNMENT"):
        for number in refs(at(exchange.values(assignment), 0)):
            kind = at(exchange.values(number), 1)
            unit = unit_of(exchange, number)
            if isinstance(kind, Word) and unit:
                units.setdefault(kind.text, unit)
    return units


def material_names(exchange: Exchange, number: int) -> list[str]:
    """The names of the material or of the layers, constituents or profiles that an element is made of."""
    names: list[str] = []
    pending, seen = [number], set[int]()
    while pending and len(seen) < _MAX_LAYERS:
        one = pending.pop(0)
        if one in seen:
            continue
        seen.add(one)
        for kind, values in exchange.parts(one).items():
            if kind == "IFCMATERIAL":
                names.append(text_at(values, 0))
            elif kind.startswith("IFCMATERIAL"):
                pending += [each for value in values for each in refs(value)]
    return [name for name in dict.fromkeys(names) if name]
