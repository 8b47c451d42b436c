"""What styles say of text: bold, hidden, a page's end, its size.

See OpenDocument 1.3 part 3, 16 (styles) and 20 (formatting attributes).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sheaf.documents.odf.elements import attribute, elements, points
from sheaf.documents.xml.parsing import local

#: Styles build on each other; no real ones this often.
_MAX_PARENTS = 20
_BOLD = frozenset({"bold", "600", "700", "800", "900"})


@dataclass(frozen=True, slots=True)
class Style:
    """What one style says by itself; None and 0 where it says nothing."""

    parent: str = ""
    bold: bool | None = None
    hidden: bool | None = None
    breaks_before: bool | None = None
    breaks_after: bool | None = None
    size: float = 0.0


@dataclass(slots=True)
class Styles:
    """The styles of a document by name."""

    named: dict[str, Style] = field(default_factory=dict)

    def add(self, root: Any | None) -> None:
        """Take in the styles of a part; those that are there stay."""
        for element in root.iter("{*}style") if root is not None else ():
            self.named.setdefault(attribute(element, "name"), _style(element))

    def says(self, name: str, what: str) -> Any:
        """What the style of that name, or the nearest one that it builds on, says; None or 0 where none does."""
        found = None
        for _ in range(_MAX_PARENTS):
            style = self.named.get(name)
            if style is None:
                return found
            found = getattr(style, what)
            if found:
                return found
            name = style.parent
        return found


def _style(element: Any) -> Style:
    text = paragraph = None
    for child, name in elements(element):
        if name == "text-properties":
            text = child
        elif name in {"paragraph-properties", "table-properties"}:
            paragraph = child
    return Style(
        parent=attribute(element, "parent-style-name"),
        bold=attribute(text, "font-weight") in _BOLD if text is not None else None,
        hidden=attribute(text, "display") == "none" if text is not None else None,
        breaks_before=attribute(paragraph, "break-before") == "page" if paragraph is not None else None,
        breaks_after=attribute(paragraph, "break-after") == "page" if paragraph is not None else None,
        size=points(attribute(text, "font-size")) if text is not None else 0.0,
    )


def style_of(element: Any) -> str:
    """The name of the style an element is set in."""
    return attribute(element, "style-name")


def is_heading(element: Any) -> bool:
    """Is this a heading by its element?"""
    return local(element) == "h"
