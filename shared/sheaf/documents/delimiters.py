"""Delimited text taken apart: which character delimits, where each row begins, what its columns hold.

Stray quotation marks never swallow rows: a record over several lines whose quotes do not close properly is one line, quotes and all.
"""

from __future__ import annotations

import csv
import io
import math
from array import array
from collections import Counter
from collections.abc import Iterator
from typing import Literal, NamedTuple

#: In the order preferred where the content leaves it open: a comma is as often a decimal comma or prose.
DELIMITERS = ("\t", ";", "|", ",")
_SAMPLE_CHARACTERS = 64 * 1024
_SAMPLE_ROWS = 200
#: The csv module's own bound on one field, raised from 128 KiB: long notes are legitimate, and the file's size is bounded anyway.
_FIELD_CHARACTERS = 16 * 2**20
#: Reading back after stray quotes may cost so many times the text; then every quotation mark is taken for an ordinary character.
_MAX_REREAD = 4


class Index(NamedTuple):
    """Where the rows of a text are."""

    delimiter: str
    #: Where each row begins in the text, and after them where the last one ends.
    starts: array[int]
    #: The line each row begins on, from 1.
    lines: array[int]
    #: All columns of all rows.
    cells: int
    #: Lines on which a stray quotation mark was taken literally.
    strays: int


def unified(text: str) -> str:
    """The text with every line ending made a line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def delimiter_of(text: str) -> str:
    """The delimiter under which the first rows agree best on their number of columns; a first line ``sep=;`` has the say."""
    if text[:4].lower() == "sep=" and text[4:5] in DELIMITERS:
        return text[4]
    sample = text[:_SAMPLE_CHARACTERS]
    if len(text) > len(sample):
        sample = sample[: sample.rfind("\n") + 1] or sample
    scores = {delimiter: _agreement(sample, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > 0 else ","


def _agreement(sample: str, delimiter: str) -> float:
    """Share of rows with the commonest number of columns, a little more for more columns; 0 where that number is one."""
    counts: Counter[int] = Counter()
    for row, _lines in zip(_reader(io.StringIO(sample), delimiter), range(_SAMPLE_ROWS), strict=False):
        counts[len(row)] += bool(row)
    columns, rows = max(counts.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return rows / counts.total() + math.log(columns) / 100 if columns > 1 and rows else 0.0


def indexed(text: str, delimiter: str) -> Index:
    """Find every row of a text with unified line endings; blank lines are none."""
    found = _Indexer(text, delimiter)
    found.run()
    return Index(delimiter, found.starts, found.lines, found.cells, found.strays)


class _Indexer:
    """One pass over the text, restarted after each stray quotation mark."""

    def __init__(self, text: str, delimiter: str) -> None:
        self.text, self.delimiter = text, delimiter
        self.starts, self.lines = array("q"), array("q")
        self.cells = self.strays = 0
        self._reread = 0
        self._at = text.find("\n") + 1 if text[:4].lower() == "sep=" else 0
        self._line = 2 if self._at else 1

    def run(self) -> None:
        """Index all of the text."""
        while self._at < len(self.text):
            self._pass()
        self.starts.append(len(self.text))

    def _pass(self) -> None:
        source = _Lines(self.text, self._at)
        for row in _reader(iter(source), self.delimiter, quoted=self._reread <= _MAX_REREAD * len(self.text)):
            if source.count > 1 and not _closes(self.text[self._at : source.at], self.delimiter):
                self._reread += source.at - self._at
                self._stray()
                return
            self._keep(row)
            self._at, self._line = source.at, self._line + source.count
            source.count = 0

    def _keep(self, row: list[str]) -> None:
        if len(row) > 1 or (row and row[0].strip()):
            self.starts.append(self._at)
            self.lines.append(self._line)
            self.cells += len(row)

    def _stray(self) -> None:
        end = self.text.find("\n", self._at) + 1
        self._keep(split(self.text[self._at : end], self.delimiter))
        self.strays += 1
        self._at, self._line = end, self._line + 1


class _Lines:
    """The lines of a text from a position, with how far and how many lines they were taken."""

    def __init__(self, text: str, at: int) -> None:
        self.text, self.at, self.count = text, at, 0

    def __iter__(self) -> Iterator[str]:
        while self.at < len(self.text):
            start, end = self.at, self.text.find("\n", self.at) + 1
            self.at = end or len(self.text)
            self.count += 1
            yield self.text[start : self.at]


def split(record: str, delimiter: str) -> list[str]:
    """The columns of the first row in ``record``, stripped; quotes that do not close are ordinary characters."""
    stray = record.count('"') % 2 == 1 and not _closes(record, delimiter)
    rows = _reader(io.StringIO(record), delimiter, quoted=not stray)
    return [text.strip() for text in next(rows, [])]


def _closes(record: str, delimiter: str) -> bool:
    try:
        next(_reader(io.StringIO(record), delimiter, strict=True), None)
    except csv.Error:
        return False
    return True


def _reader(lines: Iterator[str], delimiter: str, *, quoted: bool = True, strict: bool = False) -> Iterator[list[str]]:
    csv.field_size_limit(_FIELD_CHARACTERS)
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    return csv.reader(lines, delimiter=delimiter, quoting=quoting, strict=strict, skipinitialspace=True)
