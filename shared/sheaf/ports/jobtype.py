"""What a kind of work is: the registry's entry, and the code that does one task of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from sheaf.domain.record import record
from sheaf.domain.rows import Row
from sheaf.domain.runs import Run
from sheaf.domain.tasks import Task

if TYPE_CHECKING:
    from sheaf.domain.costs import Costing
    from sheaf.domain.learning import Lesson
    from sheaf.domain.suggestions import Sample, Suggestions


@record(frozen=True, kw_only=True, slots=True)
class JobTypeInfo:
    """What the console and the API show of a job type (C2)."""

    kind: str
    label: str
    icon: str
    colour: str
    #: The queue its tasks wait in.
    queue: str
    #: Seconds one task may take.
    timeout_s: float
    phases: tuple[str, ...]
    can_cancel: bool = True
    can_retry: bool = True
    #: Whether a task may hang, crash or devour memory, as whoever reads files from outside may: it is done in a process of its own then,
    #: which is ended where it takes longer than ``timeout_s``.
    apart: bool = False


@record(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What one task came to; ``rows`` may be a generator and is read once."""

    rows: Iterable[Row] = ()
    #: The rows as :func:`sheaf.services.rows.pack` makes them, where they come from another process; also read once.
    packed: Iterable[bytes] | None = None
    rows_in: int | None = None
    pages: int = 0
    model_tokens: int = 0
    #: See :class:`sheaf.domain.counters.Usage`.
    model_tokens_out: int = 0
    model_tokens_priced: int = 0
    model_micros: int = 0
    engine: str = ""
    notes: Sequence[str] = ()


@record(frozen=True, kw_only=True, slots=True)
class Labelled:
    """What was studied of a file, in a file of its own, and what a person said is true of it."""

    #: Where lies what :meth:`Learner.study` answered.
    studied: Path
    #: JSON of the right value by row and field, None where there is none; a file that is one row has row 0 alone.
    rows: Mapping[int, Mapping[str, Any]]


class JobType(Protocol):
    """One kind of work."""

    info: JobTypeInfo

    def execute(self, run: Run, task: Task, path: Path) -> Outcome:
        """Do one task on its file's bytes at ``path``; raises FileProblem where the file is at fault."""
        ...


@runtime_checkable
class Learner(Protocol):
    """A job type that learns from corrected values: its files are studied one by one, and what was studied is learned from together."""

    info: JobTypeInfo

    def study(self, run: Run, task: Task, path: Path) -> bytes:
        """What one file holds that can be learned from; raises FileProblem where that is nothing, or it cannot be read."""
        ...

    def learn(self, run: Run, examples: Sequence[Labelled]) -> Lesson:
        """What examples teach about reading the run's fields."""
        ...


@runtime_checkable
class Suggester(Protocol):
    """A job type that suggests fields from sample files."""

    info: JobTypeInfo

    def look(self, run: Run, task: Task, path: Path) -> Sample:
        """What one file says that could be a field; raises FileProblem where it cannot be read."""
        ...

    def suggest(self, samples: Sequence[Sample]) -> Suggestions:
        """The fields that files suggest which were looked at."""
        ...


@runtime_checkable
class Appraiser(Protocol):
    """A job type that can tell what its runs cost."""

    info: JobTypeInfo

    def costing(self, run: Run) -> Costing:
        """What reading with the run's engine costs."""
        ...


class Elsewhere(Protocol):
    """Does tasks in processes of their own."""

    def execute(self, info: JobTypeInfo, run: Run, task: Task, path: Path, *, seconds: float) -> Outcome:
        """What :meth:`JobType.execute` of the job type does, within so many seconds and the installation's bound on memory.

        Raises FileProblem, here and while the rows are read: ``timeout`` and ``crashed`` besides what the job type raises, with the
        category that fits; Unavailable where no process can be started.
        """
        ...

    def look(self, info: JobTypeInfo, run: Run, task: Task, path: Path, *, seconds: float) -> Sample:
        """What :meth:`Suggester.look` of the job type answers, within the same bounds; raises as :meth:`execute`."""
        ...

    def study(self, info: JobTypeInfo, run: Run, task: Task, path: Path, *, seconds: float) -> bytes:
        """What :meth:`Learner.study` of the job type answers, within the same bounds; raises as :meth:`execute`."""
        ...

    def learn(self, info: JobTypeInfo, run: Run, examples: Sequence[Labelled], *, seconds: float) -> Lesson:
        """What :meth:`Learner.learn` of the job type answers, within the same bounds; raises as :meth:`execute`."""
        ...

    def warm_up(self) -> None:
        """Get ready for the first task, without waiting."""
        ...
