"""Rows of a sheet, whatever file it came from, and the cells of a table made of them when they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, overload

from sheaf.documents.model import Place, TableCell
from sheaf.documents.sheets.display import Value, displayed

_LETTERS = 26


class SheetRow(Protocol):
    """One row that holds something."""

    @property
    def number(self) -> int:
        """Its number in the sheet, from 1."""
        ...

    @property
    def values(self) -> Sequence[Value]:
        """The value of each cell up to the last filled one; None or "" where empty."""
        ...

    def text(self, index: int) -> str:
        """What a person sees in the cell of that index, from 0."""
        ...


class FormattedRow(NamedTuple):
    """A row whose texts follow from values and number formats."""

    number: int
    values: tuple[Value, ...]
    formats: tuple[str, ...]

    def text(self, index: int) -> str:
        """What a person sees in one cell."""
        return displayed(self.values[index], self.formats[index])


class ShownRow(NamedTuple):
    """A row whose file says what its cells show."""

    number: int
    values: tuple[Value, ...]
    shown: tuple[str, ...]

    def text(self, index: int) -> str:
        """What a person sees in one cell."""
        return self.shown[index]


def texts_of(row: SheetRow) -> list[str]:
    """What a person sees in each cell, "" where empty."""
    return [row.text(index) for index in range(len(row.values))]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it lies in the file."""

    title: str
    rows: Sequence[SheetRow]
    #: Rows and columns that a merged range covers, by its top left cell (row, column), both from 1.
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    hidden: bool = False
    #: Formulas whose result the file does not hold.
    uncached: int = 0


@dataclass(frozen=True, slots=True)
class SheetRows(Sequence[Sequence[TableCell | None]]):
    """Rows of a sheet as a table's rows, their cells made when asked for."""

    title: str
    rows: Sequence[SheetRow]
    merged: dict[tuple[int, int], tuple[int, int]]
    #: First and last column, from 1.
    left: int
    right: int

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Sequence[TableCell | None]: ...

    @overload
    def __getitem__(self, index: slice) -> SheetRows: ...

    def __getitem__(self, index: int | slice) -> Sequence[TableCell | None] | SheetRows:
        if isinstance(index, slice):
            return SheetRows(self.title, self.rows[index], self.merged, self.left, self.right)
        row = self.rows[index]
        return [self._cell(row, column) for column in range(self.left, self.right + 1)]

    def _cell(self, row: SheetRow, column: int) -> TableCell | None:
        value = row.values[column - 1] if column <= len(row.values) else None
        if value is None or value == "":
            return None
        down, across = self.merged.get((row.number, column), (1, 1))
        across = min(across, self.right - column + 1)
        typed = None if isinstance(value, str) else value
        return TableCell(row.text(column - 1), None, place(self.title, row.number, column), across, down, typed)


def place(title: str, row: int, column: int) -> Place:
    """What to cite for a cell: ``Sheet1!B4``."""
    return Place(cell=f"{title}!{letters(column)}{row}")


def letters(column: int) -> str:
    """The letters of a column from 1: A to Z, AA and so on."""
    found = ""
    while column:
        column, rest = divmod(column - 1, _LETTERS)
        found = chr(ord("A") + rest) + found
    return found
