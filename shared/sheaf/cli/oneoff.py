"""A run without a job: the real run engine in a temporary folder, with every core, gone when it is done.

It speaks to the services themselves, not to the API: nobody else can reach this installation, and a small file is read in the time that
loading an HTTP server takes.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from sheaf.cli.inputs import Input
from sheaf.cli.signals import unwinding
from sheaf.domain.errors import FailureCategory, SheafError, Unavailable
from sheaf.domain.fields import Field
from sheaf.domain.jobs import RunOptions
from sheaf.domain.retries import Failure
from sheaf.domain.rows import Row
from sheaf.domain.runs import Run
from sheaf.domain.states import TaskStatus
from sheaf.domain.tasks import Task
from sheaf.settings import Settings

if TYPE_CHECKING:
    from sheaf.embedded.work import Workforce
    from sheaf.services.kernel import Kernel
    from sheaf.services.results import ResultRow

_TENANT = "local"
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.02, 0.2
#: Files imported together; one that cannot be imported is found by importing the others of its batch one by one.
_BATCH = 100

#: Called with the files done, all of them, and how many failed, while the run goes on; shows itself while its context lasts.
Report = Callable[[int, int, int], None]
Bar = Callable[[], AbstractContextManager[Report]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """A run that has ended, as long as its folder is there."""

    run: Run
    rows: Callable[[], Iterator[ResultRow]]
    #: Files as a run counts them, an archive and each of its members being one, and how many of them could not be read.
    files: int
    failed: int
    #: Rows with values.
    read: int


@contextmanager
def extract(inputs: Sequence[Input], fields: Sequence[Field], options: RunOptions, settings: Settings, bar: Bar) -> Iterator[Done]:
    """Read the inputs and hand out their rows, in the inputs' order, under the inputs' names; the rows are gone behind the block.

    SIGTERM and SIGHUP unwind the block, so that nothing of the documents stays behind.
    """
    good = [each for each in inputs if not each.problem]
    with unwinding(), tempfile.TemporaryDirectory(prefix="sheaf-", ignore_cleanup_errors=True) as folder:
        private = replace(settings, data_dir=Path(folder), workers=_workers(settings, len(good)), durability="process")
        with _engine(private, good) as (kernel, force):
            yield _carry_out(kernel, _new_run(kernel, fields, options), force, list(inputs), bar)


@contextmanager
def _engine(settings: Settings, good: Sequence[Input]) -> Iterator[tuple[Kernel, Workforce]]:
    from sheaf.embedded.installation import opened
    from sheaf.embedded.work import Workforce

    roots = tuple({Path(each.path.absolute().anchor) for each in good})
    with opened(settings, import_roots=roots) as installation, Workforce(installation, grace_s=0) as force:
        yield installation.kernel, force


def _workers(settings: Settings, files: int) -> int:
    return max(1, min(settings.workers or os.cpu_count() or 1, files))


def _carry_out(kernel: Kernel, run: Run, force: Workforce, inputs: list[Input], bar: Bar) -> Done:
    from sheaf.services import runs, submit

    taken = _import(kernel, run, inputs)
    if taken:
        submit.submit(kernel, _TENANT, run.id)
        with bar() as report:
            _wait(kernel, run.id, force, report)
        run = runs.get(kernel, _TENANT, run.id)
    return _summary(kernel, run, inputs, taken)


def _new_run(kernel: Kernel, fields: Sequence[Field], options: RunOptions) -> Run:
    from sheaf.services import jobs, runs

    job = jobs.create(kernel, _TENANT, name="extract", fields=fields, options=options).job
    return runs.of_job(kernel, _TENANT, job.id, None)


def _import(kernel: Kernel, run: Run, inputs: list[Input]) -> list[int]:
    """Take the inputs into the run that can be; answers their indices in order, and notes the problems of the others in place."""
    taken: list[int] = []
    indices = iter([index for index, each in enumerate(inputs) if not each.problem])
    while batch := list(islice(indices, _BATCH)):
        try:
            _import_batch(kernel, run, [inputs[index] for index in batch])
            taken += batch
        except (SheafError, OSError):
            taken += [index for index in batch if _imported(kernel, run, inputs, index)]
    return taken


def _import_batch(kernel: Kernel, run: Run, inputs: Sequence[Input]) -> None:
    from sheaf.services import files

    files.import_paths(kernel, _TENANT, run.id, [(each.path, _import_name(each.name)) for each in inputs])


def _import_name(name: str) -> str:
    """The file's own name, which tells its format; in the rows the whole name given takes its place."""
    own = name.rpartition("/")[2].replace("\\", "_")
    return own if own.strip(".") and own.isprintable() else "file"


