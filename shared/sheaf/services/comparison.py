"""Comparing two runs of a job cell by cell: what both read alike, what they did not, and which of them people said was right.

Files are matched by their content, by name where it was not digested; rows by their number in the file. Of a content that a run holds
more than once, one file stands for all. What is kept of a run while it is compared is a key and an id of each of its files.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import NamedTuple

from sheaf.domain import paths
from sheaf.domain.comparison import CellPair, FieldDifference, Outcome, Totals
from sheaf.domain.edits import cell_key
from sheaf.domain.errors import InvalidInput
from sheaf.domain.evaluation import Truth
from sheaf.domain.fields import Field
from sheaf.domain.rows import MISSING, Cell, Row
from sheaf.domain.runs import Run
from sheaf.domain.tasks import Task
from sheaf.services import edits, results, rows
from sheaf.services.kernel import Kernel
from sheaf.services.records import load

#: Rows looked at for one further page; a page may come out short, its cursor goes on.
MAX_SCAN = 5_000
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Comparison:
    """Cells that differ, in this run's order and then those that only the other has; ``cursor`` continues."""

    cells: list[CellPair]
    cursor: str | None
    #: Of all rows; None for a page that continues.
    totals: Totals | None


class _Place(NamedTuple):
    """Where a page begins: which run's files are gone through, behind which position, at which row, and its cells to skip."""

    side: int = 0
    behind: str = ""
    row: int = 0
    skip: int = 0


class _Files(NamedTuple):
    """A file and its counterpart, one of which may be absent, with all that was said of their content."""

    task: Task | None
    other: Task | None
    said: edits.Cells


class _RowPair(NamedTuple):
    """A row of both, and the place it is at."""

    place: _Place
    files: _Files
    row: Row | None
    other: Row | None

    @property
    def number(self) -> int:
        return (self.row or self.other or Row(cells={})).index


def compare(kernel: Kernel, this: Run, other: Run, *, after: str | None = None, limit: int = 50) -> Comparison:
    """A page of the cells in which two runs differ; the first page goes through all rows and counts them.

    Raises InvalidInput for runs whose rows are not of one kind, for a run beside itself, and for a cursor that is none of this comparison.
    """
    if this.options.row_mode is not other.options.row_mode or this.id == other.id:
        raise InvalidInput("Compare two runs of the same job whose files become rows in the same way.", code="not_comparable")
    place = _decode(this, other, after)
    pairs = _pairs(kernel, this, other, place)
    fields = _fields(this, other)
    if after is None:
        return _counted(this, other, pairs, fields, limit)
    cells: list[CellPair] = []
    at = place
    for found in islice(pairs, MAX_SCAN):
        skip = place.skip if found.place[:3] == place[:3] else 0
        differing = _differing(found, fields)[skip:]
        if len(cells) + len(differing) > limit:
            taken = limit - len(cells)
            return Comparison(cells + differing[:taken], _encode(this, other, found.place._replace(skip=skip + taken)), None)
        cells += differing
        at = found.place._replace(row=found.place.row + 1)
    more = next(pairs, None) is not None
    return Comparison(cells, _encode(this, other, at) if more else None, None)


def _counted(this: Run, other: Run, pairs: Iterator[_RowPair], fields: Sequence[Field], limit: int) -> Comparison:
    totals = Totals({of.name: FieldDifference() for of in fields})
    cells: list[CellPair] = []
    cursor = None
    for found in pairs:
        _count(totals, found, fields)
        if cursor is None:
            differing = _differing(found, fields)
            taken = limit - len(cells)
            cursor = _encode(this, other, found.place._replace(skip=taken)) if len(differing) > taken else None
            cells += differing[:taken]
    return Comparison(cells, cursor, totals)


def _count(totals: Totals, found: _RowPair, fields: Sequence[Field]) -> None:
    totals.rows += 1
    totals.rows_only_this += found.other is None
    totals.rows_only_other += found.row is None
    for pair in _cells(found, fields):
        totals.fields[pair.field.name].add(pair)


