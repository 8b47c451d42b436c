"""Tables of any origin as one thing: headers and rows of cells, and which column holds which field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from sheaf.documents.model import Page, Place, Table, TableCell, Word
from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import Box, Cell, CellState, Evidence, Value
from sheaf.extraction import senses
from sheaf.extraction.candidates import Customs
from sheaf.extraction.cells import cite
from sheaf.extraction.concepts import Reading
from sheaf.extraction.lexicon import label_key
from sheaf.extraction.parse import parse_as
from sheaf.extraction.parsing.dates import find_dates
from sheaf.extraction.parsing.found import tidy
from sheaf.extraction.rules import rule

#: Confidence of a value from a column whose header names its field, by how well it does.
COLUMN_CONFIDENCE = 0.97
LIKENESS = 88.0
#: Texts of a column whose values are kept.
MOST_KNOWN = 10_000
#: What is left of a name that is only the opening of a header.
OPENING = 0.75


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell: its text, the typed value the format gives it, and what to cite."""

    text: str
    page: int
    value: object = None
    words: tuple[Word, ...] = ()
    place: Place | None = None
    #: Where the cell itself stands, on pages of fixed layout.
    box: Box | None = None

    def evidence(self, page: Page | None, label: str | None) -> Evidence:
        """Where the cell stands."""
        if self.words and page is not None and not page.grid:
            return cite(page, self.words, self.text, label)
        if self.box is not None and page is not None and not page.grid:
            return Evidence(text=self.text, page=self.page, box=page.shown(self.box), label=label)
        place = self.place or next((word.place for word in self.words if word.place), None) or Place()
        return Evidence(text=self.text, page=self.page, cell=place.cell, line=place.line, path=place.path, label=label)


@dataclass(frozen=True, slots=True)
class Grid:
    """Headers as printed and the data rows under them; ``rows`` may make its cells as they are asked for."""

    headers: tuple[str, ...]
    rows: Sequence[Sequence[GridCell | None]]
    page: int = 1
    name: str = ""


class _Lazy(Sequence[Sequence[GridCell | None]]):
    """Rows of a table of the page model, converted one at a time."""

    def __init__(self, table: Table, first: int) -> None:
        self._table = table
        self._first = first

    def __len__(self) -> int:
        return max(len(self._table.rows) - self._first, 0)

    def __getitem__(self, index: int | slice) -> Sequence[GridCell | None]:  # type: ignore[override]
        if isinstance(index, slice):
            raise TypeError("rows are read one at a time")
        return [_grid_cell(cell, self._table.page) for cell in self._table.rows[self._first + index]]

    def __iter__(self) -> Iterator[Sequence[GridCell | None]]:
        for row in islice(self._table.rows, self._first, None):
            yield [_grid_cell(cell, self._table.page) for cell in row]


def _grid_cell(cell: TableCell | None, page: int) -> GridCell | None:
    return (
        None
        if cell is None or (not cell.text.strip() and cell.value is None)
        else GridCell(tidy(cell.text), page, cell.value, place=cell.place, box=cell.box)
    )


def from_table(table: Table, header_rows: int | None = None) -> Grid:
    """A table of the page model; several header rows are read as one, top to bottom.

    A name over several columns groups them: it is part of their headers only where they would have the same ones without it.
    """
    count = min(table.header_rows if header_rows is None else header_rows, len(table.rows))
    width = max((len(row) for row in islice(table.rows, 50)), default=0)
    own, grouped = [""] * width, [""] * width
    for row in islice(table.rows, count):
        for column, cell in enumerate(row[:width]):
            if cell is not None:
                own[column] = f"{own[column]} {tidy(cell.text)}".strip() if cell.colspan == 1 else own[column]
                for covered in range(column, min(column + cell.colspan, width)):
                    grouped[covered] = f"{grouped[covered]} {tidy(cell.text)}".strip()
    return Grid(tuple(_headers(own, grouped)), _Lazy(table, count), table.page, table.name)


def _headers(own: Sequence[str], grouped: Sequence[str]) -> Iterator[str]:
    for name, full in zip(own, grouped, strict=True):
        yield name if name and own.count(name) == 1 else full


def continued(above: Grid, table: Table) -> Grid:
    """A table that goes on with the one above, under its headers."""
    return Grid(above.headers, _Lazy(table, min(table.header_rows, len(table.rows))), table.page, above.name)


def match_columns(
    headers: Sequence[str], readings: Iterable[Reading], rows: Sequence[Sequence[GridCell | None]] = (), *, spelt: bool = False
) -> dict[int, int]:
    """Reading index → column: best matches first, each field and each column once; columns that no header speaks for stay out.

    A list field may share its column with a field of one value. ``rows`` tell columns apart whose headers speak for a field alike;
    ``spelt`` leaves out headers that only mean a field, for callers who ask whether this is a header at all.
    """
    readings = list(readings)
    likeness = _spelt_score if spelt else _header_score
    pairs = [
        (score * _content(reading, rows, column), reading, column)
        for reading in readings
        for column, header in enumerate(headers)
        if header and (score := likeness(header, reading)) > 0
    ]
    matched: dict[int, int] = {}
    taken: set[tuple[int, bool]] = set()
    for _, reading, column in sorted(pairs, key=lambda pair: (-pair[0], pair[2], pair[1].index)):
        place = (column, reading.field.type is FieldType.LIST)
        if reading.index not in matched and place not in taken:
            matched[reading.index] = column
            taken.add(place)
    return matched | _by_content(readings, headers, rows, matched) if rows else matched


