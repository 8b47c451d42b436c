"""Tables printed on a page: a header row known by its labels, columns by their place, rows down to the totals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from sheaf.documents.model import Word
from sheaf.extraction import lexicon, senses
from sheaf.extraction.grids import Grid, GridCell
from sheaf.extraction.labels import Labels
from sheaf.extraction.layout import Layout, Segment, union
from sheaf.extraction.rules import rule

#: Concepts that head a column of a table of goods and services.
_COLUMN_CONCEPTS = frozenset(
    (
        "item_description quantity unit unit_price line_total item_code line_number tax_rate tax_amount discount "
        "total net_total invoice_date delivery_date reference paid closing_balance invoice_number due_date other"
    ).split()
)
_END_CONCEPTS = frozenset("total net_total tax_amount shipping paid rounding closing_balance".split())
_NUMERIC = re.compile(r"[^\w]*\d[\d.,' ]*\D{0,4}")
#: Widest gap between two rows of a table, in text heights.
ROW_GAP = 4.5
#: Widest gap between the two lines of a header.
HEADER_GAP = 0.8
#: Rows of letterhead and the like that may stand above a table that goes on.
NEAR_TOP = 15
#: A line goes with the next one where it stands nearer to it by so much.
NEARER = 0.6
MAX_ROWS = 2_000

Cells = list[GridCell | None]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, where that stands, and the span the column takes, up to half way to its neighbours."""

    header: str
    x0: float
    x1: float
    header_x0: float
    header_x1: float


def printed_tables(layout: Layout, labels: Labels, phrases: frozenset[str]) -> list[Grid]:
    """Every table found by a header row; ``phrases`` are the label keys of the columns asked for.

    A table that goes on over a page's end is a grid for each page, all with the same headers.
    """
    found: list[Grid] = []
    row = 0
    while row < len(layout.rows):
        columns, height = _header(layout, labels, row, phrases)
        row += height or 1
        if len(columns) < 2:
            continue
        body = _BodyReader(layout, labels, columns, phrases).read(row)
        row = body.end
        if body.rows:
            found.append(_grid(columns, body.rows))
        while body.rows and body.goes_on and (start := _resumed(layout, labels, body, columns, phrases)):
            body = _BodyReader(layout, labels, columns, phrases).read(start)
            row = max(row, body.end)
            if body.rows:
                found.append(_grid(columns, body.rows))
    return found


def _grid(columns: Sequence[Column], rows: Sequence[Sequence[GridCell | None]]) -> Grid:
    return Grid(tuple(column.header for column in columns), rows, next(cell.page for cell in rows[0] if cell is not None))


Part = tuple[str, tuple[Word, ...]]


def _header(layout: Layout, labels: Labels, row: int, phrases: frozenset[str]) -> tuple[list[Column], int]:
    """The columns a row heads, alone or with the one below it, and how many rows that takes; ([], 0) when it heads none."""
    parts = _row_parts(layout, labels, row, phrases)
    if not parts:
        return [], 0
    below = _row_parts(layout, labels, row + 1, phrases) if _follows(layout, row) else []
    both = _joined(parts, below) if below else parts
    if both != parts and _goes_on(parts, below, both, phrases):
        return _columns(both), 2
    return (_columns(parts), 1) if _is_header(parts, phrases) else ([], 0)


def _goes_on(parts: Sequence[Part], below: Sequence[Part], both: Sequence[Part], phrases: frozenset[str]) -> bool:
    if _is_header(parts, phrases) and _explains(parts, below, both):
        return True
    return _named(both, phrases) > _named(parts, phrases) and _is_header(both, phrases)


@rule("second-header-lines", otherwise=lambda *_: False)
def _explains(parts: Sequence[Part], below: Sequence[Part], both: Sequence[Part]) -> bool:
    """Whether a line under a header goes on with it: several parts without digits, each under a part of the header.

    Assumes that the first row of a table has figures.
    """
    return len(below) > 1 and len(both) == len(parts) and not any(character.isdigit() for text, _ in below for character in text)


def _row_parts(layout: Layout, labels: Labels, row: int, phrases: frozenset[str]) -> list[Part]:
    return [part for index in layout.rows[row] for part in _parts(labels, layout.segments[index], phrases)]


def _follows(layout: Layout, row: int) -> bool:
    """Is there a row close below, as the second line of a header is?"""
    if row + 1 >= len(layout.rows):
        return False
    one, other = (layout.segments[layout.rows[at][0]] for at in (row, row + 1))
    return one.page == other.page and other.box.y0 - one.box.y1 <= HEADER_GAP * layout.height(one)


