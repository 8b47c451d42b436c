"""Headers learned: which columns of a job's tables hold a field's values, from rows that people accepted or corrected.

A header is learned where its column holds every value that was said of the field, in two documents at least and in most of those that have
it; and kept only where rows of documents that did not teach it are read better with it, as labels on pages are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any

from sheaf.documents.model import Document
from sheaf.domain.fields import Field, RowMode
from sheaf.domain.values import to_json
from sheaf.extraction.assemble import extract
from sheaf.extraction.candidates import Customs, customs_of
from sheaf.extraction.concepts import understand
from sheaf.extraction.grids import Grid, GridCell
from sheaf.extraction.layout import lay_out
from sheaf.extraction.learning.labels import Seen, learned
from sheaf.extraction.learning.learned import OfField
from sheaf.extraction.lexicon import label_key
from sheaf.extraction.pagetables import model_tables, without_totals
from sheaf.extraction.parse import parse_as
from sheaf.extraction.parsing.found import squash
from sheaf.extraction.reader import Reader
from sheaf.extraction.tabular import customs_of_grids, grids_of
from sheaf.extraction.wordtables import printed_tables

#: Rows, as JSON by column.
Rows = list[Mapping[str, Any]]
#: Reads a document's rows for these columns, so many at most.
Read = Callable[[Document, Sequence[Field], int], Rows]
Cells = Sequence[GridCell | None]


@dataclass(frozen=True)
class Tabled:
    """One document and what is true of its rows: JSON of the right value by row and column, None where there is none."""

    document: Document
    truth: Mapping[int, Mapping[str, Any]]
    #: Whether those are all of its rows.
    whole: bool = False

    @property
    def most(self) -> int:
        """Rows that have to be read to see whether they are right."""
        return max(self.truth, default=0) + 1 + self.whole

    def said(self, of: Field) -> Iterator[tuple[int, Any]]:
        """What is true of a column, by row."""
        return ((at, row[of.name]) for at, row in self.truth.items() if of.name in row)

    def speaks_of(self, name: str) -> bool:
        """Whether anything is known of a column."""
        return any(name in row for row in self.truth.values())

    def is_full(self, rows: Rows) -> bool:
        """Whether as many rows were read as there are, where that is known."""
        return not self.whole or len(rows) == len(self.truth)

    @cached_property
    def grids(self) -> list[Grid]:
        """Its tables, as they are read."""
        return grids_of(self.document) if self.document.tabular else model_tables(self.document).grids

    @cached_property
    def customs(self) -> Customs:
        """How it writes dates and numbers."""
        return customs_of_grids(self.grids) if self.document.tabular else customs_of(lay_out(self.document).text)


def of_rows(document: Document, columns: Sequence[Field], most: int) -> Rows:
    """Rows where each row of a document's tables becomes one."""
    read = islice(extract(document, understand(columns), RowMode.TABLE_ROW).rows, most)
    return [{name: to_json(cell.value) for name, cell in row.cells.items()} for row in read]


def of_table(table: Field) -> Read:
    """Rows of a field that is a table."""

    def read(document: Document, columns: Sequence[Field], most: int) -> Rows:
        asked = replace(table, columns=tuple(columns))
        row = next(iter(extract(document, understand([asked]), RowMode.FILE).rows))
        value = to_json(row.cells[table.name].value)
        return [line for line in value[:most] if isinstance(line, dict)] if isinstance(value, list) else []

    return read


def learn(examples: Sequence[Tabled], columns: Sequence[Field], read: Read) -> dict[str, OfField]:
    """What examples teach of each column; nothing of it that does not read documents better that it was not made from."""
    lesson = _Lesson(examples, columns, read)
    return {of.name: lesson.accepted(of) for of in columns}


