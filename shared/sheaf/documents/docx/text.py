"""Paragraphs as text: runs joined, deleted and hidden text left out, text boxes set aside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sheaf.documents.xml.parsing import local

#: Elements whose contents are not shown: properties, deletions, field codes, drawings repeated for older programs.
_SKIPPED = frozenset({"pPr", "rPr", "sdtPr", "sdtEndPr", "del", "moveFrom", "instrText", "delText", "delInstrText", "Fallback", "rt"})
_FIXED = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_OFF = frozenset({"0", "false", "off"})


@dataclass(slots=True)
class Paragraph:
    """A paragraph's text, the text boxes anchored in it, and whether a page ends after it."""

    text: str = ""
    bold: bool = False
    boxes: list[Any] = field(default_factory=list)
    ends_page: bool = False


def paragraph(element: Any) -> Paragraph:
    """Read one paragraph."""
    found = Paragraph()
    texts: list[tuple[str, bool]] = []
    _collect(element, found, texts)
    found.text = "".join(text for text, _bold in texts)
    found.bold = _is_heading(element) or (bool(found.text.strip()) and all(bold for text, bold in texts if text.strip()))
    return found


def _collect(element: Any, found: Paragraph, texts: list[tuple[str, bool]], *, bold: bool = False) -> None:
    for child in elements(element):
        name = local(child)
        if name == "t":
            texts.append((child.text or "", bold))
        elif name == "txbxContent":
            found.boxes.append(child)
        elif name in _FIXED:
            _collect_fixed(child, found, texts, bold=bold)
        elif name not in _SKIPPED and not (name == "r" and _has(child, "vanish")):
            _collect(child, found, texts, bold=_has(child, "b") if name == "r" else bold)


def _collect_fixed(element: Any, found: Paragraph, texts: list[tuple[str, bool]], *, bold: bool) -> None:
    if attribute(element, "type") == "page":
        found.ends_page = True
    else:
        texts.append((_FIXED[local(element)], bold))


def _has(run: Any, name: str) -> bool:
    """Do the run's own properties switch this on?"""
    return any(attribute(item, "val") not in _OFF for item in properties(run, "rPr") if local(item) == name)


def _is_heading(element: Any) -> bool:
    styles = [attribute(item, "val") or "" for item in properties(element, "pPr") if local(item) == "pStyle"]
    return any(style.lower().startswith(("heading", "title", "berschrift", "titre")) for style in styles)


def properties(element: Any, name: str) -> list[Any]:
    """The settings in the element's properties child of that name."""
    return [item for child in elements(element) if local(child) == name for item in elements(child)]


def elements(element: Any) -> Iterator[Any]:
    """Child elements."""
    return (child for child in element if isinstance(child.tag, str))


def attribute(element: Any, name: str) -> str | None:
    """An attribute by its local name."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)
