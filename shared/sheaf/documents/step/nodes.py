"""Instances as named values: leaves with the path to cite, groups and lists of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from sheaf.documents.step.parameters import Number, Ref, Typed, Value, Word
from sheaf.documents.tree import Node

#: Units that may stand behind a number and leave it one.
_SHORT_UNIT = re.compile(r"[^\W\d_%]{1,8}")
#: Digits that a number in scientific notation may come to when it is written out.
_WRITTEN_OUT = 30
_TRUTHS = {"T": "True", "F": "False", "U": "Unknown"}


def leaf(label: str, text: str, path: str, *, role: str = "", unit: str = "", value: object = None) -> Node:
    """A value with its label; ``unit`` stands behind it where that leaves a number one, and with the datum in any case."""
    shown = f"{text} {unit}" if text and unit and _SHORT_UNIT.fullmatch(unit) else text
    return Node(label, label, path, shown, value, unit, role)


def group(label: str, path: str, children: Iterable[Node]) -> Node:
    """The values that are filled in, under one label."""
    return Node(label, label, path, children=[child for child in children if child.text or child.children])


def listing(label: str, items: Iterable[Node]) -> Node:
    """Groups of one kind, a row of a table each."""
    return Node(label, label, "", is_list=True, children=[item for item in items if item.children])


def shown(value: Value) -> str:
    """A value as a person would write it; "" for references and what is left out."""
    match value:
        case str():
            return value.strip()
        case Number():
            return _written(value.text)
        case Word():
            return _TRUTHS.get(value.text, value.text)
        case Typed():
            return ", ".join(filter(None, map(shown, value.values[:1])))
        case None | Ref():
            return ""
        case _:
            return ", ".join(filter(None, (shown(one) for one in value if type(one) is not tuple)))


def exact(value: Value) -> Decimal | bool | None:
    """The number or truth a value is, with its type's name taken off; None for anything else."""
    if isinstance(value, Typed):
        return exact(value.values[0]) if value.values else None
    if isinstance(value, Word):
        return {"T": True, "F": False}.get(value.text)
    return _decimal(value.text) if isinstance(value, Number) else None


def _written(text: str) -> str:
    number = _decimal(text)
    if number is None or ("E" not in text.upper() and not text.endswith(".")):
        return text
    return f"{number:f}" if abs(number.adjusted()) <= _WRITTEN_OUT else text


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
