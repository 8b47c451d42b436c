"""Which elements show at all, and how: as blocks, as their form value, or not."""

from __future__ import annotations

import re
from typing import Any

#: Elements that begin and end a line.
BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl", "dt", "fieldset",
        "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "nav",
        "ol", "p", "section", "summary", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    }
)  # fmt: skip
#: Of these, the ones set off by an empty line.
SET_OFF = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "figure", "fieldset", "hr", "address", "section"}
)
BOLD = frozenset({"b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"})
_NEVER_SHOWN = frozenset(
    {
        "audio",
        "canvas",
        "colgroup",
        "datalist",
        "embed",
        "head",
        "iframe",
        "map",
        "math",
        "meta",
        "noembed",
        "noframes",
        "noscript",
        "object",
        "script",
        "style",
        "svg",
        "template",
        "title",
        "video",
    }
)
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)", re.IGNORECASE)


def is_shown(element: Any) -> bool:
    """Would a browser show anything of this element?"""
    if not isinstance(element.tag, str) or element.tag in _NEVER_SHOWN or element.get("hidden") is not None:
        return False
    return not _HIDING.search(element.get("style", ""))


def form_value(element: Any) -> str | None:
    """What a form control shows, or None for other elements."""
    match element.tag:
        case "input":
            return _input_value(element)
        case "select":
            chosen = element.xpath("(.//option[@selected] | .//option[1])[last()]")
            return chosen[0].text_content() if chosen else ""
        case _:
            return None


def _input_value(element: Any) -> str:
    match element.get("type", "text").lower():
        case "hidden" | "password" | "file" | "image":
            return ""
        case "checkbox" | "radio":
            return "[x]" if element.get("checked") is not None else "[ ]"
        case _:
            value: str = element.get("value", "")
            return value