def _fields(this: Run, other: Run) -> list[Field]:
    """The fields of either run, as this one has them."""
    return list({of.name: of for of in (*other.fields, *this.fields)}.values())


def _differing(found: _RowPair, fields: Sequence[Field]) -> list[CellPair]:
    return [pair for pair in _cells(found, fields) if pair.outcome is not Outcome.SAME]


def _cells(found: _RowPair, fields: Sequence[Field]) -> Iterator[CellPair]:
    for of in fields:
        yield CellPair(
            task=found.files.task,
            other_task=found.files.other,
            row=found.number,
            field=of,
            cell=_cell(found.row, of),
            other=_cell(found.other, of),
            truth=Truth.of(found.files.said.get(cell_key(found.number, of.name), ()), of),
        )


def _cell(row: Row | None, of: Field) -> Cell:
    return row.cells.get(of.name, MISSING) if row else MISSING


def _pairs(kernel: Kernel, this: Run, other: Run, place: _Place) -> Iterator[_RowPair]:
    """Every row of this run with the other's, then the rows of the files that the other alone has; from a place on."""
    if place.side == 0:
        ids = _ids(kernel, other)
        yield from _rows(kernel, this, other, place, _matched(kernel, this, other, ids, place.behind))
        place = _Place(side=1)
    known = _ids(kernel, this)
    alone = ((_key(task), task, said) for task, said in results.files(kernel, other, behind=place.behind))
    files = ((task.position, _Files(None, task, said)) for key, task, said in alone if key not in known)
    yield from _rows(kernel, this, other, place, files)


def _rows(kernel: Kernel, this: Run, other: Run, place: _Place, files: Iterator[tuple[str, _Files]]) -> Iterator[_RowPair]:
    at = place
    for position, found in files:
        ours = rows.read(kernel, found.task, this.fields, start=at.row) if found.task else ()
        theirs = rows.read(kernel, found.other, other.fields, start=at.row) if found.other else ()
        for number, (row, beside) in enumerate(zip_longest(ours, theirs), at.row):
            yield _RowPair(at._replace(row=number, skip=0), found, row, beside)
        at = _Place(side=place.side, behind=position)


def _matched(kernel: Kernel, this: Run, other: Run, ids: Mapping[str, str], behind: str) -> Iterator[tuple[str, _Files]]:
    """This run's files with their counterparts, which are read some at a time."""
    files = results.files(kernel, this, behind=behind)
    while some := list(islice(files, _AT_ONCE)):
        wanted = {found: paths.task(other.tenant, other.id, found) for task, _ in some if (found := ids.get(_key(task)))}
        documents = kernel.store.get_many(list(wanted.values())) if wanted else []
        tasks = {found: load(document, Task).value for found, document in zip(wanted, documents, strict=True) if document}
        for task, said in some:
            yield task.position, _Files(task, tasks.get(ids.get(_key(task), "")), said)


def _ids(kernel: Kernel, run: Run) -> dict[str, str]:
    """The ids of a run's files by what they are matched by; of several alike, the first."""
    found: dict[str, str] = {}
    for task, _ in results.files(kernel, run):
        found.setdefault(_key(task), task.id)
    return found


def _key(task: Task) -> str:
    """What a file is matched by; contents are hexadecimal digits, which no mark begins."""
    content = task.result.content if task.result else ""
    return content or f":{task.filename}"


def _encode(this: Run, other: Run, place: _Place) -> str:
    text = ":".join((this.id, other.id, *map(str, place)))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(this: Run, other: Run, cursor: str | None) -> _Place:
    if cursor is None:
        return _Place()
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        this_id, other_id, side, behind, row, skip = text.split(":")
        numbers = (side, row, skip)
        if (this_id, other_id) == (this.id, other.id) and all(one.isdecimal() and len(one) < 12 for one in numbers):  # noqa: PLR2004 - as results have it
            return _Place(min(int(side), 1), behind, int(row), int(skip))
    except ValueError:
        pass
    raise InvalidInput("This is no cursor of this comparison.", code="bad_cursor", field="cursor")
