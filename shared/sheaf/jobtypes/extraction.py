"""Extraction: read the run's fields from one file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sheaf.documents.reading import Formats
from sheaf.domain.errors import FailureCategory, FileProblem
from sheaf.domain.rows import Row
from sheaf.domain.runs import Run
from sheaf.domain.tasks import Task
from sheaf.extraction.engine import Engine, SourceFile
from sheaf.extraction.finish import finished
from sheaf.ports.jobtype import JobTypeInfo, Outcome

INFO = JobTypeInfo(
    kind="extraction",
    label="Extraction",
    icon="table",
    colour="indigo",
    queue="files",
    timeout_s=240.0,
    phases=("preparing", "extracting", "finalizing"),
    apart=True,
)


@dataclass(frozen=True, slots=True)
class Extraction:
    """Reads fields with the engine the run names; ``engines`` finds it in the catalogue."""

    engines: Callable[[str], Engine]
    formats: Formats
    info: JobTypeInfo = INFO

    def execute(self, run: Run, task: Task, path: Path) -> Outcome:
        """Rows of evidenced cells; an archive has none of its own, its members were made files of the run."""
        if self.formats.is_archive(task.format):
            return Outcome(notes=("Its members are files of this run.",))
        document = self.formats.read(path, name=task.filename)
        engine = self.engines(run.options.engine)
        source = self._source(run, task, path)
        extraction = engine.extract(document, run.fields, rows=run.options.row_mode, source=source)
        return Outcome(
            rows=finished(_at_least_one(extraction.rows), run.fields),
            rows_in=extraction.rows_in,
            pages=len(document.pages),
            model_tokens=extraction.usage.get("tokens", 0),
            engine=f"{engine.name}/{engine.version}",
            notes=(*document.notes, *extraction.notes),
        )

    def _source(self, run: Run, task: Task, path: Path) -> SourceFile:
        shown = partial(self.formats.pictures, path, task.filename)
        return SourceFile(path=path, name=task.filename, tenant=run.tenant, tokens=_share(run), drawn=shown)


def _share(run: Run) -> int | None:
    """The tokens that models may use on one of the run's files: its part, which needs no count that all workers read."""
    return None if run.options.model_tokens is None else run.options.model_tokens // max(1, run.tasks_total)


def _at_least_one(rows: Iterable[Row]) -> Iterator[Row]:
    empty = True
    for row in rows:
        empty = False
        yield row
    if empty:
        raise FileProblem(FailureCategory.EMPTY, "The file holds no row of a table.")
