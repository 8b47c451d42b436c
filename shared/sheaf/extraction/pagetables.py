"""The tables of a document's pages as grids: followed over page breaks, without their totals, from whichever origin fits the fields best.

It assumes that a table that goes on is ruled like the part before it, that a row whose first text is a total's label sums up and is no
item, and that of lines and words both making a table, the one whose header names more of the fields is the one meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, zip_longest
from typing import NamedTuple

from sheaf.documents.model import Document, Table
from sheaf.extraction import lexicon
from sheaf.extraction.concepts import Reading
from sheaf.extraction.grids import Grid, GridCell, continued, from_table, match_columns
from sheaf.extraction.lexicon import label_key

#: Labels that sum up whatever else stands in their row, and those that do where the row is not as full as an item's.
_TOTALS = frozenset("total net_total closing_balance".split())
_SUMS = _TOTALS | frozenset("tax_amount shipping paid rounding discount".split())
#: A table ends in no more rows that sum it up.
_MOST_TOTALS = 12
_SAMPLE_ROWS = 200
#: Share of the fullest row's cells that an item has at least, for where sums are as many as items the middle row is one of them.
_FULL = 0.75
#: Lines that leave several rows of text in one cell make so many fewer rows than the words do.
_MANY_MORE = 2


class PageTables(NamedTuple):
    """Grids of one origin, and how many rows of totals were taken off them."""

    grids: list[Grid]
    totals: int = 0


def model_tables(document: Document) -> PageTables:
    """The tables of the page model that have rows under a header, each part of one over several pages under the first part's."""
    grids: list[Grid] = []
    for table in document.tables:
        if table.continues and grids:
            grids.append(continued(grids[-1], table))
        elif len(table.rows) > 1:
            grids.append(_headed(table))
    return without_totals(grids)


def _headed(table: Table) -> Grid:
    """A table of the page model; its first row is the header when the source does not say."""
    grid = from_table(table)
    return grid if any(grid.headers) else from_table(table, 1)


def fits_better(found: PageTables, usual: PageTables, readings: Sequence[Reading]) -> bool:
    """Do tables fit better than the usual ones: more of the fields are named by a header, or as many above many more rows?"""
    (named, rows), (usually_named, usual_rows) = _fit(found, readings), _fit(usual, readings)
    return named > usually_named or (named == usually_named and rows > _MANY_MORE * usual_rows)


def _fit(found: PageTables, readings: Sequence[Reading]) -> tuple[int, int]:
    """How many of the fields the best grid's header names, and how many rows it and what goes on with it have."""
    rows: dict[tuple[str, ...], int] = {}
    for grid in found.grids:
        rows[grid.headers] = rows.get(grid.headers, 0) + len(grid.rows)
    return max(((len(match_columns(headers, readings)), count) for headers, count in rows.items()), default=(0, 0))


def without_totals(grids: Sequence[Grid]) -> PageTables:
    """The grids without the rows of totals at the end of each table, which may go over several of them."""
    kept: list[Grid] = []
    taken = 0
    for grid, following in zip_longest(grids, grids[1:]):
        last = following is None or following.headers != grid.headers
        count = _items(grid) if last else len(grid.rows)
        taken += len(grid.rows) - count
        kept.append(grid if count == len(grid.rows) else replace(grid, rows=[grid.rows[index] for index in range(count)]))
    return PageTables(kept, taken)


def _items(grid: Grid) -> int:
    """How many rows stand above the totals at the grid's end; all of them where nothing but totals would be left out."""
    filled = sorted(_filled(row) for row in islice(iter(grid.rows), _SAMPLE_ROWS))
    usual = max(filled[len(filled) // 2], round(_FULL * filled[-1])) if filled else 0
    count = len(grid.rows)
    while count > 1 and len(grid.rows) - count < _MOST_TOTALS and _sums_up(grid.rows[count - 1], usual):
        count -= 1
    return count


def _sums_up(row: Sequence[GridCell | None], usual: int) -> bool:
    first = next((cell.text for cell in row if cell is not None), "")
    concepts = set(_concepts(first.partition("\n")[0].rstrip(" :")))
    return bool(concepts & _TOTALS) or (bool(concepts & _SUMS) and _filled(row) < usual)


def _concepts(text: str) -> Iterator[str]:
    """What the text is a label of, a rate behind it left off: "VAT 19 %"."""
    words = label_key(text).split()
    for end in range(len(words), 0, -1):
        named = lexicon.labels().get(" ".join(words[:end]), ())
        if named and not any(word.isalpha() for word in words[end:]):
            yield from named
            return


def _filled(row: Sequence[GridCell | None]) -> int:
    return sum(cell is not None for cell in row)
