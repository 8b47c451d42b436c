"""A whole run: the files taken in, then submitted, prepared, read by the embedded runtime's workers, and finalized."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.extract.answer import Answer
from bench.extract.loop import fields
from sheaf.domain.runs import Run
from sheaf.embedded.installation import Installation, opened
from sheaf.embedded.work import Workforce
from sheaf.services import files, jobs, runs, submit
from sheaf.services.kernel import Kernel
from sheaf.settings import Settings

_TENANT = "bench"
_PAUSE_S = 0.02
_BATCH = 100


def read(paths: Sequence[Path]) -> Answer:
    """Do the run in a data folder of its own; its time begins before the first worker does and ends when the run has."""
    with tempfile.TemporaryDirectory(prefix="sheaf-bench-") as folder:
        settings = Settings(data_dir=Path(folder), log_level="WARNING")
        with opened(settings, import_roots=(paths[0].parent,)) as installation:
            began = time.perf_counter()
            run = _taken_in(installation.kernel, paths)
            intake = time.perf_counter() - began
            seconds, run = _carried_out(installation, run)
            return Answer(seconds=seconds, rows=run.counts.usage.rows, failed=run.counts.failed, intake_seconds=intake)


def _taken_in(kernel: Kernel, paths: Sequence[Path]) -> Run:
    job = jobs.create(kernel, _TENANT, name="bench", fields=fields()).job
    run = runs.of_job(kernel, _TENANT, job.id, None)
    for start in range(0, len(paths), _BATCH):
        files.import_paths(kernel, _TENANT, run.id, [(path, path.name) for path in paths[start : start + _BATCH]])
    return run


def _carried_out(installation: Installation, run: Run) -> tuple[float, Run]:
    began = time.perf_counter()
    with Workforce(installation):
        submit.submit(installation.kernel, _TENANT, run.id)
        while not (run := runs.get(installation.kernel, _TENANT, run.id)).ended:
            time.sleep(_PAUSE_S)
        return time.perf_counter() - began, run
