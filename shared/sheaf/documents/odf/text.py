"""Paragraphs as text: white space as it counts, deleted and hidden text left out, frames and notes set aside.

See OpenDocument 1.3 part 3, 5 (text) and 6 (paragraph elements).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from sheaf.documents.odf.elements import attribute, count, elements
from sheaf.documents.odf.styles import Styles, is_heading, style_of

_SPACE = re.compile(r"[ \t\r\n]+")
#: A repetition of more spaces than this is no text.
_MOST_SPACES = 1_000
#: Elements whose contents do not show in the line.
_SKIPPED = frozenset({"annotation", "annotation-end", "ruby-text", "hidden-text", "hidden-paragraph", "script", "tracked-changes", "forms"})
_FRAMES = frozenset({"frame", "custom-shape", "rect", "ellipse", "g", "line", "polygon", "path", "connector"})


@dataclass(slots=True)
class Paragraph:
    """A paragraph's text, and what is anchored in it."""

    text: str = ""
    bold: bool = False
    #: Drawing elements that may hold text.
    frames: list[Any] = field(default_factory=list)
    #: Bodies of footnotes and endnotes.
    notes: list[Any] = field(default_factory=list)


def paragraph(element: Any, styles: Styles) -> Paragraph:
    """Read one paragraph or heading."""
    found = Paragraph()
    if styles.says(style_of(element), "hidden"):
        return found
    runs: list[tuple[str, bool]] = []
    bold = is_heading(element) or bool(styles.says(style_of(element), "bold"))
    _collect(element, styles, found, runs, bold=bold)
    found.text = "".join(text for text, _bold in runs).strip(" ")
    found.bold = bool(found.text.strip()) and all(bold for text, bold in runs if text.strip())
    return found


def _collect(element: Any, styles: Styles, found: Paragraph, runs: list[tuple[str, bool]], *, bold: bool) -> None:
    _add(runs, element.text, bold=bold)
    for child in element:
        if isinstance(child.tag, str):
            _child(child, styles, found, runs, bold=bold)
        _add(runs, child.tail, bold=bold)


def _add(runs: list[tuple[str, bool]], text: str | None, *, bold: bool) -> None:
    """Add text, its white space collapsed as the format demands, across runs too."""
    if text:
        text = _SPACE.sub(" ", text)
        after_space = runs and runs[-1][0].endswith(" ")
        runs.append((text.removeprefix(" ") if after_space else text, bold))


def _child(child: Any, styles: Styles, found: Paragraph, runs: list[tuple[str, bool]], *, bold: bool) -> None:
    name = child.tag.rpartition("}")[2]
    match name:
        case "s":
            runs.append(("\u00a0" * min(count(child, "c"), _MOST_SPACES), bold))
        case "tab":
            runs.append(("\t", bold))
        case "line-break":
            runs.append(("\n", bold))
        case "note":
            _note(child, found, runs)
        case "span":
            if not styles.says(style_of(child), "hidden"):
                own = styles.says(style_of(child), "bold")
                _collect(child, styles, found, runs, bold=bold if own is None else bool(own))
        case _ if name in _FRAMES:
            found.frames.append(child)
        case _ if name not in _SKIPPED:
            _collect(child, styles, found, runs, bold=bold)
        case _:
            pass


def _note(element: Any, found: Paragraph, runs: list[tuple[str, bool]]) -> None:
    for child, name in elements(element):
        if name == "note-citation":
            runs.append((attribute(child, "label") or child.text or "", False))
        elif name == "note-body":
            found.notes.append(child)