class _Lesson:
    """Some examples, and what they teach; each document is read twice: by rules, and with the headers that the others teach."""

    def __init__(self, examples: Sequence[Tabled], columns: Sequence[Field], read: Read) -> None:
        self.examples, self.columns, self.read = examples, columns, read

    @cached_property
    def plain(self) -> list[Rows]:
        """The examples as the rules read them."""
        return [self.read(one.document, self.columns, one.most) for one in self.examples]

    @cached_property
    def widened(self) -> list[Rows]:
        """The examples, each read with the headers that the others teach."""
        return [self._widened(at) for at in range(len(self.examples))]

    @cached_property
    def _seen(self) -> dict[str, list[Seen]]:
        """Headers over the values of each column that rules do not always read rightly; nothing can be learned of the others."""
        return {of.name: _seen(self.examples, self.columns, of) for of in self.columns if not all(self._judged(self.plain, of))}

    def accepted(self, of: Field) -> OfField:
        """What is kept of a column."""
        before, after = sum(self._judged(self.plain, of)), sum(self._judged(self.widened, of))
        labels = self._labels(of.name) if after > before else ()
        return OfField(labels=labels).counted(self._speaking(of.name), before, after if labels else before)

    def _widened(self, at: int) -> Rows:
        labels = {name: self._labels(name, at) for name in self._seen}
        if not any(labels.values()):
            return self.plain[at]
        taught = [replace(of, synonyms=(*of.synonyms, *labels.get(of.name, ()))) for of in self.columns]
        return self.read(self.examples[at].document, taught, self.examples[at].most)

    def _labels(self, name: str, left_out: int | None = None) -> tuple[str, ...]:
        return learned(self._seen.get(name, ()), self._speaking(name), left_out)

    def _speaking(self, name: str) -> int:
        """Documents that something is known of a column in."""
        return sum(one.speaks_of(name) for one in self.examples)

    def _judged(self, read: Sequence[Rows], of: Field) -> Iterator[bool]:
        """Whether every value known of a column was read, for each document that one is known in."""
        for one, rows in zip(self.examples, read, strict=True):
            if one.speaks_of(of.name):
                yield one.is_full(rows) and all(at < len(rows) and is_same(rows[at].get(of.name), truth) for at, truth in one.said(of))


def is_same(value: Any, truth: Any) -> bool:
    """Whether JSON values are the same: texts without case, blanks and punctuation, amounts by their number."""
    if isinstance(value, str) and isinstance(truth, str):
        return squash(value) == squash(truth)
    if isinstance(value, dict) and isinstance(truth, dict) and "amount" in truth:
        return Decimal(str(value.get("amount"))) == Decimal(str(truth["amount"]))
    return bool(value == truth)


def _seen(examples: Sequence[Tabled], columns: Sequence[Field], of: Field) -> list[Seen]:
    """Headers of columns that hold what was said of a field: in which documents they do, and in which they stand at all."""
    beside: dict[str, dict[int, str]] = {}
    anywhere: dict[str, set[int]] = {}
    for at, one in enumerate(examples):
        for header, holds in _headers(one, columns, of) if one.speaks_of(of.name) else ():
            if key := label_key(header):
                anywhere.setdefault(key, set()).add(at)
                if holds:
                    beside.setdefault(key, {})[at] = header
    found = ((key, Counter(by.values()).most_common(1)[0][0], by) for key, by in beside.items())
    return [Seen(key, text, frozenset(by), frozenset(anywhere[key])) for key, text, by in found]


def _headers(one: Tabled, columns: Sequence[Field], of: Field) -> Iterator[tuple[str, bool]]:
    """Each header of a document's tables, and whether its column holds every value that was said of the field."""
    said = [(at, truth) for at, truth in one.said(of) if truth is not None]
    for headers, rows in _tables(one, columns):
        for column, header in enumerate(headers):
            yield header, bool(said) and all(at < len(rows) and _holds(rows[at], column, of, one.customs, truth) for at, truth in said)


def _holds(row: Cells, column: int, of: Field, customs: Customs, truth: Any) -> bool:
    cell = row[column] if column < len(row) else None
    value = parse_as(of, cell.text, customs) if cell is not None else None
    return value is not None and is_same(to_json(value), truth)


def _tables(one: Tabled, columns: Sequence[Field]) -> Iterator[tuple[tuple[str, ...], list[Cells]]]:
    """A document's tables, those that go on under the same headers as one, with the rows that are spoken of."""
    rows: dict[tuple[str, ...], list[Cells]] = {}
    for grid in [*one.grids, *_printed(one, columns)]:
        of_headers = rows.setdefault(grid.headers, [])
        of_headers += islice(iter(grid.rows), max(0, one.most - len(of_headers)))
    return iter(rows.items())


def _printed(one: Tabled, columns: Sequence[Field]) -> Iterable[Grid]:
    """Tables that words alone make, on pages of fixed layout, under headers that no table of the page model has."""
    if one.document.tabular or all(page.grid for page in one.document.pages):
        return ()
    layout, readings = lay_out(one.document), understand(columns)
    phrases = frozenset(phrase for reading in readings for phrase in reading.phrases)
    found = without_totals(printed_tables(layout, Reader(layout, readings).labels, phrases)).grids
    known = {grid.headers for grid in one.grids}
    return [grid for grid in found if grid.headers not in known]