def _joined(parts: Sequence[Part], below: Sequence[Part]) -> list[Part]:
    """Two lines of a header as one: each part of the lower line goes to the one it stands under, or stands for itself."""
    found = [(part, union(part[1])) for part in parts]
    for text, words in below:
        box = union(words)
        under = [at for at, (_, above) in enumerate(found) if above.x0 < box.x1 and box.x0 < above.x1]
        if len(under) == 1:
            (said, above_words), _ = found[under[0]]
            together = (*above_words, *words)
            found[under[0]] = (f"{said} {text}", together), union(together)
        else:
            found.append(((text, words), box))
    return [part for part, _ in sorted(found, key=lambda pair: pair[1].x0)]


def _named(parts: Sequence[Part], phrases: frozenset[str]) -> int:
    return sum(_names_column(text, phrases) for text, _ in parts)


def _is_header(parts: Sequence[Part], phrases: frozenset[str]) -> bool:
    """Most of a header's parts must be labels, and none a number."""
    named = _named(parts, phrases)
    return len(parts) >= 2 and named >= 2 and named * 2 >= len(parts) and not any(any(c.isdigit() for c in text) for text, _ in parts)


def _columns(parts: Sequence[Part]) -> list[Column]:
    boxes = [union(words) for _, words in parts]
    return [
        Column(
            text,
            (boxes[index - 1].x1 + boxes[index].x0) / 2 if index else float("-inf"),
            (boxes[index].x1 + boxes[index + 1].x0) / 2 if index + 1 < len(parts) else float("inf"),
            boxes[index].x0,
            boxes[index].x1,
        )
        for index, (text, _) in enumerate(parts)
    ]


def _names_column(text: str, phrases: frozenset[str]) -> bool:
    key = lexicon.label_key(text)
    return key in phrases or bool(_COLUMN_CONCEPTS & set(lexicon.labels().get(key, ()))) or _known_column(key)


@rule("headers-by-meaning", otherwise=lambda _: False)
def _known_column(key: str) -> bool:
    """Whether a header's words are such as head columns.

    Assumes that a row without digits, most of whose parts are words for goods, counts, sums or days, heads a table.
    """
    return senses.heads_column(key)


def _parts(labels: Labels, segment: Segment, phrases: frozenset[str]) -> Iterator[tuple[str, tuple[Word, ...]]]:
    """A header segment as one label, or taken apart where two stand close together."""
    if _names_column(segment.text, phrases):
        yield segment.text, segment.words
        return
    inside = sorted((one for one in labels.by_segment.get(segment.index, ()) if one.match >= 0.95), key=lambda one: (one.first, -one.last))
    covered, spans = 0, []
    for one in inside:
        if one.first >= covered:
            spans.append((one.first, one.last))
            covered = one.last
    if sum(last - first for first, last in spans) == len(segment.words) and len(spans) > 1:
        for first, last in spans:
            words = segment.words[first:last]
            yield " ".join(word.text for word in words), words
    else:
        yield segment.text, segment.words


class _Body(NamedTuple):
    """The data rows of a table on one page, the row after them, and whether they end without an end of the table's own."""

    rows: list[Cells]
    end: int
    goes_on: bool
    #: Columns that hold figures in its rows.
    anchors: frozenset[int]


class _BodyReader:
    """The data rows of one table on one page, line by line; lines that continue a row are merged into it."""

    def __init__(self, layout: Layout, labels: Labels, columns: Sequence[Column], phrases: frozenset[str]) -> None:
        self._layout, self._labels, self._columns, self._phrases = layout, labels, columns, phrases
        self._rows: list[Cells] = []
        self._anchors: frozenset[int] = frozenset()
        #: Lines of a row that stand above its figures, which some set at the foot or the middle of their row.
        self._above: Cells | None = None
        self._page, self._bottom = 0, 0.0
        self._begun = False
        self._goes_on = True

    def read(self, row: int) -> _Body:
        """The rows from the line ``row`` on."""
        while row < len(self._layout.rows) and len(self._rows) < MAX_ROWS and self._takes(row):
            row += 1
        if self._above is not None and self._rows:
            self._rows[-1] = _together(self._rows[-1], self._above)
        return _Body(self._rows if self._anchors else [], row, self._goes_on, self._anchors)

    def _takes(self, row: int) -> bool:
        """Take a line, or pass over one that stands beside the table; False when the table has ended before it."""
        segments = [self._layout.segments[index] for index in self._layout.rows[row]]
        height, top = self._layout.height(segments[0]), min(segment.box.y0 for segment in segments)
        if self._begun and (segments[0].page != self._page or top - self._bottom > ROW_GAP * height):
            return False
        inside = [segment for segment in segments if segment.box.x1 > self._columns[0].header_x0 - 0.5 * height]
        if not inside:
            return True
        if _ends(self._labels, inside) or len(_header(self._layout, self._labels, row, self._phrases)[0]) > 1:
            self._goes_on = False
            return False
        gap = top - self._bottom if self._begun and self._rows else height
        self._begun, self._page, self._bottom = True, inside[0].page, max(segment.box.y1 for segment in inside)
        self._add(row, _cells(inside, self._columns), gap)
        return True

    def _add(self, row: int, cells: Cells, gap: float) -> None:
        figures = _numeric_columns(cells)
        self._anchors = self._anchors or figures
        if self._anchors & figures:
            self._rows.append(_together(self._above, cells))
            self._above = None
        elif _belongs_below(self._layout, row, self._page, self._bottom, gap):
            self._above = _together(self._above, cells)
        elif self._rows and self._anchors:
            self._rows[-1] = _together(self._rows[-1], cells)
        else:
            self._rows.append(cells)


