"""The body of a text laid out: paragraphs, tables in aligned columns, text boxes, content controls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sheaf.documents import headers
from sheaf.documents.docx.text import attribute, elements, paragraph, properties
from sheaf.documents.grid import CELL_WIDTH, TEXT_WIDTH, Block, GridCell, is_grouped, stacked, tabulated, text_block
from sheaf.documents.model import Datum, Place
from sheaf.documents.values import in_words
from sheaf.documents.xml.parsing import local

#: What browsers and Word itself allow a table to have; a span beyond it is a mistake or worse.
_MAX_SPAN = 63
_TAB = 8
_LONGEST_CONTROL = 2_000
_CHECKED = frozenset({"1", "true", "on"})


class Body:
    """Lays out one part; its paths begin with the part's name, "" for the main text."""

    def __init__(self, part: str = "") -> None:
        self._prefix = f"{part}/" if part else ""
        self._counts: Counter[str] = Counter()
        #: One block list per page, cut at explicit page breaks.
        self._pages: list[list[Block]] = [[]]
        self.data: list[Datum] = []

    def pages(self, element: Any) -> list[Block]:
        """The part's pages, cut where its author cut them."""
        for block, ends_page in self._blocks(element, self._prefix, TEXT_WIDTH):
            self._pages[-1].append(block)
            if ends_page:
                self._pages.append([])
        return [stacked(blocks) for blocks in self._pages if any(block.tokens for block in blocks)]

    def _blocks(self, element: Any, path: str, width: int) -> Iterator[tuple[Block, bool]]:
        """Blocks in order, each with whether a page ends after it."""
        for child in elements(element):
            match local(child):
                case "p":
                    yield from self._paragraph(child, path, width)
                case "tbl":
                    yield self._table(child, self._next("tbl", path)), False
                case "sdt":
                    self._control(child)
                    yield from self._blocks(child, path, width)
                case "sdtContent" | "ins" | "moveTo" | "customXml" | "AlternateContent" | "Choice":
                    yield from self._blocks(child, path, width)
                case _:
                    pass

    def _paragraph(self, element: Any, path: str, width: int) -> Iterator[tuple[Block, bool]]:
        found = paragraph(element)
        here = self._next("p", path)
        for inner in element.iter("{*}sdt"):
            # Those in text boxes come when their own paragraph does.
            if next(inner.iterancestors("{*}p")) is element:
                self._control(inner)
        text = found.text.expandtabs(_TAB).rstrip()
        block = text_block(text, Place(path=here), width=width, bold=found.bold) if text.strip() else Block(height=1)
        yield block, found.ends_page and not found.boxes
        for number, box in enumerate(found.boxes, start=1):
            inner_blocks = [inner for inner, _ends in self._blocks(box, f"{here}/box[{number}]/", width)]
            yield stacked(inner_blocks), found.ends_page and number == len(found.boxes)

    def _next(self, name: str, path: str) -> str:
        self._counts[f"{path}{name}"] += 1
        return f"{path}{name}[{self._counts[f'{path}{name}']}]"

    def _table(self, element: Any, path: str) -> Block:
        rows = [self._row(row, f"{path}/tr[{i}]/") for i, row in enumerate(_inside(element, "tr"), start=1)]
        _merge_down(rows)
        grid = [[cell for cell, _merge in row] for row in rows]
        texts = [[cell.text if cell else "" for cell in row] for row in grid[: headers.SAMPLE_ROWS]]
        marked = sum(1 for row in _inside(element, "tr") if any(local(item) == "tblHeader" for item in properties(row, "trPr")))
        columns = max((len(row) for row in grid), default=0)
        count = marked if 0 < marked < len(grid) else headers.header_depth(texts, grouped=is_grouped(grid))
        return tabulated(grid, header_rows=count, keep=len(grid) > 1 and columns > 1)

    def _row(self, element: Any, path: str) -> list[tuple[GridCell | None, str | None]]:
        """The row's cells at their grid positions, each with its part in a vertical merge."""
        placed: list[tuple[GridCell | None, str | None]] = []
        for i, cell in enumerate(_inside(element, "tc"), start=1):
            settings = {local(item): item for item in properties(cell, "tcPr")}
            across = _span(settings.get("gridSpan"))
            merge = (attribute(settings["vMerge"], "val") or "continue") if "vMerge" in settings else None
            blocks = [block for block, _ends in self._blocks(cell, f"{path}tc[{i}]/", CELL_WIDTH)]
            placed.append((_cell(blocks, f"{path}tc[{i}]", across), merge))
            placed += [(None, merge)] * (across - 1)
        return placed

    def _control(self, element: Any) -> None:
        """Keep a named content control's value: it is a form field."""
        settings = {local(item): item for item in properties(element, "sdtPr")}
        name = next((attribute(settings[key], "val") for key in ("alias", "tag") if key in settings), None)
        if not name:
            return
        text = "" if "showingPlcHdr" in settings else _control_text(element, settings)
        if len(text) <= _LONGEST_CONTROL:
            self._counts["sdt"] += 1
            self.data.append(Datum(f"{self._prefix}sdt[{self._counts['sdt']}]", text, in_words(name)))


def _control_text(element: Any, settings: dict[str, Any]) -> str:
    if "checkbox" in settings:
        states = [attribute(item, "val") for item in elements(settings["checkbox"]) if local(item) == "checked"]
        return "true" if states and states[0] in _CHECKED else "false"
    return "\n".join(filter(None, (paragraph(item).text.strip() for item in _paragraphs(element))))


def _paragraphs(element: Any) -> list[Any]:
    """The paragraphs in a content control, or its content itself where it stands inside one."""
    return list(element.iter("{*}p")) or [child for child in elements(element) if local(child) == "sdtContent"]


def _cell(blocks: list[Block], path: str, across: int) -> GridCell | None:
    while blocks and not blocks[-1].tokens:
        blocks.pop()
    block = stacked(blocks)
    if not block.tokens and across == 1:
        return None
    return GridCell(block, block.text, Place(path=path), across)


def _merge_down(rows: list[list[tuple[GridCell | None, str | None]]]) -> None:
    """Give each cell that opens a vertical merge the number of rows it covers."""
    for i, row in enumerate(rows):
        for j, (cell, merge) in enumerate(row):
            if cell is not None and merge == "restart":
                below = rows[i + 1 :]
                cell.rowspan += next((k for k, other in enumerate(below) if j >= len(other) or other[j][1] != "continue"), len(below))


def _inside(element: Any, name: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, also those inside content controls and insertions."""
    for child in elements(element):
        if local(child) == name:
            yield child
        elif local(child) in {"sdt", "sdtContent", "ins", "customXml"}:
            yield from _inside(child, name)


def _span(setting: Any) -> int:
    value = (attribute(setting, "val") if setting is not None else None) or "1"
    return max(1, min(int(value), _MAX_SPAN)) if value.isascii() and value.isdigit() else 1
