"""Products of a STEP file and how they are built of one another (ISO 10303-41 and -44)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sheaf.documents.step.nodes import exact
from sheaf.documents.step.parameters import Ref, Value
from sheaf.documents.step.part21 import Exchange, at, ref_at, text_at

_FORMATIONS = ("PRODUCT_DEFINITION_FORMATION", "PRODUCT_DEFINITION_FORMATION_WITH_SPECIFIED_SOURCE")
_DEFINITIONS = ("PRODUCT_DEFINITION", "PRODUCT_DEFINITION_WITH_ASSOCIATED_DOCUMENTS")
_OCCURRENCES = ("NEXT_ASSEMBLY_USAGE_OCCURRENCE",)
#: References between a property and the product it is of.
_MAX_STEPS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """A PRODUCT: what it is called, and its revision where the file has one."""

    #: Number of its instance.
    number: int
    id: str
    name: str
    description: str
    revision: str = ""
    #: Number of the instance that the revision stands in.
    revision_at: int = 0


@dataclass(slots=True)
class Use:
    """How often one product is a part of another."""

    parent: int
    child: int
    #: Number of the first occurrence's instance.
    number: int
    quantity: Decimal = Decimal(0)
    designators: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Structure:
    """All products by number, and which instances stand for them."""

    exchange: Exchange
    products: dict[int, Product]
    #: PRODUCT_DEFINITION instances to products.
    definitions: dict[int, int]

    def product_of(self, number: int) -> int:
        """The product that an instance speaks of as a whole, 0 where it speaks of none, or of a part of its shape only."""
        for _ in range(_MAX_STEPS):
            if number in self.products:
                return number
            if number in self.definitions:
                return self.definitions[number]
            if self.exchange.type_of(Ref(number)) not in {"PRODUCT_DEFINITION_SHAPE", "PROPERTY_DEFINITION"}:
                return 0
            number = ref_at(self.exchange.values(number), 2)
        return 0

    def uses(self) -> list[Use]:
        """Each product in each assembly it is a direct part of, with its quantity, in the file's order."""
        found: dict[tuple[int, int], Use] = {}
        for number in self.exchange.of(*_OCCURRENCES):
            values = _occurrence(self.exchange, number)
            parent, child = (self.definitions.get(ref_at(values, place), 0) for place in (3, 4))
            if parent and child and parent != child:
                use = found.setdefault((parent, child), Use(parent, child, number))
                use.quantity += _quantity(self.exchange, number)
                use.designators += filter(None, [text_at(values, 5)])
        return list(found.values())


def structure_of(exchange: Exchange) -> Structure:
    """The products of a file."""
    formations = {number: exchange.values(number) for number in exchange.of(*_FORMATIONS)}
    revisions: dict[int, tuple[int, str]] = {}
    for number, values in formations.items():
        revisions.setdefault(ref_at(values, 2), (number, text_at(values, 0)))
    products = {number: _product(exchange, number, revisions.get(number, (0, ""))) for number in exchange.of("PRODUCT")}
    definitions = {number: ref_at(formations.get(ref_at(exchange.values(number), 2), ()), 2) for number in exchange.of(*_DEFINITIONS)}
    return Structure(exchange, products, {number: product for number, product in definitions.items() if product in products})


def _product(exchange: Exchange, number: int, revision: tuple[int, str]) -> Product:
    values = exchange.values(number, "PRODUCT")
    at_, text = revision
    return Product(
        number=number,
        id=text_at(values, 0),
        name=text_at(values, 1),
        description=text_at(values, 2),
        revision=text,
        revision_at=at_,
    )


def _occurrence(exchange: Exchange, number: int) -> Sequence[Value]:
    """The parameters of an occurrence as one list, also of a complex instance, which has them by supertype."""
    parts = exchange.parts(number)
    if len(parts) == 1:
        return exchange.values(number)
    inherited = ("PRODUCT_DEFINITION_RELATIONSHIP", "ASSEMBLY_COMPONENT_USAGE")
    return [value for name in inherited for value in parts.get(name, ())]


def _quantity(exchange: Exchange, number: int) -> Decimal:
    """One, but for an occurrence that says how many it stands for (QUANTIFIED_ASSEMBLY_COMPONENT_USAGE)."""
    measure = ref_at(exchange.values(number, "QUANTIFIED_ASSEMBLY_COMPONENT_USAGE"), 0)
    said = next((exact(at(values, 0)) for values in exchange.parts(measure).values() if values), None)
    return said if isinstance(said, Decimal) and said.is_finite() and said > 0 else Decimal(1)


def roots(structure: Structure, uses: Sequence[Use]) -> Iterator[Product]:
    """Products that are no part of another."""
    children = {use.child for use in uses}
    return (product for number, product in structure.products.items() if number not in children)
