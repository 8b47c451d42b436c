"""Tasks done in a process of their own: both ends of what is said between the worker and that process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from sheaf import logs
from sheaf.documents.limits import Limits
from sheaf.domain.errors import InvalidInput
from sheaf.domain.runs import Run
from sheaf.domain.suggestions import Sample
from sheaf.domain.tasks import Task
from sheaf.ports.jobtype import JobType, JobTypeInfo, Outcome, Suggester
from sheaf.ports.processes import Bounds, Processes
from sheaf.services import rows

#: Modules that take their time to load, and that most files need.
WARM = ("pypdfium2", "rapidfuzz", "sheaf.documents.formats.pdf", "sheaf.documents.pdf.annotations", "sheaf.extraction.assemble")
#: Bytes of rows that are handed over together.
_PIECE = 2**16


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What the process is to do."""

    kind: str
    run: Run
    task: Task
    path: str
    limits: Limits
    #: To look at the file for what it suggests, instead of doing the task.
    look: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Head:
    """An outcome but for its rows."""

    rows_in: int | None
    pages: int
    model_tokens: int
    engine: str
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Apart:
    """A :class:`sheaf.ports.jobtype.Elsewhere` on processes; ``entry`` is the function that calls :func:`perform` there."""

    processes: Processes
    entry: str
    limits: Limits
    #: Bytes of memory that one task may take; 0 for as many as there are.
    memory: int

    def execute(self, info: JobTypeInfo, run: Run, task: Task, path: Path, *, seconds: float) -> Outcome:
        """See :class:`sheaf.ports.jobtype.Elsewhere`."""
        pieces = self._called(Order(kind=info.kind, run=run, task=task, path=str(path), limits=self.limits), seconds)
        head = msgspec.msgpack.decode(next(pieces, b""), type=_Head)
        return Outcome(
            packed=(line for piece in pieces for line in piece.split(b"\n")),
            rows_in=head.rows_in,
            pages=head.pages,
            model_tokens=head.model_tokens,
            engine=head.engine,
            notes=head.notes,
        )

    def look(self, info: JobTypeInfo, run: Run, task: Task, path: Path, *, seconds: float) -> Sample:
        """See :class:`sheaf.ports.jobtype.Elsewhere`."""
        order = Order(kind=info.kind, run=run, task=task, path=str(path), limits=self.limits, look=True)
        return msgspec.msgpack.decode(b"".join(self._called(order, seconds)), type=Sample)

    def _called(self, order: Order, seconds: float) -> Iterator[bytes]:
        return self.processes.call(self.entry, msgspec.msgpack.encode(order), Bounds(seconds=seconds, memory=self.memory))

    def warm_up(self) -> None:
        """See :class:`sheaf.ports.jobtype.Elsewhere`."""
        self.processes.warm_up(WARM)


def perform(argument: bytes, job_types: Callable[[str, Limits], JobType]) -> Iterator[bytes]:
    """In the process: do the task of an :class:`Order`; the outcome's head, then its rows, packed, some at a time."""
    order = _orders().decode(argument)
    run, task = order.run, order.task
    with logs.about(tenant=run.tenant, run=run.id, task=task.id):
        job_type = job_types(order.kind, order.limits)
        if order.look:
            yield msgspec.msgpack.encode(_looked(job_type, order))
            return
        outcome = job_type.execute(run, task, Path(order.path))
        yield msgspec.msgpack.encode(_head(outcome))
        yield from _together(map(rows.pack, outcome.rows))


def _looked(job_type: JobType, order: Order) -> Sample:
    if not isinstance(job_type, Suggester):
        raise InvalidInput(f"Jobs of the type {order.kind!r} suggest no fields.", code="cannot_suggest")
    return job_type.look(order.run, order.task, Path(order.path))


@cache
def _orders() -> msgspec.msgpack.Decoder[Order]:
    return msgspec.msgpack.Decoder(Order)


def _head(outcome: Outcome) -> _Head:
    return _Head(
        rows_in=outcome.rows_in,
        pages=outcome.pages,
        model_tokens=outcome.model_tokens,
        engine=outcome.engine,
        notes=rows.kept_notes(outcome.notes),
    )


def _together(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines, joined to pieces of about :data:`_PIECE` bytes."""
    waiting: list[bytes] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= _PIECE:
            yield b"\n".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"\n".join(waiting)
