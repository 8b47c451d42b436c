"""Tasks done in a process of their own: both ends of what is said between the worker and that process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from sheaf import logs
from sheaf.domain.errors import InvalidInput
from sheaf.domain.learning import Lesson
from sheaf.domain.runs import Run
from sheaf.domain.suggestions import Sample
from sheaf.domain.tasks import Task
from sheaf.ports.jobtype import JobType, JobTypeInfo, Labelled, Learner, Outcome, Suggester
from sheaf.ports.processes import Bounds, Processes
from sheaf.services import rows

#: Modules that take their time to load, and that most files need.
WARM = ("pypdfium2", "rapidfuzz", "sheaf.documents.formats.pdf", "sheaf.documents.pdf.annotations", "sheaf.extraction.assemble")
#: Bytes of rows that are handed over together.
_PIECE = 2**16


class Act(StrEnum):
    """What is to be done: a task itself, or one of the other things that its job type can do with files."""

    EXECUTE = "execute"
    LOOK = "look"
    STUDY = "study"
    LEARN = "learn"


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What the process is to do."""

    act: Act
    kind: str
    #: What the job type is made by there, as whoever makes it understands it.
    settings: bytes
    run: Run
    #: One file; None for what is done with several.
    task: Task | None = None
    path: str = ""
    examples: tuple[Labelled, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Head:
    """An outcome but for its rows."""

    rows_in: int | None
    pages: int
    model_tokens: int
    model_tokens_out: int
    model_tokens_priced: int
    model_micros: int
    engine: str
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Apart:
    """A :class:`sheaf.ports.jobtype.Elsewhere` on processes; ``entry`` is the function that calls :func:`perform` there."""

    processes: Processes
    entry: str
    #: Handed to whoever makes the job type there: nothing is taken from the environment that the processes happen to be started in.
    settings: bytes
    #: Bytes of memory that one task may take; 0 for as many as there are.
    memory: int

    def execute(self, info: JobTypeInfo, run: Run, task: Task, path: Path, *, seconds: float) -> Outcome:
        """See :class:`sheaf.ports.jobtype.Elsewhere`."""
        pieces = self._called(self._order(Act.EXECUTE, info, run, task, path), seconds)
        head = msgspec.msgpack.decode(next(pieces, b""), type=_Head)
        return Outcome(
            packed=(line for piece in pieces for line in piece.split(b"\n")),
            rows_in=head.rows_in,
            pages=head.pages,
            model_tokens=head.model_tokens,
            model_tokens_out=head.model_tokens_out,
            model_tokens_priced=head.model_tokens_priced,
            model_micros=head.model_micros,
            engine=head.engine,
            notes=head.notes,
        )

    def look(self, info: JobTypeInfo, run: Run, task: Task, path: Path, *, seconds: float) -> Sample:
        """See :class:`sheaf.ports.jobtype.Elsewhere`."""
        told = b"".join(self._called(self._order(Act.LOOK, info, run, task, path), seconds))
        return msgspec.msgpack.decode(told, type=Sample)

    def study(self, info: JobTypeInfo, run: Run, task: Task, path: Path, *, seconds: float) -> bytes:
        """See :class:`sheaf.ports.jobtype.Elsewhere`."""
        return b"".join(self._called(self._order(Act.STUDY, info, run, task, path), seconds))

    def learn(self, info: JobTypeInfo, run: Run, examples: Sequence[Labelled], *, seconds: float) -> Lesson:
        """See :class:`sheaf.ports.jobtype.Elsewhere`."""
        order = Order(act=Act.LEARN, kind=info.kind, settings=self.settings, run=run, examples=tuple(examples))
        return msgspec.msgpack.decode(b"".join(self._called(order, seconds)), type=Lesson)

    def _order(self, act: Act, info: JobTypeInfo, run: Run, task: Task, path: Path) -> Order:
        return Order(act=act, kind=info.kind, settings=self.settings, run=run, task=task, path=str(path))

    def _called(self, order: Order, seconds: float) -> Iterator[bytes]:
        argument = msgspec.msgpack.encode(order, enc_hook=str)
        return self.processes.call(self.entry, argument, Bounds(seconds=seconds, memory=self.memory))

    def warm_up(self) -> None:
        """See :class:`sheaf.ports.jobtype.Elsewhere`."""
        self.processes.warm_up(WARM)


def perform(argument: bytes, job_types: Callable[[str, bytes], JobType]) -> Iterator[bytes]:
    """In the process: what an :class:`Order` asks for, packed, some at a time; ``job_types`` makes a job type of a kind by settings."""
    order = _orders().decode(argument)
    about = {"task": order.task.id} if order.task else {}
    with logs.about(tenant=order.run.tenant, run=order.run.id, **about):
        yield from _ACTS[order.act](job_types(order.kind, order.settings), order)


def _executed(job_type: JobType, order: Order) -> Iterator[bytes]:
    """The outcome's head, then its rows."""
    outcome = job_type.execute(order.run, _task(order), Path(order.path))
    yield msgspec.msgpack.encode(_head(outcome))
    yield from _together(map(rows.pack, outcome.rows))


def _looked(job_type: JobType, order: Order) -> Iterator[bytes]:
    if not isinstance(job_type, Suggester):
        raise InvalidInput(f"Jobs of the type {order.kind!r} suggest no fields.", code="cannot_suggest")
    yield msgspec.msgpack.encode(job_type.look(order.run, _task(order), Path(order.path)))


def _studied(job_type: JobType, order: Order) -> Iterator[bytes]:
    yield _learner(job_type, order).study(order.run, _task(order), Path(order.path))


def _learned(job_type: JobType, order: Order) -> Iterator[bytes]:
    yield msgspec.msgpack.encode(_learner(job_type, order).learn(order.run, order.examples))


_ACTS: Mapping[Act, Callable[[JobType, Order], Iterator[bytes]]] = {
    Act.EXECUTE: _executed,
    Act.LOOK: _looked,
    Act.STUDY: _studied,
    Act.LEARN: _learned,
}


def _learner(job_type: JobType, order: Order) -> Learner:
    if not isinstance(job_type, Learner):
        raise InvalidInput(f"Jobs of the type {order.kind!r} do not learn.", code="cannot_learn")
    return job_type


def _task(order: Order) -> Task:
    if order.task is None:
        raise InvalidInput(f"To {order.act.value} takes a file, and none is named.", field="task")
    return order.task


@cache
def _orders() -> msgspec.msgpack.Decoder[Order]:
    return msgspec.msgpack.Decoder(Order, dec_hook=_as)


def _as(kind: type[Any], told: Any) -> Any:
    """A path, which is told as text."""
    return kind(told)


def _head(outcome: Outcome) -> _Head:
    return _Head(
        rows_in=outcome.rows_in,
        pages=outcome.pages,
        model_tokens=outcome.model_tokens,
        model_tokens_out=outcome.model_tokens_out,
        model_tokens_priced=outcome.model_tokens_priced,
        model_micros=outcome.model_micros,
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