def _imported(kernel: Kernel, run: Run, inputs: list[Input], index: int) -> bool:
    try:
        _import_batch(kernel, run, [inputs[index]])
    except (SheafError, OSError) as error:
        inputs[index] = replace(inputs[index], problem=getattr(error, "strerror", None) or str(error))
        return False
    return True


def _wait(kernel: Kernel, run_id: str, force: Workforce, report: Report) -> None:
    from sheaf.services import progress

    pause = _FIRST_PAUSE_S
    while True:
        now = progress.of(kernel, _TENANT, run_id)
        report(now.counts.done, now.total, now.counts.failed)
        if now.run.ended:
            return
        if force.pool.hopeless:
            raise Unavailable("The workers cannot start on this machine; SHEAF_LOG_LEVEL=DEBUG shows why.")
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE_S)


def _summary(kernel: Kernel, run: Run, inputs: Sequence[Input], taken: Sequence[int]) -> Done:
    errors = [result.error is not None for _, result in _labelled(kernel, run, inputs, taken)]
    files = run.tasks_total + len(inputs) - len(taken)
    rows = lambda: (result for _, result in _labelled(kernel, run, inputs, taken))  # noqa: E731 - a closure over the run
    return Done(run=run, rows=rows, files=files, failed=errors.count(True), read=errors.count(False))


def _labelled(kernel: Kernel, run: Run, inputs: Sequence[Input], taken: Sequence[int]) -> Iterator[tuple[int, ResultRow]]:
    """Every row with the index of its input, named as the input was, in the inputs' order, at least one for each."""
    due = 0
    for result in _stream(kernel, run, taken):
        index = taken[int(result.task.position.partition(".")[0])]
        yield from _without_rows(run, inputs, range(due, index))
        yield index, _renamed(result, inputs[index])
        due = max(due, index + 1)
    yield from _without_rows(run, inputs, range(due, len(inputs)))


def _stream(kernel: Kernel, run: Run, taken: Sequence[int]) -> Iterator[ResultRow]:
    from sheaf.services import results

    return results.stream(kernel, run) if taken else iter(())


def _renamed(result: ResultRow, given: Input) -> ResultRow:
    _, slash, below = result.task.filename.partition("/")
    return replace(result, task=replace(result.task, filename=given.name + slash + below))


def _without_rows(run: Run, inputs: Sequence[Input], indices: range) -> Iterator[tuple[int, ResultRow]]:
    """A row for each input that never became one of the run's, or that held nothing."""
    from sheaf.services.results import ResultRow

    for index in indices:
        given = inputs[index]
        failure = _failure(given)
        yield index, ResultRow(task=_stand_in(run, given, failure), row=Row(cells={}), error=failure)


def _failure(given: Input) -> Failure:
    if given.problem:
        return Failure(category=FailureCategory.FILE_MISSING, message=given.problem)
    return Failure(category=FailureCategory.EMPTY, message="The archive holds no file.")


def _stand_in(run: Run, given: Input, failure: Failure) -> Task:
    return Task(
        id="",
        run_id=run.id,
        job_id=run.job_id,
        position="",
        filename=given.name,
        file_url="",
        file_size=given.size,
        format="unknown",
        blob="",
        status=TaskStatus.FAILED,
        created_at=datetime.now(UTC),
        error_message=failure.message,
        error_category=failure.category.value,
    )
