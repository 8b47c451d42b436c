"""Extraction: read the run's fields from one file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from sheaf.documents.reading import Formats
from sheaf.domain import paths
from sheaf.domain.errors import FailureCategory, FileProblem
from sheaf.domain.fields import FieldType, RowMode
from sheaf.domain.learning import FieldLesson, Lesson
from sheaf.domain.rows import Row
from sheaf.domain.runs import Run
from sheaf.domain.suggestions import Sample, Suggestions
from sheaf.domain.tasks import Task
from sheaf.extraction.engine import Engine, SourceFile
from sheaf.extraction.finish import finished
from sheaf.ports.jobtype import JobTypeInfo, Labelled, Outcome

if TYPE_CHECKING:
    from sheaf.domain.costs import Costing
    from sheaf.extraction.learning.learned import Learned, OfField

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


def _nothing_kept(_path: str) -> bytes | None:
    return None


def _nothing_charged(run: Run) -> Costing:
    from sheaf.domain.costs import Costing

    return Costing(engine=run.options.engine)


@dataclass(frozen=True, slots=True)
class Extraction:
    """Reads fields with the engine the run names; ``engines`` finds it in the catalogue."""

    engines: Callable[[str], Engine]
    formats: Formats
    #: The bytes of what a job has learned, by the path of their object; None where they are gone.
    kept: Callable[[str], bytes | None] = _nothing_kept
    #: What a run's engine costs.
    costs: Callable[[Run], Costing] = _nothing_charged
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
            model_tokens_out=extraction.usage.get("tokens_out", 0),
            model_tokens_priced=extraction.usage.get("tokens_priced", 0),
            model_micros=extraction.usage.get("micros", 0),
            engine=_named(engine, run.learned if source.learned else 0),
            notes=(*document.notes, *extraction.notes),
        )

    def costing(self, run: Run) -> Costing:
        """What the engine that the run names charges; see :mod:`sheaf.extraction.models.costing`."""
        return self.costs(run)

    def _source(self, run: Run, task: Task, path: Path) -> SourceFile:
        shown = partial(self.formats.pictures, path, task.filename)
        return SourceFile(path=path, name=task.filename, tenant=run.tenant, tokens=_share(run), learned=self._learned(run), drawn=shown)

    def _learned(self, run: Run) -> Learned | None:
        return _learned(self.kept, run.tenant, run.job_id, run.learned) if run.learned else None

    def study(self, run: Run, task: Task, path: Path) -> bytes:
        """The words of a document and where they stand; see :mod:`sheaf.extraction.learning.studied`."""
        from sheaf.extraction.learning.studied import studied

        return studied(self.formats.read(path, name=task.filename), tables=_asks_for_tables(run))

    def learn(self, run: Run, examples: Sequence[Labelled]) -> Lesson:
        """Labels of the job's own papers, headers of its tables and rankers of its fields; see :mod:`sheaf.extraction.learning`."""
        learned = _trained(run, examples)
        told = (lesson for name, of in learned.fields.items() for lesson in _lessons(name, of))
        return Lesson(data=learned.encoded(), documents=learned.documents, fields=tuple(told))

    def look(self, run: Run, task: Task, path: Path) -> Sample:
        """What one file says, by the embedded engine whichever one the run names; see :mod:`sheaf.extraction.suggesting`."""
        from sheaf.extraction.suggesting.looking import look

        del run
        if self.formats.is_archive(task.format):
            raise FileProblem(FailureCategory.UNSUPPORTED, "An archive suggests nothing; its members do.")
        return look(self.formats.read(path, name=task.filename))

    def suggest(self, samples: Sequence[Sample]) -> Suggestions:
        """What the files have in common."""
        from sheaf.extraction.suggesting.merging import suggest

        return suggest(samples)


def _named(engine: Engine, learned: int) -> str:
    """What read a file, as its result says it: the engine, and the version of what its job has learned."""
    return f"{engine.name}/{engine.version}" + (f" learned/{learned}" if learned else "")


def _asks_for_tables(run: Run) -> bool:
    return run.options.row_mode is RowMode.TABLE_ROW or any(of.type is FieldType.TABLE for of in run.fields)


def _trained(run: Run, examples: Sequence[Labelled]) -> Learned:
    from sheaf.extraction.learning.columns import Tabled
    from sheaf.extraction.learning.studied import document_of
    from sheaf.extraction.learning.training import Example, train, train_rows

    if run.options.row_mode is RowMode.TABLE_ROW:
        return train_rows([Tabled(document_of(one.studied.read_bytes()), one.rows) for one in examples], run.fields)
    return train([Example(document_of(one.studied.read_bytes()), one.rows[0]) for one in examples], run.fields)


def _lessons(name: str, of: OfField) -> Iterator[FieldLesson]:
    """What was learned of a field, or of each column of a table, which is named behind it."""
    if of.columns:
        for column, own in of.columns.items():
            yield from _lessons(f"{name}.{column}", own)
        return
    yield FieldLesson(
        field=name,
        labels=of.labels,
        ranked=of.trees is not None,
        tried=of.tried,
        right_before=of.right_before,
        right_after=of.right_after,
    )


@lru_cache(maxsize=32)
def _learned(kept: Callable[[str], bytes | None], tenant: str, job_id: str, number: int) -> Learned | None:
    """What a job has learned, decoded once in a process; None where it is gone, and rules read alone."""
    from sheaf.extraction.learning.learned import Learned

    data = kept(paths.learned_object(tenant, job_id, number))
    return Learned.decoded(data) if data else None


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