#: Rows that are looked at to see what a column holds.
SAMPLE = 20
_FIGURES = frozenset({"amount", "number", "percent", "date"})


@rule("columns-by-content", otherwise=lambda *_: 1.0)
def _content(reading: Reading, rows: Sequence[Sequence[GridCell | None]], column: int) -> float:
    """1 for a column whose cells look like the field's kind, less for one whose do not.

    Assumes that figures and days have digits, and that descriptions are words rather than codes.
    """
    texts = [cell.text for row in islice(iter(rows), SAMPLE) if column < len(row) and (cell := row[column]) is not None]
    if not texts:
        return 1.0
    if reading.kind in _FIGURES:
        likely = [any(map(str.isdigit, text)) for text in texts]
    elif "item_description" in reading.concepts:
        likely = [sum(map(str.isalpha, text)) > sum(map(str.isdigit, text)) and any(map(str.islower, text)) for text in texts]
    else:
        return 1.0
    return 1.0 if 2 * sum(likely) >= len(likely) else 0.5


@rule("lone-columns", otherwise=lambda *_: {})
def _by_content(
    readings: Sequence[Reading], headers: Sequence[str], rows: Sequence[Sequence[GridCell | None]], matched: Mapping[int, int]
) -> dict[int, int]:
    """Columns for fields of days and figures that no header speaks for, where just one column is left that holds such.

    Assumes that when all other columns are known, the one that holds days is the day asked for, and the one of figures the figure.
    """
    found: dict[int, int] = {}
    for reading in readings if matched else ():
        if reading.index in matched or reading.kind not in _FIGURES:
            continue
        left = [at for at in range(len(headers)) if at not in (*matched.values(), *found.values())]
        fitting = [at for at in left if _holds(reading.kind, rows, at)]
        day = reading.kind == "date"
        rivals = [one for one in readings if one.index not in matched and one.kind in _FIGURES and (one.kind == "date") == day]
        if len(fitting) == 1 and len(rivals) == 1:
            found[reading.index] = fitting[0]
    return found


def _holds(kind: str, rows: Sequence[Sequence[GridCell | None]], column: int) -> bool:
    """Whether nearly all cells of a column are days, or figures that are no days."""
    texts = [cell.text for row in islice(iter(rows), SAMPLE) if column < len(row) and (cell := row[column]) is not None]
    days = sum(bool(find_dates(text)) for text in texts)
    figures = sum(_FIGURE.fullmatch(text) is not None for text in texts) - days
    return bool(texts) and (days if kind == "date" else figures) >= 0.8 * len(texts)


_FIGURE = re.compile(r"[^\w]*\d[\d.,' ]*\D{0,4}")


def _header_score(header: str, reading: Reading) -> float:
    """How surely a header names the field: by its letters, by its meaning, or by its first words."""
    key = label_key(header)
    return max(_spelt_score(header, reading), senses.column(reading, key), _opening_score(key, reading))


def _spelt_score(header: str, reading: Reading) -> float:
    """How surely a header is spelt as the field's labels are: its exact phrase, else nearly, else a phrase that makes up most of it."""
    key = label_key(header)
    if key in reading.phrases:
        return reading.phrases[key]
    from rapidfuzz import fuzz

    best = 0.0
    for phrase, weight in reading.phrases.items():
        if len(phrase) > 3 and f" {phrase} " in f" {key} " and len(phrase) >= 0.5 * len(key):
            best = max(best, 0.85 * weight * len(phrase) / len(key) + 0.1)
        elif len(phrase) > 4 and fuzz.ratio(phrase, key, score_cutoff=LIKENESS):
            best = max(best, 0.9 * weight)
    return best


@rule("header-openings", otherwise=lambda *_: 0.0)
def _opening_score(key: str, reading: Reading) -> float:
    """How surely the first words of a header name the field: "Cantidad entregada", "Importe sin IVA".

    Assumes that what follows the name of a column narrows it down.
    """
    words = key.split()
    openings = (" ".join(words[:count]) for count in range(len(words) - 1, 0, -1))
    return max((OPENING * max(reading.phrases.get(one, 0.0), senses.column(reading, one)) for one in openings), default=0.0)


def read_cell(field: Field, cell: GridCell | None, customs: Customs, page: Page | None, label: str | None) -> Cell:
    """One cell of a row: found, blank when empty, unreadable when it is not of the field's type."""
    return Column(field, customs, page, label).cell(cell)


class Column:
    """The cells of one column under one field; a text that was read already is not read again, as most columns repeat theirs."""

    def __init__(self, field: Field, customs: Customs, page: Page | None, label: str | None) -> None:
        self._field, self._customs, self._page, self._label = field, customs, page, label
        self._known: dict[tuple[str, object], Value | None] = {}

    def cell(self, cell: GridCell | None) -> Cell:
        """One cell of a row, as :func:`read_cell` reads it."""
        if cell is None:
            return Cell(state=CellState.BLANK, evidence=Evidence(label=self._label) if self._label else None)
        value = self._value(cell)
        evidence = cell.evidence(self._page, self._label)
        if value is None:
            return Cell(state=CellState.UNREADABLE, evidence=evidence)
        return Cell(state=CellState.FOUND, value=value, confidence=COLUMN_CONFIDENCE, evidence=evidence)

    def _value(self, cell: GridCell) -> Value | None:
        # Equal values of two types, such as 1 and True, are read apart.
        key = (cell.text, (type(cell.value), cell.value))
        if key not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[key] = parse_as(self._field, cell.text, self._customs, cell.value)
        return self._known[key]
