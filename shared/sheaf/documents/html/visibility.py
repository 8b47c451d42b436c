"""Which elements can show at all, and how: as blocks, as their form value, or not."""

from __future__ import annotations

from typing import Any

from sheaf.documents.html.styles import Look
from sheaf.documents.values import CHECKED, UNCHECKED

#: Elements that begin and end a line.
_BLOCKS = frozenset(
    (
        "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form "
        "h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p section summary tbody td tfoot th thead tr ul"
    ).split()
)
_BLOCK_DISPLAYS = frozenset({"block", "flex", "grid", "list-item", "table", "table-row", "flow-root"})
#: Of the blocks, the ones set off by an empty line.
SET_OFF = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "figure", "fieldset", "hr", "address", "section"})
BOLD = frozenset({"b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"})
_NEVER_SHOWN = frozenset(
    (
        "audio canvas colgroup datalist embed head iframe map math meta noembed noframes noscript object script style svg "
        "template title video"
    ).split()
)


def can_show(element: Any) -> bool:
    """Is this an element that a browser may show something of, whatever its style?"""
    return isinstance(element.tag, str) and element.tag not in _NEVER_SHOWN and element.get("hidden") is None


def is_block(element: Any, look: Look) -> bool:
    """Does the element begin and end a line?"""
    if look.display:
        return look.display in _BLOCK_DISPLAYS
    return element.tag in _BLOCKS


def form_value(element: Any) -> str:
    """What an ``input`` or ``select`` shows."""
    if element.tag == "select":
        chosen = element.xpath("(.//option[@selected] | .//option[1])[last()]")
        return chosen[0].text_content() if chosen else ""
    match element.get("type", "text").lower():
        case "hidden" | "password" | "file" | "image":
            return ""
        case "checkbox" | "radio":
            return CHECKED if element.get("checked") is not None else UNCHECKED
        case _:
            value: str = element.get("value", "")
            return value
