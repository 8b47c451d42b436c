"""Walking an HTML tree into blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sheaf.documents.grid import CELL_WIDTH, TEXT_WIDTH, Block, GridCell, tabulated
from sheaf.documents.html.flow import Flow
from sheaf.documents.html.styles import Look, Styles
from sheaf.documents.html.tables import grid_of, is_data_table, leading_headers
from sheaf.documents.html.visibility import BOLD, SET_OFF, can_show, form_value, is_block
from sheaf.documents.limits import Limits
from sheaf.documents.model import Place

#: A flex row of more children is a list that wraps.
_MOST_SIDE_BY_SIDE = 200


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where the walk is: the element's XPath, how deep, and whether its text is bold."""

    path: str
    depth: int = 0
    bold: bool = False

    def into(self, element: Any, number: int) -> _Spot:
        return _Spot(f"{self.path}/{element.tag}[{number}]", self.depth + 1, self.bold or element.tag in BOLD)

    @property
    def place(self) -> Place:
        return Place(path=self.path)


class Walker:
    """Lays out one document within its limits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._styles: Styles | None = None

    def document(self, root: Any) -> Block:
        """The whole tree as one block."""
        self._styles = Styles(root)
        return self._block(root, _Spot(f"/{root.tag}"), TEXT_WIDTH)

    def _look(self, element: Any) -> Look | None:
        """How an element shows, or None when it does not."""
        if not can_show(element) or self._styles is None:
            return None
        look = self._styles.look(element)
        return None if look.hidden else look

    def _block(self, element: Any, spot: _Spot, width: int) -> Block:
        flow = Flow(width)
        self._contents(flow, element, spot)
        return flow.finished()

    def _contents(self, flow: Flow, element: Any, spot: _Spot) -> None:
        if spot.depth > self._limits.max_depth:
            flow.text(element.text_content(), spot.place, bold=spot.bold)
            return
        flow.text(element.text, spot.place, bold=spot.bold)
        for child, inner in _children(element, spot):
            look = self._look(child)
            if look is not None:
                self._element(flow, child, inner, look)
            flow.text(child.tail, spot.place, bold=spot.bold)

    def _element(self, flow: Flow, element: Any, spot: _Spot, look: Look) -> None:
        match element.tag:
            case "br":
                flow.line_break()
            case "table":
                self._table(flow, element, spot)
            case "dl":
                self._arranged(flow, self._definitions(element, spot))
            case "pre" | "textarea":
                flow.preformatted(element.text_content(), spot.place)
            case "input" | "select":
                flow.text(f" {form_value(element)} ", spot.place, bold=spot.bold)
            case _ if look.columns and 1 < len(element) <= _MOST_SIDE_BY_SIDE:
                self._arranged(flow, self._side_by_side(element, spot, look.columns))
            case _ if is_block(element, look):
                self._set_off(flow, element, spot)
            case _:
                self._inline(flow, element, spot, look)

    def _inline(self, flow: Flow, element: Any, spot: _Spot, look: Look) -> None:
        apart = " " if look.display.startswith("inline-") else ""
        flow.text(apart, spot.place)
        self._contents(flow, element, spot)
        flow.text(apart, spot.place)

    def _arranged(self, flow: Flow, block: Block) -> None:
        flow.gap()
        flow.block(block)
        flow.gap()

    def _set_off(self, flow: Flow, element: Any, spot: _Spot) -> None:
        edge = flow.gap if element.tag in SET_OFF else flow.flush
        edge()
        self._contents(flow, element, spot)
        edge()

    def _side_by_side(self, element: Any, spot: _Spot, columns: int) -> Block:
        """The children of a flex row or a grid, in so many columns (-1: all in one row)."""
        cells = []
        for child, inner in _children(element, spot):
            if self._look(child) is not None:
                block = self._block(child, inner, CELL_WIDTH)
                cells.append(GridCell(block, block.text, inner.place))
        count = columns if columns > 0 else max(len(cells), 1)
        return tabulated([cells[start : start + count] for start in range(0, len(cells), count)], keep=False)

    def _table(self, flow: Flow, table: Any, spot: _Spot) -> None:
        grid = grid_of(table, spot.path, self._limits)
        columns = max((len(row) for row in grid), default=0)
        width = flow.width if columns <= 1 else CELL_WIDTH
        rows = [[self._cell(slot, spot, width) for slot in row] for row in grid]
        self._arranged(flow, tabulated(rows, header_rows=leading_headers(grid), keep=is_data_table(table, grid)))

    def _cell(self, slot: Any, spot: _Spot, width: int) -> GridCell | None:
        if slot is None or self._look(slot.element) is None:
            return None
        inner = _Spot(slot.path, spot.depth + 3, spot.bold or slot.element.tag in BOLD)
        block = self._block(slot.element, inner, width)
        if not block.tokens and slot.colspan == slot.rowspan == 1:
            return None
        return GridCell(block, block.text, inner.place, slot.colspan, slot.rowspan)

    def _definitions(self, element: Any, spot: _Spot) -> Block:
        """Terms and what they mean, side by side."""
        rows: list[list[GridCell | None]] = []
        for child, inner in _terms(element, spot):
            if self._look(child) is None:
                continue
            block = self._block(child, inner, CELL_WIDTH)
            cell = GridCell(block, block.text, inner.place)
            if child.tag == "dt" or not rows or rows[-1][1] is not None:
                rows.append([None, None])
            rows[-1][child.tag == "dd"] = cell
        return tabulated(rows, keep=False)


def _children(element: Any, spot: _Spot) -> Iterator[tuple[Any, _Spot]]:
    counts: Counter[Any] = Counter()
    for child in element:
        counts[child.tag] += 1
        yield child, spot.into(child, counts[child.tag])


def _terms(element: Any, spot: _Spot) -> Iterator[tuple[Any, _Spot]]:
    for child, inner in _children(element, spot):
        if child.tag in {"dt", "dd"}:
            yield child, inner
        elif child.tag == "div":
            yield from _terms(child, inner)
