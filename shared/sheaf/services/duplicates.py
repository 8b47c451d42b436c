"""Values that a rule wants unique: found again in other rows of the run, or of the job's earlier runs.

What a run read is kept once as an object of fixed records, sorted by a digest of the values, made when the run has ended: in one pass, in
flat memory, sorted in parts on disk. A row is looked up in it by bisection, as people left it: a correction of either of two rows clears
both. A correction that makes two rows alike is told of the corrected row alone, for the object holds what was read.
"""

from __future__ import annotations

import heapq
import struct
import tempfile
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import IO, BinaryIO, NamedTuple, cast

from sheaf.domain import paths
from sheaf.domain.edits import ROWS_TOGETHER, EditedRows, Verdict, cell_key, content_key, standing
from sheaf.domain.fields import Field
from sheaf.domain.judging import Cells, Unique, uniques
from sheaf.domain.rows import Row
from sheaf.domain.rules import Violation
from sheaf.domain.runs import Run
from sheaf.domain.states import RUN_ENDED, TaskStatus
from sheaf.domain.tasks import Task
from sheaf.ports.store import Order, Query, Where
from sheaf.services import edits, rows, runs
from sheaf.services.kernel import Kernel
from sheaf.services.records import load, pages

#: Earlier runs of a job that are looked through, the newest ones.
MAX_EARLIER = 200
#: Records sorted at once.
_CHUNK = 50_000
#: Rows with the same values that are looked at for one that still has them.
_MAX_ALIKE = 5
#: Key, content, row, task and run: the ids' own digits.
_RECORD = struct.Struct(">16s16sI24s24s")
_AT_ONCE = 500


class _Place(NamedTuple):
    """A record: the values' digest, and the row that has them."""

    key: bytes
    content: bytes
    row: int
    task: bytes
    run: bytes


def build(kernel: Kernel, tenant: str, run_id: str) -> None:
    """Make what the run's rules look values up in; does nothing for one that has not ended, or where it is made."""
    run = runs.get(kernel, tenant, run_id)
    for unique in uniques(run.rules, run.fields) if run.ended else ():
        _made(kernel, run, unique)


@contextmanager
def finding(kernel: Kernel, run: Run) -> Iterator[Finder | None]:
    """What finds a run's repeated values while the context lasts; None where no rule asks, or the run has not ended."""
    asked = uniques(run.rules, run.fields) if run.ended else ()
    if not asked:
        yield None
        return
    with ExitStack() as stack:
        opened = [(unique, _Index(stack.enter_context(_opened(kernel, _made(kernel, run, unique))))) for unique in asked]
        yield Finder(kernel, run, opened, edits.any_of(kernel, run))


@contextmanager
def _opened(kernel: Kernel, path: str) -> Iterator[IO[bytes]]:
    with kernel.blobs.local(path) as local, local.open("rb") as file:
        yield file


class _Index(Sequence[bytes]):
    """The records of an object, by their number."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._count = file.seek(0, 2) // _RECORD.size

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> bytes:  # type: ignore[override]  # nobody takes a slice
        self._file.seek(number * _RECORD.size)
        return self._file.read(_RECORD.size)

    def of_key(self, key: bytes) -> Iterator[_Place]:
        """The rows that have these values."""
        for number in range(bisect_left(self, key), len(self)):
            place = _Place(*_RECORD.unpack(self[number]))
            if place.key != key:
                return
            yield place


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds a run's repeated values."""

    kernel: Kernel
    run: Run
    asked: Sequence[tuple[Unique, _Index]]
    #: Whether anybody said anything of the job's values.
    edited: bool
    _names: dict[bytes, str] = field(default_factory=dict)

    def violations(self, task: Task, row: Row, cells: Cells) -> Iterator[Violation]:
        """The rules that do not hold of a row that people left with these cells."""
        content = bytes.fromhex(content_key(task, self.run.options.row_mode))
        for unique, index in self.asked:
            mine = _Place(unique.key(cells) or b"", content, row.index, task.id.encode(), self.run.id.encode())
            other = self._other(unique, index, mine, unique.key(row.cells)) if mine.key else None
            if other is not None:
                told = unique.rule.message or f"The same {', '.join(unique.names)} as in {self._name(other)}."
                yield Violation(rule=unique.rule.name, message=told, fields=unique.names)

    def _other(self, unique: Unique, index: _Index, mine: _Place, read: bytes | None) -> _Place | None:
        """Another row with the same values; one of the same content was corrected together with this one."""
        alike = [place for place in islice(index.of_key(mine.key), _MAX_ALIKE + 1) if not _same(place, mine)]
        if read is not None and read != mine.key:
            alike = [place for place in alike if not _twins(place, mine)]
            twin = next((place for place in index.of_key(read) if _twins(place, mine) and not _same(place, mine)), None)
            return twin or next((place for place in alike if not self._changed(unique, place)), None)
        return next((place for place in alike if _twins(place, mine) or not self._changed(unique, place)), None)

    def _changed(self, unique: Unique, place: _Place) -> bool:
        """Whether people said that the row's values are others than it was read with."""
        if not self.edited:
            return False
        block = place.row // ROWS_TOGETHER
        document = self.kernel.store.get(paths.edited_rows(self.run.tenant, self.run.job_id, place.content.hex(), block))
        said = load(document, EditedRows).value.cells if document else {}
        stand = [standing(said.get(cell_key(place.row, name), ()), self.run) for name in unique.names]
        return any(edit is not None and edit.verdict is not Verdict.ACCEPTED for edit in stand)

    def _name(self, place: _Place) -> str:
        """What people know the other row by."""
        if place.task not in self._names:
            document = self.kernel.store.get(paths.task(self.run.tenant, place.run.decode(), place.task.decode()))
            self._names[place.task] = load(document, Task).value.filename if document else "another file"
        earlier = "" if place.run == self.run.id.encode() else " of an earlier run"
        return f"{self._names[place.task]}{earlier}, row {place.row + 1}"


