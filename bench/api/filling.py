"""A store filled with as many runs, files and rows as asked, written as the services would have left them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path

from sheaf import bootstrap
from sheaf.adapters.store.sqlite import SqliteStore
from sheaf.domain import paths
from sheaf.domain.counters import Counts, Usage, shard_count, shard_of
from sheaf.domain.fields import Field, FieldType
from sheaf.domain.jobs import Job
from sheaf.domain.rows import Amount, Box, Cell, CellState, Evidence, Row
from sheaf.domain.runs import Run
from sheaf.domain.states import Phase, RunStatus, TaskStatus
from sheaf.domain.tasks import Task
from sheaf.ports.jobtype import Outcome
from sheaf.ports.store import MAX_WRITES, Create, Write
from sheaf.services import rows
from sheaf.services.kernel import Kernel
from sheaf.services.records import dump
from sheaf.settings import Settings

TENANT = "default"
#: The job with all the runs; its latest has all the files and has ended.
HISTORY = "history"
ENDED = "ended"
#: The job whose only run has all the files too, and is at work.
BUSY = "busy"
WORKING = "working"
#: One run in so many failed, and one file in so many was cancelled.
FAILED_EVERY = 20
FIELDS = (Field(name="number"), Field(name="total", type=FieldType.AMOUNT), *(Field(name=f"note_{number}") for number in range(4)))
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled data folder."""

    settings: Settings
    size: int


def fill(folder: Path, size: int) -> Filled:
    """Fill a data folder with ``size`` runs, jobs, and files in each of two runs; one that was filled before stays as it is."""
    settings = Settings(data_dir=folder, tenant=TENANT)
    if not folder.exists():
        begun = folder.with_suffix(".begun")
        begun.mkdir(parents=True)
        _write_all(replace(settings, data_dir=begun), size)
        begun.rename(folder)
    return Filled(settings, size)


def _write_all(settings: Settings, size: int) -> None:
    store = SqliteStore(settings.data_dir / "store.sqlite3", durability="NORMAL")
    kernel = bootstrap.kernel(settings, store=store)
    pending = iter(_writes(kernel, size))
    while batch := list(islice(pending, MAX_WRITES)):
        store.commit(batch)
    store.close()


def _writes(kernel: Kernel, size: int) -> Iterator[Write]:
    yield from _jobs(size)
    yield from _runs(size)
    for run in (_run(HISTORY, ENDED, size, size), _working(size)):
        yield Create(path=paths.run(TENANT, run.id), data=dump(run))
        yield from _tasks(kernel, run)
    yield from _shards(size)


def _jobs(size: int) -> Iterator[Write]:
    heads = [(HISTORY, ENDED, size), (BUSY, WORKING, 1), *((f"job-{number:06}", None, 0) for number in range(size - 2))]
    for id_, latest, count in heads:
        job = Job(
            id=id_, tenant=TENANT, name=id_, fields=FIELDS, created_at=_FIRST, updated_at=_FIRST, latest_run_id=latest, run_count=count
        )
        yield Create(path=paths.job(TENANT, id_), data=dump(job))


def _runs(size: int) -> Iterator[Write]:
    for number in range(1, size):
        run = _run(HISTORY, f"run-{number:06}", number, 1)
        status = RunStatus.FAILED if number % FAILED_EVERY == 0 else RunStatus.COMPLETED
        yield Create(path=paths.run(TENANT, run.id), data=dump(replace(run, status=status)))


def _run(job_id: str, id_: str, number: int, files: int) -> Run:
    began = _FIRST + timedelta(minutes=number)
    failed = files // FAILED_EVERY
    return Run(
        id=id_,
        tenant=TENANT,
        job_id=job_id,
        number=number,
        fields=FIELDS,
        status=RunStatus.PARTIALLY_COMPLETED,
        created_at=began,
        submitted_at=began,
        started_at=began,
        completed_at=began,
        last_active_at=began,
        sealed_at=began,
        tasks_total=files,
        counts=Counts(completed=files - failed, failed=failed, usage=Usage(files=files, pages=files, rows=files)),
    )


def _working(size: int) -> Run:
    """A run at work, half of whose files are read."""
    shards = shard_count(size)
    sizes = [0] * shards
    for number in range(size):
        sizes[shard_of(_id(number, size), shards)] += 1
    run = _run(BUSY, WORKING, 1, size)
    state = {"status": RunStatus.IN_PROGRESS, "phase": Phase.EXTRACTING, "completed_at": None, "counts": Counts()}
    return replace(run, shard_sizes=tuple(sizes), **state)  # type: ignore[arg-type]  # the keys are Run's own


def _shards(size: int) -> Iterator[Write]:
    for number, tasks in enumerate(_working(size).shard_sizes):
        data = {"done": tasks // 2, "completed": tasks // 2, "used_rows": tasks // 2, "updated_at": _FIRST}
        yield Create(path=paths.shard(TENANT, WORKING, 1, number), data=data)


def _tasks(kernel: Kernel, run: Run) -> Iterator[Write]:
    for number in range(run.tasks_total):
        task = _task(run, number)
        task = _read(kernel, run, task, number) if run.ended or number < run.tasks_total // 2 else task
        yield Create(path=paths.task(TENANT, run.id, task.id), data=dump(task))


def _task(run: Run, number: int) -> Task:
    id_ = _id(number, run.tasks_total)
    return Task(
        id=id_,
        tenant=TENANT,
        run_id=run.id,
        job_id=run.job_id,
        position=f"{number:08}",
        filename=f"invoice-{number:06}.pdf",
        file_url=f"upload:invoice-{number:06}.pdf",
        file_size=48_211,
        format="pdf",
        blob=paths.upload_object(TENANT, run.job_id, run.id, id_),
        created_at=_FIRST,
    )


def _read(kernel: Kernel, run: Run, task: Task, number: int) -> Task:
    if run.ended and number % FAILED_EVERY == FAILED_EVERY - 1:
        return replace(task, status=TaskStatus.CANCELLED, completed_at=_FIRST)
    result = rows.save(kernel, run, task, Outcome(rows=iter([Row(cells=dict(_cells(number)))]), pages=1, engine="embedded/1"))
    return replace(task, status=TaskStatus.COMPLETED, completed_at=_FIRST, result=result)


def _cells(number: int) -> Iterable[tuple[str, Cell]]:
    evidence = Evidence(text="as printed", page=1, box=Box(72.0, 100.0, 160.0, 112.0), label="Total due")
    for field in FIELDS:
        value = Amount(amount=Decimal(number), currency="EUR") if field.type is FieldType.AMOUNT else f"text {number}"
        yield field.name, Cell(state=CellState.FOUND, value=value, confidence=0.9, evidence=evidence)


def _id(number: int, size: int) -> str:
    """Ids spread evenly over all shards, as drawn ones are."""
    return f"{number * 16**12 // size:012x}"
