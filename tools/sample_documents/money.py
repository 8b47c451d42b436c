"""Items, taxes and totals that add up, and how each language prints them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an invoice or order, priced without tax."""

    text: str
    quantity: Decimal
    unit: str
    price: Decimal
    rate: Decimal
    code: str = ""

    @property
    def net(self) -> Decimal:
        """Quantity times price, to the cent."""
        return cents(self.quantity * self.price)


def item(text: str, quantity: str, unit: str, price: str, rate: str, code: str = "") -> Item:
    """Return an item from its printed figures."""
    return Item(text, Decimal(quantity), unit, Decimal(price), Decimal(rate), code)


@dataclass(frozen=True, slots=True)
class Bill:
    """Items and what they come to."""

    items: Sequence[Item]

    @property
    def net(self) -> Decimal:
        """The sum of the lines, without tax."""
        return sum((line.net for line in self.items), Decimal(0))

    @property
    def taxes(self) -> list[tuple[Decimal, Decimal, Decimal]]:
        """Rate, net and tax for each rate, the highest first."""
        bases = {
            rate: sum((line.net for line in self.items if line.rate == rate), Decimal(0)) for rate in {line.rate for line in self.items}
        }
        return [(rate, net, cents(net * rate / 100)) for rate, net in sorted(bases.items(), reverse=True)]

    @property
    def tax(self) -> Decimal:
        """All taxes together."""
        return sum((tax for _, _, tax in self.taxes), Decimal(0))

    @property
    def gross(self) -> Decimal:
        """What is to be paid."""
        return self.net + self.tax


def cents(value: Decimal) -> Decimal:
    """Round half up to two decimals, as invoices do."""
    return value.quantize(CENT, ROUND_HALF_UP)


def english(value: Decimal) -> str:
    """1,234.50."""
    return f"{value:,.2f}"


def continental(value: Decimal) -> str:
    """1.234,50 as in German, Dutch and Spanish."""
    return english(value).translate(str.maketrans(",.", ".,"))


def french(value: Decimal) -> str:
    """1 234,50 with a space that does not break."""
    return english(value).translate(str.maketrans(",.", "\u00a0,"))


def swiss(value: Decimal) -> str:
    """1'234.50."""
    return english(value).replace(",", "'")


def plain(value: Decimal) -> str:
    """Digits without trailing zeros, for quantities and rates."""
    return format(value.normalize(), "f")
