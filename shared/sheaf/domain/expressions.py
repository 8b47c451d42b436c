"""The checks of rules as trees: what the grammar (:mod:`sheaf.domain.grammar`) makes of their text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import TypeAlias

from sheaf.domain.record import record
from sheaf.domain.rules import RuleKind

FUNCTIONS = frozenset({"sum", "count", "min", "max", "abs"})


@record(frozen=True, slots=True)
class Name:
    """A field's value; with a part, a column of a table, or the start or end of a date range."""

    field: str
    part: str
    position: int


@record(frozen=True, slots=True)
class Literal:
    """A number, a day or a text that stands in the check itself."""

    value: Decimal | date | str
    position: int


@record(frozen=True, slots=True)
class Arithmetic:
    """Two sides of ``+ - * /``."""

    operator: str
    left: Node
    right: Node
    position: int


@record(frozen=True, slots=True)
class Function:
    """A function of :data:`FUNCTIONS`."""

    name: str
    argument: Node
    position: int


Node: TypeAlias = "Name | Literal | Arithmetic | Function"


@record(frozen=True, slots=True)
class Comparison:
    """Sides with the operators between them: ``0 <= a <= b`` has three and two."""

    sides: tuple[Node, ...]
    operators: tuple[str, ...]


@record(frozen=True, slots=True)
class Demand:
    """What is asked of fields as a whole: together, any_of, listed, unique; with the texts of a list."""

    kind: RuleKind
    names: tuple[Name, ...]
    texts: tuple[str, ...]


@record(frozen=True, slots=True)
class Pair:
    """A field of the row that is asked, and the one that it is held against in the rows looked in."""

    mine: Name
    theirs: Name


@record(frozen=True, slots=True)
class Search:
    """What has to be found in other rows: one of those looked in has the same values, and agrees in others."""

    kind: RuleKind
    keys: tuple[Pair, ...]
    #: Names of the files that are looked in, with ``*`` and ``?``; and texts that a field of the rows looked in has.
    files: tuple[str, ...]
    having: tuple[tuple[Name, str], ...]
    agree: tuple[Pair, ...]


Check: TypeAlias = Comparison | Demand | Search


def names_in(check: Check) -> Sequence[Name]:
    """Every field of the row itself that a check names, in order."""
    match check:
        case Demand():
            return check.names
        case Search():
            return [pair.mine for pair in (*check.keys, *check.agree)]
        case Comparison():
            return [name for side in check.sides for name in _names(side)]


def _names(node: Node) -> list[Name]:
    match node:
        case Name():
            return [node]
        case Arithmetic():
            return _names(node.left) + _names(node.right)
        case Function():
            return _names(node.argument)
        case Literal():
            return []


def bare_parts(check: Check) -> list[Name]:
    """The names with a part that stand outside of sums and the like: a table's are meant line by line."""
    return [name for side in check.sides for name in _bare(side)] if isinstance(check, Comparison) else []


def _bare(node: Node) -> list[Name]:
    match node:
        case Name():
            return [node] if node.part else []
        case Arithmetic():
            return _bare(node.left) + _bare(node.right)
        case Function():
            return _bare(node.argument) if node.name == "abs" else []
        case Literal():
            return []


def pairs(check: Comparison) -> list[tuple[Node, str, Node]]:
    """Each two neighbouring sides with their operator."""
    return [(left, operator, right) for (left, right), operator in zip(pairwise(check.sides), check.operators, strict=True)]
