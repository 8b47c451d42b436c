"""Nested values (JSON and the like) as data: one datum per leaf, with its pointer and a label in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sheaf.documents.model import Datum

#: How a ticked box and an empty one read.
CHECKED = "☒"
UNCHECKED = "☐"
#: Names that say nothing without the one around them.
_VAGUE = frozenset(
    {"id", "name", "value", "content", "date time", "date time string", "description", "note", "code", "text", "number", "type"}
)
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_\-.\s]+")


def leaves(value: Any, root: str = "") -> Iterator[Datum]:
    """Every leaf of a tree of dicts and lists, in order; paths are JSON pointers (RFC 6901) below ``root``.

    The walk keeps its own stack, so no depth overflows it.
    """
    stack: list[tuple[str, str, Any]] = [(root, "", value)]
    while stack:
        path, label, item = stack.pop()
        if isinstance(item, dict):
            stack += [(f"{path}/{escaped(str(key))}", labelled(str(key), label), inner) for key, inner in reversed(item.items())]
        elif isinstance(item, list):
            stack += [(f"{path}/{i}", label, item[i]) for i in range(len(item) - 1, -1, -1)]
        else:
            yield Datum(path or "/", shown(item), label)


def escaped(key: str) -> str:
    """A key as one step of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def shown(value: Any) -> str:
    """A leaf as text, the way JSON writes it; "" for null."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def in_words(name: str) -> str:
    """``paymentDueDate``, ``payment_due_date`` and ``PaymentDueDate`` as words: "payment due date"."""
    words = [word for word in _WORD_START.split(name.lstrip("@")) if word]
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words)


@lru_cache(maxsize=4096)
def labelled(name: str, outer: str = "") -> str:
    """A name in words, with the words of the name around it where it says little by itself: ``id`` in ``buyer`` is "buyer id"."""
    words, around = in_words(name), in_words(outer)
    if words.lower() not in _VAGUE or not around:
        return words
    return around if around.lower().endswith(words.lower()) else f"{around} {words}"
