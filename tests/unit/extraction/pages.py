"""Page models made from text, so that the engine's tests need no reader: a character is a grid cell."""

from __future__ import annotations

import re
from textwrap import dedent

from sheaf.documents.model import GRID_HEIGHT, GRID_WIDTH, Document, Page, Place, Word
from sheaf.domain.fields import RowMode
from sheaf.domain.rows import Box, Cell, Row
from sheaf.extraction.engines.embedded import EmbeddedEngine
from sheaf.extraction.spec import parse_fields


def page_of(text: str, *, grid: bool = False, number: int = 1) -> Page:
    """A page with the words of ``text`` at their columns and lines; with boxes to cite, or as a grid page with lines."""
    words = [
        Word(match[0], _box(match.start(), line, len(match[0])), Place(line=line + 1) if grid else None)
        for line, row in enumerate(dedent(text).strip("\n").split("\n"))
        for match in re.finditer(r"\S+", row)
    ]
    return Page(number, 100 * GRID_WIDTH, 80 * GRID_HEIGHT, words, grid=grid)


def _box(column: int, line: int, width: int) -> Box:
    return Box(column * GRID_WIDTH, line * GRID_HEIGHT, (column + width) * GRID_WIDTH, (line + 1) * GRID_HEIGHT)


def document_of(*texts: str, grid: bool = False) -> Document:
    """A document with one page per text."""
    return Document(format="text", pages=[page_of(text, grid=grid, number=index) for index, text in enumerate(texts, start=1)])


def read(source: str | Document, spec: str) -> dict[str, Cell]:
    """The cells of the one row that the embedded engine reads."""
    return dict(rows(source, spec)[0].cells)


def rows(source: str | Document, spec: str, mode: RowMode = RowMode.FILE) -> list[Row]:
    """All rows that the embedded engine reads."""
    document = document_of(source) if isinstance(source, str) else source
    return list(EmbeddedEngine().extract(document, parse_fields(spec), rows=mode).rows)