def _belongs_below(layout: Layout, row: int, page: int, bottom: float, gap: float) -> bool:
    """Does a line without figures stand nearer to the next line than to the one before, ``gap`` above it?"""
    if row + 1 >= len(layout.rows) or _page(layout, row + 1) != page:
        return False
    following = layout.segments[layout.rows[row + 1][0]]
    return following.box.y0 - bottom < NEARER * gap and following.box.y0 - bottom <= HEADER_GAP * layout.height(following)


def _together(one: Cells | None, other: Cells) -> Cells:
    return other if one is None else [_merged(above, below) for above, below in zip(one, other, strict=True)]


def _resumed(layout: Layout, labels: Labels, body: _Body, columns: Sequence[Column], phrases: frozenset[str]) -> int:
    """The row at which a table goes on near the top of the next page, 0 where it does not.

    Either its header is repeated there, or a row has figures in all the columns that have them, and something in the first one.
    """
    page = next(cell.page for cell in body.rows[-1] if cell is not None) + 1
    first = next((at for at in range(body.end, len(layout.rows)) if _page(layout, at) >= page), len(layout.rows))
    headers = [column.header for column in columns]
    for at in range(first, min(first + NEAR_TOP, len(layout.rows))):
        if _page(layout, at) != page:
            return 0
        own, height = _header(layout, labels, at, phrases)
        if own:
            return at + height if [column.header for column in own] == headers else 0
        cells = _cells([layout.segments[index] for index in layout.rows[at]], columns)
        if len(body.anchors) > 1 and cells[0] is not None and body.anchors <= _numeric_columns(cells):
            return at
    return 0


def _page(layout: Layout, row: int) -> int:
    return layout.segments[layout.rows[row][0]].page


def _ends(labels: Labels, segments: Sequence[Segment]) -> bool:
    """Whether the row is a total rather than an item."""
    first = segments[0]
    for one in labels.by_segment.get(first.index, ()):
        concepts = set(lexicon.labels().get(one.phrase, ()))
        if one.first == 0 and one.purity >= 0.7 and concepts & _END_CONCEPTS and (one.closed or len(segments) <= 3):
            return True
    return False


def _cells(segments: Sequence[Segment], columns: Sequence[Column]) -> list[GridCell | None]:
    words: list[list[Word]] = [[] for _ in columns]
    for segment in segments:
        for run in _runs(segment, columns):
            middle = (run[0].box.x0 + run[-1].box.x1) / 2
            index = next((at for at, column in enumerate(columns) if column.x0 <= middle < column.x1), len(columns) - 1)
            words[index].extend(run)
    page = segments[0].page
    return [GridCell(" ".join(word.text for word in run), page, words=tuple(run)) if run else None for run in words]


def _runs(segment: Segment, columns: Sequence[Column]) -> list[list[Word]]:
    """The segment whole when it lies in one column, else cut where a number stands next to a word under another column's header."""
    runs: list[list[Word]] = [[segment.words[0]]]
    for before, word in pairwise(segment.words):
        changes = bool(_NUMERIC.fullmatch(before.text)) or bool(_NUMERIC.fullmatch(word.text))
        if changes and any(_parts_at(before, word, column, following) for column, following in pairwise(columns)):
            runs.append([])
        runs[-1].append(word)
    return runs


def _parts_at(before: Word, word: Word, column: Column, following: Column) -> bool:
    """Whether two columns meet between two words: each stands at its own header."""
    return (
        before.box.x0 < column.x1 and word.box.x1 > following.x0 and word.box.x0 < following.header_x1 and word.box.x1 > following.header_x0
        and before.box.x1 <= following.header_x0
    ) or (before.box.x1 <= column.header_x1 and before.box.x1 > column.header_x0 and word.box.x0 >= column.header_x1)  # fmt: skip


def _numeric_columns(cells: Sequence[GridCell | None]) -> frozenset[int]:
    """Columns that hold a number in a first row, after the first text column: an item's row has one, its further lines do not."""
    return frozenset(index for index, cell in enumerate(cells) if index > 0 and cell is not None and _NUMERIC.fullmatch(cell.text))


def _merged(one: GridCell | None, other: GridCell | None) -> GridCell | None:
    if one is None or other is None:
        return one or other
    return GridCell(f"{one.text} {other.text}", one.page, words=(*one.words, *other.words))
