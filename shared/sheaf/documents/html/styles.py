"""The little of CSS that decides what is shown and what stands side by side: ``display`` and ``visibility``.

Rules count whose selector is a tag, a class, an id, or a tag with one of those; what depends on the medium or on other elements does
not. See https://www.w3.org/TR/CSS22/cascade.html for which rule wins.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_SELECTOR = re.compile(r"([a-zA-Z][\w-]*)?([.#][\w-]+)?")
_PROPERTY = re.compile(r"(?:^|;)\s*(display|visibility|font-size|flex-direction|grid-template-columns)\s*:\s*([^;!]+)", re.IGNORECASE)
_ZERO = re.compile(r"0+(?:\.0+)?(?:px|pt|em|rem|%)?")
_MAX_STYLES = 512 * 1024
_REPEAT = re.compile(r"repeat\(\s*(\d{1,2})\s*,[^()]*\)")

Properties = dict[str, str]


@dataclass(frozen=True, slots=True)
class Look:
    """How an element is shown: its ``display`` ("" where nothing sets it), or not; and in how many columns it sets its children."""

    display: str
    hidden: bool
    columns: int = 0


class Styles:
    """The style sheets inside one page."""

    def __init__(self, root: Any) -> None:
        self._rules: dict[tuple[str, str], Properties] = defaultdict(dict)
        sheets = "\n".join(style.text or "" for style in root.iter("style") if style.get("media", "all") in {"all", "screen", ""})
        for selector, properties in _rules(sheets[:_MAX_STYLES]):
            self._rules[selector].update(properties)

    def look(self, element: Any) -> Look:
        """How the element is shown."""
        found: Properties = {}
        for selector in _matching(element):
            found |= self._rules.get(selector, {})
        style = element.get("style")
        return _look(found | _properties(style) if style else found)


def _rules(sheets: str) -> Iterator[tuple[tuple[str, str], Properties]]:
    for selectors, body in _RULE.findall(_without_conditions(_COMMENT.sub("", sheets))):
        properties = _properties(body)
        for selector in selectors.split(",") if properties else ():
            simple = _SELECTOR.fullmatch(selector.strip())
            if simple and simple[0]:
                yield ((simple[1] or "").lower(), simple[2] or ""), properties


def _without_conditions(sheets: str) -> str:
    """The sheets without their ``@media`` and like blocks, which hold for some screens only."""
    kept: list[str] = []
    depth = skipped = 0
    for piece in re.split(r"([{}])", sheets):
        if piece == "{":
            depth += 1
        if not skipped and "@" in piece:
            skipped = depth + 1
            piece = piece.partition("@")[0]  # noqa: PLW2901 - what stands before the rule's name still counts
            kept.append(piece)
        elif not skipped:
            kept.append(piece)
        if piece == "}":
            depth -= 1
            skipped = 0 if depth < skipped else skipped
    return "".join(kept)


def _matching(element: Any) -> Iterator[tuple[str, str]]:
    """Selectors that fit the element, the weaker first."""
    tag = element.tag
    names = [f".{name}" for name in element.get("class", "").split()[:20]]
    identity = [f"#{element.get('id')}"] if element.get("id") else []
    yield tag, ""
    for name in names + identity:
        yield "", name
        yield tag, name


def _properties(body: str) -> Properties:
    return {name.lower(): value.strip().lower() for name, value in _PROPERTY.findall(body)}


def _look(properties: Properties) -> Look:
    display = properties.get("display", "")
    invisible = properties.get("visibility") in {"hidden", "collapse"} or bool(_ZERO.fullmatch(properties.get("font-size", "")))
    return Look(display, display == "none" or invisible, _columns(display, properties))


def _columns(display: str, properties: Properties) -> int:
    """0 where the children follow each other as usual; a flex row has as many columns as children, said as -1."""
    if display in {"flex", "inline-flex"}:
        return 0 if properties.get("flex-direction", "").startswith("column") else -1
    if display in {"grid", "inline-grid"}:
        tracks = _REPEAT.sub(lambda found: "x " * int(found[1]), properties.get("grid-template-columns", ""))
        return len(re.sub(r"\([^()]*\)", "", tracks).split())
    return 0
