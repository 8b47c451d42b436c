"""Who belongs to whom in a building model: the relationships of IFC as plain maps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sheaf.documents.step.parameters import Ref
from sheaf.documents.step.part21 import Exchange, at, ref_at, refs

_STOREY = "IFCBUILDINGSTOREY"
#: Steps from an element up to its storey: parts of parts, spaces of spaces.
_MAX_STEPS = 32


@dataclass(frozen=True, slots=True)
class Relations:
    """Instance numbers to instance numbers."""

    exchange: Exchange
    #: An element or a spatial element to what it is contained in, or else is a part of.
    above: dict[int, int]
    #: An object to its type.
    types: dict[int, int]
    #: An object to its property sets and quantities, its own before those of its type.
    sets: dict[int, list[int]]
    materials: dict[int, int]

    def storey(self, number: int) -> int:
        """The storey that an element is in, 0 where it is in none."""
        seen: set[int] = set()
        while number and number not in seen and len(seen) < _MAX_STEPS:
            if self.exchange.type_of(Ref(number)) == _STOREY:
                return number
            seen.add(number)
            number = self.above.get(number, 0)
        return 0

    def sets_of(self, number: int) -> Iterator[int]:
        """Property sets and quantities of an object, then those of its type (HasPropertySets, the sixth attribute)."""
        yield from self.sets.get(number, ())
        kind = self.types.get(number, 0)
        if kind:
            yield from refs(at(self.exchange.values(kind), 5))


def relations_of(exchange: Exchange) -> Relations:
    """All that is needed of a model's relationships; they have their ends at the fifth and sixth place."""
    contained = dict(_pairs(exchange, "IFCRELCONTAINEDINSPATIALSTRUCTURE", many=4, one=5))
    parts = dict(_pairs(exchange, "IFCRELAGGREGATES", many=5, one=4))
    return Relations(
        exchange,
        above={**parts, **contained},
        types=dict(_pairs(exchange, "IFCRELDEFINESBYTYPE", many=4, one=5)),
        sets=_sets(exchange),
        materials=dict(_pairs(exchange, "IFCRELASSOCIATESMATERIAL", many=4, one=5)),
    )


def _pairs(exchange: Exchange, kind: str, *, many: int, one: int) -> Iterator[tuple[int, int]]:
    for number in exchange.of(kind):
        values = exchange.values(number)
        yield from ((each, ref_at(values, one)) for each in refs(at(values, many)))


def _sets(exchange: Exchange) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for number in exchange.of("IFCRELDEFINESBYPROPERTIES"):
        values = exchange.values(number)
        sets = list(refs(at(values, 5)))
        for each in refs(at(values, 4)):
            found.setdefault(each, []).extend(sets)
    return found
