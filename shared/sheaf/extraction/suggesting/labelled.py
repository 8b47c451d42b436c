"""Labels that the lexicon does not know: those that a colon closes, and those of machine-readable data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sheaf.documents.model import Document
from sheaf.extraction import lexicon
from sheaf.extraction.layout import Layout, Segment
from sheaf.extraction.lexicon import label_key
from sheaf.extraction.parsing.found import tidy

#: Labels of one document that are asked for.
MAX_LABELS = 60
MAX_WORDS = 5
MAX_LETTERS = 40
_CLOSED = re.compile(r"\s*([^\W\d_][^:]*?)\s*:(?:\s+(\S.*))?")
_SPLIT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\-/.]+")


def unknown_labels(document: Document, layout: Layout) -> dict[str, str]:
    """Labels of a document that mean nothing the lexicon knows: label key \u2192 the label as printed.

    Assumes that a few words closed by a colon, with something behind them on the same line, label it.
    """
    found: dict[str, str] = {}
    for label in (*_of_data(document), *_of_pages(layout)):
        key = label_key(label)
        if key and key not in lexicon.labels() and _is_label(label) and len(found) < MAX_LABELS:
            found.setdefault(key, label)
    return found


def _of_pages(layout: Layout) -> Iterator[str]:
    for segment in layout.segments:
        match = _CLOSED.match(segment.text)
        if match and (match[2] or _beside(layout, segment)):
            yield tidy(match[1])


def _beside(layout: Layout, segment: Segment) -> bool:
    """Whether something that is no label itself stands behind it on its line."""
    row = layout.rows[segment.row]
    behind = row[row.index(segment.index) + 1 :]
    return bool(behind) and not layout.segments[behind[0]].text.rstrip().endswith(":")


def _of_data(document: Document) -> Iterator[str]:
    """Labels of data without a meaning by a standard; such as form fields, and properties."""
    for datum in document.data:
        if not datum.role and datum.text.strip():
            yield tidy(_SPLIT.sub(" ", datum.label or datum.path.rstrip("/").rpartition("/")[2]))


def _is_label(text: str) -> bool:
    words = text.split()
    letters = sum(character.isalpha() for character in text)
    return 0 < len(words) <= MAX_WORDS and len(text) <= MAX_LETTERS and letters >= 0.6 * len(text.replace(" ", "")) and letters > 1
