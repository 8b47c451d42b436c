"""What rows are found by, kept once for each of a run's rules between rows.

It is an object of fixed records, sorted by a digest of the values, made when the run has ended: in one pass, in flat memory, sorted in
parts on disk. A row is looked up in it by bisection. A row that was corrected by then is in it twice, as it was read and as people left it;
who finds it asks :class:`sheaf.services.places.Places` what it is now.
"""

from __future__ import annotations

import heapq
import struct
import tempfile
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import islice
from typing import IO, BinaryIO, cast

from sheaf.domain import paths
from sheaf.domain.between import Sought
from sheaf.domain.edits import content_key
from sheaf.domain.fields import Field
from sheaf.domain.runs import Run
from sheaf.domain.states import RUN_ENDED, TaskStatus
from sheaf.domain.tasks import Task
from sheaf.ports.store import Order, Query, Where
from sheaf.services import edits, rows
from sheaf.services.kernel import Kernel
from sheaf.services.places import Place
from sheaf.services.records import load, pages

#: Earlier runs of a job that are looked through, the newest ones.
MAX_EARLIER = 200
#: Records sorted at once.
_CHUNK = 50_000
#: Key, content, row, task and run: the ids' own digits. What is kept beside them follows.
_RECORD = struct.Struct(">16s16sI24s24s")
_ROW = struct.Struct(">I")
_AT_ONCE = 100


class Entries(Sequence[bytes]):
    """The records of an object, by their number."""

    def __init__(self, file: IO[bytes], width: int) -> None:
        self._file = file
        self._size = _RECORD.size + width
        self._count = file.seek(0, 2) // self._size

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> bytes:  # type: ignore[override]  # nobody takes a slice
        self._file.seek(number * self._size)
        return self._file.read(self._size)

    def of_key(self, key: bytes) -> Iterator[Place]:
        """The rows that have these values."""
        return self._beginning(key)

    def of_content(self, key: bytes, content: bytes, row: int) -> Iterator[Place]:
        """Those of them that are one row of the same content."""
        return self._beginning(key + content + _ROW.pack(row))

    def _beginning(self, start: bytes) -> Iterator[Place]:
        for number in range(bisect_left(self, start), len(self)):
            record = self[number]
            if not record.startswith(start):
                return
            key, content, row, task, run = _RECORD.unpack_from(record)
            yield Place(key, content, row, task, run, record[_RECORD.size :])


@contextmanager
def opened(kernel: Kernel, run: Run, sought: Sought) -> Iterator[Entries]:
    """What rows are found by for a rule of a run that has ended, made where it is not there."""
    with _file(kernel, made(kernel, run, sought)) as file:
        yield Entries(file, sought.width)


def made(kernel: Kernel, run: Run, sought: Sought) -> str:
    """The path of the object that a rule looks rows up in, made where it is not there."""
    own = _own(kernel, run, sought, run.fields)
    if not sought.in_job:
        return own
    path = _path(run, sought, run.fields, "job")
    if kernel.blobs.info(path) is None:
        parts = [own, *(_own(kernel, earlier, sought, run.fields) for earlier in _earlier(kernel, run))]
        with ExitStack() as stack:
            records = [_records(stack.enter_context(_file(kernel, part)), _RECORD.size + sought.width) for part in parts]
            _store(kernel, path, heapq.merge(*records))
    return path


@contextmanager
def _file(kernel: Kernel, path: str) -> Iterator[IO[bytes]]:
    with kernel.blobs.local(path) as local, local.open("rb") as file:
        yield file


def _path(run: Run, sought: Sought, fields: Sequence[Field], scope: str) -> str:
    types = {of.name: of.type for of in fields}
    key = paths.digest(scope, *sought.scope, *(f"{name}:{types[name]}" for name in sought.names))
    return paths.values_object(run.tenant, run.job_id, run.id, run.round, key)


def _earlier(kernel: Kernel, run: Run) -> Iterator[Run]:
    """The job's runs before this one that have ended, the newest first."""
    where = (Where("job_id", "==", run.job_id), Where("number", "<", run.number))
    query = Query(collection=paths.runs(run.tenant), where=where, order=(Order("number", descending=True),), limit=100)
    found = (load(document, Run).value for page in pages(kernel.store, query) for document in page.documents)
    return islice((earlier for earlier in found if earlier.status in RUN_ENDED), MAX_EARLIER)


def _own(kernel: Kernel, run: Run, sought: Sought, fields: Sequence[Field]) -> str:
    path = _path(run, sought, fields, "run")
    if kernel.blobs.info(path) is None:
        with ExitStack() as stack:
            _store(kernel, path, _sorted(stack, _read(kernel, run, sought, fields), _RECORD.size + sought.width))
    return path


def _read(kernel: Kernel, run: Run, sought: Sought, fields: Sequence[Field]) -> Iterator[bytes]:
    """Records of every row of the run that is looked for and has all the values."""
    wanted = [of for of in fields if of.name in sought.names]
    for task, said in _tasks(kernel, run):
        content = bytes.fromhex(content_key(task, run.options.row_mode))
        for row in rows.read(kernel, task, wanted):
            left = edits.left(run, said, row, wanted)
            for cells in (row.cells,) if left is row.cells else (row.cells, left):
                if (entry := sought.entry(task.filename, cells)) is not None:
                    yield _RECORD.pack(entry.key, content, row.index, task.id.encode(), run.id.encode()) + entry.kept


def _tasks(kernel: Kernel, run: Run) -> Iterator[tuple[Task, edits.Cells]]:
    """The run's files that rows were read from, each with what people said of its content."""
    among = Where("status", "in", [TaskStatus.COMPLETED.value])
    query = Query(collection=paths.tasks(run.tenant, run.id), where=(among,), order=(Order("position"),), limit=_AT_ONCE)
    edited = edits.any_of(kernel, run)
    for page in pages(kernel.store, query):
        found = [load(document, Task).value for document in page.documents]
        yield from zip(found, edits.of_tasks(kernel, run, found) if edited else [{}] * len(found), strict=True)


def _sorted(stack: ExitStack, records: Iterator[bytes], size: int) -> Iterable[bytes]:
    parts = []
    while chunk := sorted(islice(records, _CHUNK)):
        part = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
        part.writelines(chunk)
        part.seek(0)
        parts.append(_records(part, size))
    return heapq.merge(*parts)


def _records(file: IO[bytes], size: int) -> Iterator[bytes]:
    return iter(partial(file.read, size), b"")


def _store(kernel: Kernel, path: str, records: Iterable[bytes]) -> None:
    with tempfile.TemporaryFile() as out:
        out.writelines(records)
        out.seek(0)
        kernel.blobs.put(path, cast("BinaryIO", out))
