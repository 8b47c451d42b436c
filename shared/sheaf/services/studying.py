"""What a job learns from: the files of edited rows, each studied within bounds of its own, then learned from together within others.

Where the job type is done apart, both are: a file that hangs, crashes or swells teaches nothing, and takes nobody down.
"""

from __future__ import annotations

import logging
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sheaf.domain import paths
from sheaf.domain.edits import EditedRows, Verdict
from sheaf.domain.errors import Conflict, FailureCategory, FileProblem, NotFound, Unavailable
from sheaf.domain.fields import RowMode
from sheaf.domain.jobs import Job
from sheaf.domain.learning import Lesson
from sheaf.domain.retries import failure_of
from sheaf.domain.runs import Run
from sheaf.domain.tasks import Task
from sheaf.ports.jobtype import Labelled, Learner
from sheaf.services import edits, runs
from sheaf.services.kernel import Kernel
from sheaf.services.records import fetch

_log = logging.getLogger(__name__)

#: The newest documents that one version is made from, and bytes of what was studied of them together.
NEWEST, MAX_BYTES = 100, 128 * 2**20
#: Seconds that studying one file may take, all of them together, and learning from them: the step answers before it is repeated.
PER_FILE, TOGETHER, LEARNING = 20.0, 40.0, 45.0
#: Why edits are left out that were made where something else became a row than in the newest run.
ROW_MODE = "row_mode"

#: What people said is true of rows, by row and field.
Rows = Mapping[int, Mapping[str, Any]]


def learner(kernel: Kernel, kind: str) -> Learner:
    """The job type of a kind; raises Conflict where it does not learn."""
    job_type = kernel.job_types(kind)
    if not isinstance(job_type, Learner):
        raise Conflict(f"Jobs of the type {kind!r} do not learn.", code="cannot_learn")
    return job_type


@dataclass(frozen=True, slots=True)
class Said:
    """A document that people spoke of."""

    #: Where it was spoken of last.
    record: EditedRows
    rows: Rows


def edited(kernel: Kernel, run: Run) -> tuple[list[Said], int]:
    """The job's documents with edits, those spoken of last at the end, and how many have edits that teach a run like this nothing.

    Those are of documents of which something else became a row when they were edited; a document that is one row is known as a whole.
    """
    mode = RowMode.TABLE_ROW if run.options.row_mode is RowMode.TABLE_ROW else RowMode.FILE
    by_content: dict[str, Said] = {}
    others: set[str] = set()
    for one in edits.of_job(kernel, run.tenant, run.job_id):
        if one.row_mode is not mode:
            others.add(one.content)
        elif rows := truth_of(one):
            before = by_content.pop(one.content, None)
            by_content[one.content] = Said(one, {**before.rows, **rows} if before else rows)
    return list(by_content.values()), len(others)


def truth_of(record: EditedRows) -> Rows:
    """What people said is true, by row and field; what was rejected or withdrawn says nothing."""
    rows: dict[int, dict[str, Any]] = {}
    for row, name, made in record.by_cell():
        if made and made[-1].verdict in {Verdict.ACCEPTED, Verdict.CORRECTED} and made[-1].whole:
            rows.setdefault(row, {})[name] = made[-1].said
    return rows


def learnt(kernel: Kernel, tenant: str, job_id: str) -> tuple[Lesson, Mapping[str, int]]:
    """What a job's edits teach, and how many documents with edits taught nothing, by the reason.

    Raises FileProblem where learning itself takes too long or too much, and Unavailable where the stores do not answer.
    """
    job = fetch(kernel.store, paths.job(tenant, job_id), Job, "job").value
    newest = runs.of_job(kernel, tenant, job_id, None)
    run = replace(newest, fields=newest.fields or job.fields)
    known, others = edited(kernel, run)
    left_out = Counter({ROW_MODE: others} if others else {})
    with tempfile.TemporaryDirectory(prefix="sheaf-learning-") as folder:
        examples = list(_studied(kernel, run, list(reversed(known[-NEWEST:])), Path(folder), left_out))
        return _lesson(kernel, run, examples), dict(left_out)


def _lesson(kernel: Kernel, run: Run, examples: list[Labelled]) -> Lesson:
    job_type = learner(kernel, run.type)
    if job_type.info.apart and kernel.elsewhere is not None:
        return kernel.elsewhere().learn(job_type.info, run, examples, seconds=LEARNING)
    return job_type.learn(run, examples)


def _studied(kernel: Kernel, run: Run, known: list[Said], folder: Path, left_out: Counter[str]) -> Iterator[Labelled]:
    """What the files of edited rows hold, those spoken of last first; why others are left out is counted."""
    begun, size = kernel.clock.now(), 0
    for number, one in enumerate(known):
        left = TOGETHER - (kernel.clock.now() - begun).total_seconds()
        try:
            data = _study(kernel, run, one.record, min(PER_FILE, left), MAX_BYTES - size)
        except FileProblem as problem:
            _log.info("%s teaches nothing: %s", one.record.filename, problem)
            left_out[problem.category.value] += 1
            continue
        size += len(data)
        path = folder / str(number)
        path.write_bytes(data)
        yield Labelled(studied=path, rows=one.rows)


def _study(kernel: Kernel, run: Run, record: EditedRows, seconds: float, room: int) -> bytes:
    """What one file holds to be learned from; raises FileProblem where it is left out, and Unavailable for the stores."""
    if seconds <= 0:
        raise FileProblem(FailureCategory.TIMEOUT, "The time for studying files was over.")
    try:
        task = fetch(kernel.store, paths.task(run.tenant, record.run_id, record.task_id), Task, "file").value
        with kernel.blobs.local(task.blob) as path:
            data = _told(kernel, run, task, path, seconds)
    except NotFound as error:
        raise FileProblem(FailureCategory.FILE_MISSING, "Its bytes are gone.") from error
    if len(data) > room:
        raise FileProblem(FailureCategory.TOO_LARGE, "The others take all the room there is.")
    return data


def _told(kernel: Kernel, run: Run, task: Task, path: Path, seconds: float) -> bytes:
    job_type = learner(kernel, run.type)
    if job_type.info.apart and kernel.elsewhere is not None:
        return kernel.elsewhere().study(job_type.info, run, task, path, seconds=seconds)
    try:
        return job_type.study(run, task, path)
    except (FileProblem, Unavailable):
        raise
    except Exception as error:
        failure = failure_of(error)
        raise FileProblem(failure.category, failure.message) from error