def _same(one: _Place, other: _Place) -> bool:
    return (one.task, one.row, one.run) == (other.task, other.row, other.run)


def _twins(one: _Place, other: _Place) -> bool:
    """Whether two rows are of the same place in the same content, so that what is said of one is said of the other."""
    return (one.content, one.row, one.run) == (other.content, other.row, other.run)


def _made(kernel: Kernel, run: Run, unique: Unique) -> str:
    """The path of the object that a rule looks values up in, made where it is not there."""
    own = _own(kernel, run, unique, run.fields)
    if not unique.in_job:
        return own
    path = _path(run, unique, run.fields, "job")
    if kernel.blobs.info(path) is None:
        parts = [own, *(_own(kernel, earlier, unique, run.fields) for earlier in _earlier(kernel, run))]
        with ExitStack() as stack:
            opened = [_records(stack.enter_context(_opened(kernel, part))) for part in parts]
            _store(kernel, path, heapq.merge(*opened))
    return path


def _path(run: Run, unique: Unique, fields: Sequence[Field], scope: str) -> str:
    types = {of.name: of.type for of in fields}
    key = paths.digest(scope, *(f"{name}:{types[name]}" for name in unique.names))
    return paths.values_object(run.tenant, run.job_id, run.id, run.round, key)


def _earlier(kernel: Kernel, run: Run) -> Iterator[Run]:
    """The job's runs before this one that have ended, the newest first."""
    where = (Where("job_id", "==", run.job_id), Where("number", "<", run.number))
    query = Query(collection=paths.runs(run.tenant), where=where, order=(Order("number", descending=True),), limit=100)
    found = (load(document, Run).value for page in pages(kernel.store, query) for document in page.documents)
    return islice((earlier for earlier in found if earlier.status in RUN_ENDED), MAX_EARLIER)


def _own(kernel: Kernel, run: Run, unique: Unique, fields: Sequence[Field]) -> str:
    path = _path(run, unique, fields, "run")
    if kernel.blobs.info(path) is None:
        with ExitStack() as stack:
            _store(kernel, path, _sorted(stack, _read(kernel, run, unique, fields)))
    return path


def _read(kernel: Kernel, run: Run, unique: Unique, fields: Sequence[Field]) -> Iterator[bytes]:
    """A record for every row of the run that has all the values."""
    wanted = [of for of in fields if of.name in unique.names]
    for task in _tasks(kernel, run):
        content = bytes.fromhex(content_key(task, run.options.row_mode))
        for row in rows.read(kernel, task, wanted):
            key = unique.key(row.cells)
            if key is not None:
                yield _RECORD.pack(key, content, row.index, task.id.encode(), run.id.encode())


def _tasks(kernel: Kernel, run: Run) -> Iterator[Task]:
    among = Where("status", "in", [TaskStatus.COMPLETED.value])
    query = Query(collection=paths.tasks(run.tenant, run.id), where=(among,), order=(Order("position"),), limit=_AT_ONCE)
    for page in pages(kernel.store, query):
        yield from (load(document, Task).value for document in page.documents)


def _sorted(stack: ExitStack, records: Iterator[bytes]) -> Iterable[bytes]:
    parts = []
    while chunk := sorted(islice(records, _CHUNK)):
        part = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
        part.writelines(chunk)
        part.seek(0)
        parts.append(_records(part))
    return heapq.merge(*parts)


def _records(file: IO[bytes]) -> Iterator[bytes]:
    return iter(partial(file.read, _RECORD.size), b"")


def _store(kernel: Kernel, path: str, records: Iterable[bytes]) -> None:
    with tempfile.TemporaryFile() as out:
        out.writelines(records)
        out.seek(0)
        kernel.blobs.put(path, cast("BinaryIO", out))
