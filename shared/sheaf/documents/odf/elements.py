"""Elements and attributes of OpenDocument by their local names, its repetitions bounded, its lengths in points."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sheaf.documents.xml.parsing import local

_LENGTH = re.compile(r"\s*(-?\d{0,9}(?:\.\d{1,9})?)\s*(cm|mm|in|pt|pc|px)?\s*")
_POINTS = {"cm": 72 / 2.54, "mm": 72 / 25.4, "in": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75, None: 1.0}
_LONGEST_COUNT = 9


def elements(element: Any | None) -> Iterator[tuple[Any, str]]:
    """Child elements with their local names; none of None."""
    return ((child, local(child)) for child in element if isinstance(child.tag, str)) if element is not None else iter(())


def attribute(element: Any, name: str) -> str:
    """An attribute by its local name, "" where it is missing."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def count(element: Any, name: str) -> int:
    """A repetition or a span: at least 1."""
    value = attribute(element, name)
    return max(int(value), 1) if value.isascii() and value.isdigit() and len(value) <= _LONGEST_COUNT else 1


def points(text: str) -> float:
    """A length such as ``2.5cm`` in points, 0 where it is none."""
    found = _LENGTH.fullmatch(text)
    return float(found[1]) * _POINTS[found[2]] if found and found[1] not in {"", "-"} else 0.0
