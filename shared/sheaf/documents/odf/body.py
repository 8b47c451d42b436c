"""The body of an OpenDocument text laid out: paragraphs, lists, tables in aligned columns, frames, notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sheaf.documents import headers
from sheaf.documents.grid import CELL_WIDTH, TEXT_WIDTH, Block, GridCell, is_grouped, stacked, tabulated, text_block
from sheaf.documents.limits import Limits
from sheaf.documents.model import Place
from sheaf.documents.odf.elements import attribute, elements
from sheaf.documents.odf.styles import Styles, style_of
from sheaf.documents.odf.tables import Slot, grid_of
from sheaf.documents.odf.text import paragraph

_TAB = 8
#: Elements that arrange others and show nothing of their own.
_CONTAINERS = frozenset(
    (
        "section list list-item list-header index-body index-title table-of-content alphabetical-index illustration-index table-index "
        "object-index user-index bibliography numbered-paragraph note-body text-box"
    ).split()
)
_FRAMES = frozenset({"frame", "custom-shape", "rect", "ellipse", "g"})


class Body:
    """Lays out one part; its paths begin with the part's name, "" for the main text."""

    def __init__(self, styles: Styles, limits: Limits, part: str = "") -> None:
        self._styles, self._limits = styles, limits
        self._prefix = f"{part}/" if part else ""
        self._counts: Counter[str] = Counter()
        #: One block list per page, cut where a style says that a page ends.
        self._pages: list[list[Block]] = [[]]
        self._notes: list[Block] = []

    def pages(self, element: Any) -> list[Block]:
        """The part's pages, cut where its author cut them; notes stand at the end."""
        for block, breaks_before, breaks_after in self._blocks(element, self._prefix, TEXT_WIDTH):
            if breaks_before:
                self._pages.append([])
            self._pages[-1].append(block)
            if breaks_after:
                self._pages.append([])
        self._pages[-1] += self._notes
        return [stacked(blocks) for blocks in self._pages if any(block.tokens for block in blocks)]

    def _blocks(self, element: Any, path: str, width: int) -> Iterator[tuple[Block, bool, bool]]:
        """Blocks in order, each with whether a page ends before and after it."""
        for child, name in elements(element):
            if name in {"p", "h"}:
                yield from self._paragraph(child, path, width)
            elif name == "table":
                before, after = (bool(self._styles.says(style_of(child), what)) for what in ("breaks_before", "breaks_after"))
                yield self._table(child, self._next("tbl", path)), before, after
            elif name in _CONTAINERS and attribute(child, "display") != "none":
                yield from self._blocks(child, path, width)
            elif name in _FRAMES:
                yield self._framed(child, path, width), False, False

    def _inner(self, element: Any, path: str, width: int) -> Block:
        return stacked(block for block, _before, _after in self._blocks(element, path, width))

    def _paragraph(self, element: Any, path: str, width: int) -> Iterator[tuple[Block, bool, bool]]:
        found = paragraph(element, self._styles)
        here = self._next("p", path)
        text = found.text.expandtabs(_TAB).rstrip()
        block = text_block(text, Place(path=here), width=width, bold=found.bold) if text.strip() else Block(height=1)
        framed = [self._framed(frame, f"{here}/box[{number}]/", width) for number, frame in enumerate(found.frames, start=1)]
        self._notes += [self._inner(note, f"{here}/note[{number}]/", TEXT_WIDTH) for number, note in enumerate(found.notes, start=1)]
        before, after = (bool(self._styles.says(style_of(element), what)) for what in ("breaks_before", "breaks_after"))
        yield stacked([block, *framed]), before, after

    def _framed(self, frame: Any, path: str, width: int) -> Block:
        """The text in a frame or drawing, and in those inside it."""
        return self._inner(frame, path, width)

    def _next(self, name: str, path: str) -> str:
        self._counts[f"{path}{name}"] += 1
        return f"{path}{name}[{self._counts[f'{path}{name}']}]"

    def _table(self, element: Any, path: str) -> Block:
        grid = grid_of(element, path, self._limits.max_table_cells)
        rows = [[self._cell(slot) for slot in row] for row in grid.rows]
        texts = [[cell.text if cell else "" for cell in row] for row in rows[: headers.SAMPLE_ROWS]]
        columns = max((len(row) for row in rows), default=0)
        return tabulated(
            rows, header_rows=grid.header_rows or headers.header_depth(texts, grouped=is_grouped(rows)), keep=len(rows) > 1 and columns > 1
        )

    def _cell(self, slot: Slot | None) -> GridCell | None:
        if slot is None:
            return None
        block = self._inner(slot.element, f"{slot.path}/", CELL_WIDTH)
        if not block.tokens and slot.colspan == slot.rowspan == 1:
            return None
        if not block.tokens:
            block = Block()
        return GridCell(block, block.text, Place(path=slot.path), slot.colspan, slot.rowspan)
