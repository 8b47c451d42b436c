"""One OpenDocument slide taken apart: frames, drawings and tables with their text, and its speaker's notes.

See OpenDocument 1.3 part 3, 10 (graphics) and 10.9 (presentation).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sheaf.documents.limits import Limits
from sheaf.documents.model import Place
from sheaf.documents.odf.elements import attribute, elements, points
from sheaf.documents.odf.styles import Styles, style_of
from sheaf.documents.odf.tables import Slot, grid_of
from sheaf.documents.odf.text import paragraph
from sheaf.documents.slides import USUAL_SIZE, Shape, Slide, SlideCell, SlideTable, TextLine, box_at, note
from sheaf.domain.rows import Box

_DRAWN = frozenset({"frame", "custom-shape", "rect", "ellipse", "polygon", "path", "line", "connector", "caption"})
_CONTAINERS = frozenset({"text-box", "list", "list-item", "list-header"})
_TAB = 4


class SlideReader:
    """Reads one slide; paths begin with ``path``."""

    def __init__(self, path: str, styles: Styles, slide: Slide, limits: Limits) -> None:
        self._path, self._styles, self._slide, self._limits = path, styles, slide, limits
        self._counts: Counter[str] = Counter()

    def read(self, page: Any) -> None:
        """Add everything on a slide or in a group."""
        for child, name in elements(page):
            if name == "notes":
                lines = self._lines(child, f"{self._path}/notes", through=_DRAWN | _CONTAINERS)
                self._slide.notes += [note(line.text, line.place) for line in lines]
            elif name in {"g", "a"}:
                self.read(child)
            elif name in _DRAWN:
                self._drawn(child)

    def _drawn(self, element: Any) -> None:
        sides = [points(attribute(element, name)) for name in ("x", "y", "width", "height")]
        box = box_at(*sides) if sides[2] and sides[3] else Box(0, 0, self._slide.width, self._slide.height)
        table = next((child for child, name in elements(element) if name == "table"), None)
        if table is not None:
            self._slide.tables.append(self._table(table, box, self._next("table")))
            return
        lines = list(self._lines(element, self._next("shape"), through=_CONTAINERS))
        if lines:
            self._slide.shapes.append(Shape(box, lines))

    def _next(self, name: str) -> str:
        self._counts[name] += 1
        return f"{self._path}/{name}[{self._counts[name]}]"

    def _lines(self, element: Any, path: str, *, through: frozenset[str]) -> Iterator[TextLine]:
        for number, source in enumerate(_paragraphs(element, through), start=1):
            found = paragraph(source, self._styles)
            size = self._styles.says(style_of(source), "size") or USUAL_SIZE
            for text in found.text.expandtabs(_TAB).split("\n"):
                if text.strip():
                    yield TextLine(text.rstrip(), Place(path=f"{path}/p[{number}]"), size, found.bold)

    def _table(self, table: Any, box: Box, path: str) -> SlideTable:
        grid = grid_of(table, path, self._limits.max_table_cells)
        rows = [[self._cell(slot) for slot in row] for row in grid.rows]
        columns = max((len(row) for row in rows), default=0)
        marked = attribute(table, "use-first-row-styles") == "true" and len(rows) > 1
        wide, tall = (box.x1 - box.x0) / max(columns, 1), (box.y1 - box.y0) / max(len(rows), 1)
        return SlideTable(box.x0, box.y0, [wide] * columns, [tall] * len(rows), rows, grid.header_rows or int(marked))

    def _cell(self, slot: Slot | None) -> SlideCell | None:
        if slot is None:
            return None
        lines = list(self._lines(slot.element, slot.path, through=_CONTAINERS))
        return SlideCell(lines, Place(path=slot.path), slot.colspan, slot.rowspan)


def _paragraphs(element: Any, through: frozenset[str]) -> Iterator[Any]:
    for child, name in elements(element):
        if name in {"p", "h"}:
            yield child
        elif name in through:
            yield from _paragraphs(child, through)
