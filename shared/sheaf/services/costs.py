"""What a run costs (X8): estimated from its files before it is read, and what it was charged since."""

from __future__ import annotations

from collections import Counter

from sheaf.domain import paths
from sheaf.domain.costs import COUNTED, MESSAGES, TEXTS, Charge, Costing, Estimate, Files, FileSize, Holds, estimate, looked_into, remarks
from sheaf.domain.counters import Usage
from sheaf.domain.errors import NotFound
from sheaf.domain.record import record
from sheaf.domain.runs import Run
from sheaf.domain.tasks import Task
from sheaf.ports.jobtype import Appraiser
from sheaf.ports.store import Order, Query
from sheaf.services import abilities, progress
from sheaf.services.kernel import Kernel
from sheaf.services.records import load

#: Files that an estimate rests on, and those of one format that are looked into, with the bytes that are read of each.
MAX_LISTED = 1_000
_OPENED = 4
_HEAD = {**dict.fromkeys(TEXTS, 64_000), COUNTED: 2_000_000}


@record(frozen=True, kw_only=True, slots=True)
class RunCost:
    """What a run costs."""

    costing: Costing
    #: Tokens that models may use in it; None for no bound.
    budget: int | None
    #: What it is expected to take in all; None once it has ended.
    estimate: Estimate | None
    #: What it took until now.
    spent: Usage
    remarks: tuple[str, ...]


def of_run(kernel: Kernel, run: Run) -> RunCost:
    """What a run is expected to take, as long as it has not ended, and what it took."""
    known: object = abilities.job_type(kernel, run)
    costing = known.costing(run) if isinstance(known, Appraiser) else Costing(engine=run.options.engine, charge=Charge.SERVICE)
    expected = None if run.ended else estimate(costing, _files(kernel, run), run.options.model_tokens)
    spent = progress.counts(kernel, run).usage
    told = tuple(remarks(costing, expected, spent))
    return RunCost(costing=costing, budget=run.options.model_tokens, estimate=expected, spent=spent, remarks=told)


def _files(kernel: Kernel, run: Run) -> Files:
    """The run's files, as far as they are cheap to know."""
    query = Query(collection=paths.tasks(run.tenant, run.id), order=(Order("position"),), limit=MAX_LISTED)
    listed = [load(document, Task).value for document in kernel.store.query(query).documents]
    opened: Counter[str] = Counter()
    containers = sum(kernel.reading.is_container(task.format) for task in listed)
    read = [task for task in listed if task.format in MESSAGES or not kernel.reading.is_container(task.format)]
    return Files(
        count=max(progress.total(kernel, run), len(listed)),
        listed=len(listed),
        sizes=tuple(_size(kernel, task, opened) for task in read),
        unknown=0 if run.sealed else containers,
    )


def _size(kernel: Kernel, task: Task, opened: Counter[str]) -> FileSize:
    """A file, looked into if it is one of the first of its format."""
    holds = None
    if task.format in _HEAD and task.uploaded and task.problem is None and opened[task.format] < _OPENED:
        opened[task.format] += 1
        holds = _looked_into(kernel, task)
    return FileSize(format=task.format, bytes=task.file_size, holds=holds)


def _looked_into(kernel: Kernel, task: Task) -> Holds | None:
    try:
        with kernel.blobs.open(task.blob, start=0, end=min(task.file_size, _HEAD[task.format])) as file:
            return looked_into(task.format, file.read(), task.file_size)
    except NotFound:
        return None
