"""Whether what is cited stands where it is said to stand."""

from __future__ import annotations

from sheaf.documents.model import Document, Page
from sheaf.domain.rows import Box, Cell, CellState
from sheaf.extraction.parsing.found import squash

#: How far, in units of the page, a word may reach over the edge of a box that holds it.
EDGE = 1.0


def cited(document: Document, cell: Cell) -> bool | None:
    """Whether the words inside the box of a found value hold its verbatim text; None where it cites no box.

    A cell that cites nothing at all, neither box nor cell, path or line, counts as wrong.
    """
    evidence = cell.evidence
    if cell.state is not CellState.FOUND:
        return None
    if evidence is None or not any((evidence.box, evidence.cell, evidence.path, evidence.line)):
        return False
    if evidence.box is None:
        return None
    page = next((page for page in document.pages if page.number == evidence.page), None)
    return page is not None and holds(page, evidence.box, evidence.text)


def holds(page: Page, box: Box, text: str) -> bool:
    """Whether every part of ``text`` that has letters or digits stands on a word inside ``box``."""
    inside = squash("".join(word.text for word in page.words if _inside(page.shown(word.box), box)))
    return all(squash(part) in inside for part in text.split() if squash(part)) and bool(squash(text))


def _inside(word: Box, box: Box) -> bool:
    return word.x0 >= box.x0 - EDGE and word.x1 <= box.x1 + EDGE and word.y0 >= box.y0 - EDGE and word.y1 <= box.y1 + EDGE
