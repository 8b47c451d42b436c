"""One slide taken apart: text shapes and tables, in groups or not, and its speaker's notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sheaf.documents.bounds import too_large
from sheaf.documents.limits import Limits
from sheaf.documents.model import Place
from sheaf.documents.pptx.geometry import Layouts, Moved, children, find, frame_box, placeholder, points, whole
from sheaf.documents.pptx.text import lines_of
from sheaf.documents.slides import USUAL_SIZE, Shape, Slide, SlideCell, SlideTable, note
from sheaf.documents.xml.parsing import local
from sheaf.domain.rows import Box

_TITLES = frozenset({"title", "ctrTitle"})
_TITLE_SIZE = 40.0
_ON = frozenset({"1", "true"})
#: As many columns as the program itself allows, and more.
_MAX_SPAN = 100


class SlideReader:
    """Reads the shapes of one slide; paths begin with ``path``."""

    def __init__(self, path: str, layouts: Layouts, slide: Slide, limits: Limits) -> None:
        self._path, self._layouts, self._slide = path, layouts, slide
        self._counts: Counter[str] = Counter()
        self._cells_left = limits.max_table_cells

    def read(self, tree: Any | None, moved: Moved) -> None:
        """Add everything of a tree of shapes."""
        for child in _shapes(tree):
            match local(child):
                case "sp":
                    self._shape(child, moved)
                case "grpSp":
                    self.read(child, moved.into(child))
                case "graphicFrame":
                    self._frame(child, moved)
                case _:
                    pass

    def notes(self, root: Any) -> None:
        """Add the speaker's notes."""
        bodies = [find(shape, "txBody") for shape in root.iter("{*}sp") if _type(shape) == "body"]
        lines = (line for body in bodies for line in lines_of(body, f"{self._path}/notes"))
        self._slide.notes += [note(line.text, line.place) for line in lines]

    def _shape(self, shape: Any, moved: Moved) -> None:
        path = self._next("shape")
        usual = _TITLE_SIZE if _type(shape) in _TITLES else USUAL_SIZE
        lines = list(lines_of(find(shape, "txBody"), path, usual))
        if not lines or _is_hidden(shape, "nvSpPr"):
            return
        box = self._layouts.box(shape)
        self._slide.shapes.append(Shape(moved.box(box) if box else Box(0, 0, self._slide.width, self._slide.height), lines))

    def _frame(self, frame: Any, moved: Moved) -> None:
        table = find(frame, "graphic", "graphicData", "tbl")
        if table is not None and not _is_hidden(frame, "nvGraphicFramePr"):
            self._slide.tables.append(self._table(table, moved.box(frame_box(frame)), moved, self._next("table")))

    def _next(self, name: str) -> str:
        self._counts[name] += 1
        return f"{self._path}/{name}[{self._counts[name]}]"

    def _table(self, table: Any, box: Box, moved: Moved, path: str) -> SlideTable:
        rows = [child for child in children(table) if local(child) == "tr"]
        columns = [child for child in children(find(table, "tblGrid")) if local(child) == "gridCol"]
        grid = [self._row(row, f"{path}/tr[{i}]") for i, row in enumerate(rows, start=1)]
        settings = find(table, "tblPr")
        first = settings is not None and settings.get("firstRow") in _ON and len(grid) > 1
        widths = [points(column, "w") * moved.wide for column in columns]
        missing = max((len(row) for row in grid), default=0) - len(widths)
        heights = [points(row, "h") * moved.tall for row in rows]
        return SlideTable(box.x0, box.y0, [*widths, *[0.0] * missing], heights, grid, int(first))

    def _row(self, row: Any, path: str) -> list[SlideCell | None]:
        cells = [child for child in children(row) if local(child) == "tc"]
        self._cells_left -= len(cells)
        if self._cells_left < 0:
            raise too_large("A slide", len(cells), 0, "cells more than are allowed")
        return [_cell(cell, f"{path}/tc[{j}]") for j, cell in enumerate(cells, start=1)]


def _cell(cell: Any, path: str) -> SlideCell | None:
    if cell.get("hMerge") in _ON or cell.get("vMerge") in _ON:
        return None
    across, down = (max(1, min(whole(cell.get(name, "1")), _MAX_SPAN)) for name in ("gridSpan", "rowSpan"))
    return SlideCell(list(lines_of(find(cell, "txBody"), path)), Place(path=path), across, down)


def _shapes(tree: Any | None) -> Iterator[Any]:
    """The shapes in a tree or group; of alternatives the one that newer programs show."""
    for child in children(tree):
        if local(child) == "AlternateContent":
            yield from children(find(child, "Choice"))
        else:
            yield child


def _type(shape: Any) -> str:
    mark = placeholder(shape)
    return str(mark.get("type", "body")) if mark is not None else ""


def _is_hidden(shape: Any, properties: str) -> bool:
    names = find(shape, properties, "cNvPr")
    return names is not None and names.get("hidden") in _ON
