"""Rows by their place: what other rows are told of them, as people left them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple, TypeVar

from sheaf.domain import paths
from sheaf.domain.between import Entry, Sought
from sheaf.domain.edits import ROWS_TOGETHER, EditedRows, cell_key
from sheaf.domain.runs import Run
from sheaf.domain.tasks import Task
from sheaf.services import edits, rows
from sheaf.services.kernel import Kernel
from sheaf.services.records import load

_K = TypeVar("_K")
_V = TypeVar("_V")
#: Records of a kind that are remembered at once.
_MOST = 5_000
#: Neighbourhoods of rows whose edits are asked for one by one, before all of the job's are read in one go.
_ONE_BY_ONE = 200


class Place(NamedTuple):
    """Where a row is, with what it is found by; ids are their own digits."""

    key: bytes
    content: bytes
    row: int
    task: bytes
    run: bytes
    kept: bytes = b""

    def is_of(self, other: Place) -> bool:
        """Whether both are one row."""
        return (self.task, self.row, self.run) == (other.task, other.row, other.run)


@dataclass(slots=True)
class Places:
    """Rows of a run and of its job's earlier ones, looked at one by one; what was read of them is remembered for a while."""

    kernel: Kernel
    run: Run
    #: Whether anybody said anything of the job's values.
    edited: bool
    _tasks: dict[bytes, Task | None] = field(default_factory=dict)
    _runs: dict[str, Run | None] = field(default_factory=dict)
    _said: dict[str, edits.Cells] = field(default_factory=dict)
    #: Whether all that was said is remembered; None where it was not tried.
    _all_said: bool | None = None

    def entry(self, sought: Sought, place: Place) -> Entry | None:
        """What the row is found by as people left it; None where it is not looked for any more."""
        said = self._of_block(place) if self.edited else {}
        if not any(cell_key(place.row, name) in said for name in sought.names):
            return Entry(place.key, place.kept)
        return self.left(sought, place, said)

    def left(self, sought: Sought, place: Place, said: edits.Cells) -> Entry | None:
        """What the row is found by with all that was said of its content; None where there is no such row."""
        run, task = self.run_of(place.run.decode()), self._task(place)
        wanted = [of for of in self.run.fields if of.name in sought.names]
        row = next(rows.read(self.kernel, task, wanted, start=place.row), None) if task else None
        return sought.entry(task.filename, edits.left(run, said, row, wanted)) if run and task and row else None

    def name(self, place: Place) -> str:
        """What people know the row by."""
        earlier = "" if place.run == self.run.id.encode() else " of an earlier run"
        return f"{self.file(place)}{earlier}, row {place.row + 1}"

    def file(self, place: Place) -> str:
        """The name of the row's file."""
        task = self._task(place)
        return task.filename if task else "another file"

    def _task(self, place: Place) -> Task | None:
        path = paths.task(self.run.tenant, place.run.decode(), place.task.decode())
        return _remembered(self._tasks, place.task, lambda: self._loaded(path, Task))

    def run_of(self, run_id: str) -> Run | None:
        """A run of the job; None for one that is gone."""
        if run_id == self.run.id:
            return self.run
        return _remembered(self._runs, run_id, lambda: self._loaded(paths.run(self.run.tenant, run_id), Run))

    def _of_block(self, place: Place) -> edits.Cells:
        """What was said of the row and its neighbours."""
        path = paths.edited_rows(self.run.tenant, self.run.job_id, place.content.hex(), place.row // ROWS_TOGETHER)
        if self._all_said is None and len(self._said) >= _ONE_BY_ONE:
            self._read_all()
        if self._all_said:
            return self._said.get(path, {})

        def read() -> edits.Cells:
            record = self._loaded(path, EditedRows)
            return record.cells if record else {}

        return _remembered(self._said, path, read)

    def _read_all(self) -> None:
        """Whoever asks for many goes on to ask for all; of a job with very many edits they are asked for one by one all the same."""
        told = list(islice(edits.of_job(self.kernel, self.run.tenant, self.run.job_id), _MOST + 1))
        self._all_said = len(told) <= _MOST
        if self._all_said:
            self._said = {paths.edited_rows(self.run.tenant, one.job_id, one.content, one.block): one.cells for one in told}

    def _loaded(self, path: str, kind: type[_V]) -> _V | None:
        document = self.kernel.store.get(path)
        return load(document, kind).value if document else None


def _remembered(known: dict[_K, _V], key: _K, read: Callable[[], _V]) -> _V:
    if key not in known:
        if len(known) >= _MOST:
            known.clear()
        known[key] = read()
    return known[key]
