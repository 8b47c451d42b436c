"""Ending a task exactly once: one commit sets its terminal state and counts it; whoever counts the last one ends the run."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import field, fields
from datetime import datetime
from typing import Any

from sheaf.domain import paths
from sheaf.domain.counters import Usage, shard_of
from sheaf.domain.errors import FailureCategory, PreconditionFailed, SheafError
from sheaf.domain.record import record
from sheaf.domain.runs import Run
from sheaf.domain.states import TaskStatus
from sheaf.domain.tasks import Task
from sheaf.ports.store import Increment, Update, Write, Written
from sheaf.services import messages
from sheaf.services.kernel import Kernel
from sheaf.services.records import changes, commit_each

_log = logging.getLogger(__name__)

#: What a task used, and the field of a shard that sums it up.
_USED = {each.name: f"used_{each.name}" for each in fields(Usage)}


@record(frozen=True, slots=True)
class Held:
    """A task at the version at which its holder may change it."""

    run: Run
    task: Task
    version: str

    @property
    def path(self) -> str:
        """The task's address."""
        return paths.task(self.run.tenant, self.run.id, self.task.id)


@record(frozen=True, kw_only=True, slots=True)
class Ending:
    """What a task comes to."""

    status: TaskStatus
    #: Further fields of the task to write.
    fields: Mapping[str, Any] = field(default_factory=dict)
    usage: Usage = Usage()
    category: FailureCategory | None = None


def end(kernel: Kernel, held: Held, ending: Ending) -> bool:
    """End a task; False when somebody ended or claimed it since it was read, and then nothing is counted."""
    (came,) = end_each(kernel, [(held, ending)])
    if isinstance(came, SheafError):
        raise came
    return came


def end_each(kernel: Kernel, endings: Sequence[tuple[Held, Ending]]) -> list[bool | SheafError]:
    """End tasks, each by itself, in one call to the store: for each what :func:`end` answers, or the error it raises."""
    now = kernel.clock.now()
    written = commit_each(kernel.store, [_writes(held, ending, now) for held, ending in endings])
    return [_counted(kernel, held, answer) for (held, _), answer in zip(endings, written, strict=True)]


def _writes(held: Held, ending: Ending, now: datetime) -> list[Write]:
    run = held.run
    final = {**ending.fields, **ended(run, ending.status, now)}
    count = counted(ending.status, 1, ending.usage, ending.category) | {"updated_at": now}
    return [
        Update(path=held.path, fields=changes(held.task, final), version=held.version),
        Update(path=paths.shard(run.tenant, run.id, run.round, _shard(held)), fields=count),
    ]


def _counted(kernel: Kernel, held: Held, answer: list[Written] | SheafError) -> bool | SheafError:
    """What came of one ending; whoever counted the last task of a shard reports it."""
    if isinstance(answer, SheafError):
        return False if isinstance(answer, PreconditionFailed) else answer
    try:
        close_if_full(kernel, held.run, _shard(held), answer[1])
    except SheafError as error:
        return error
    return True


def _shard(held: Held) -> int:
    return shard_of(held.task.id, len(held.run.shard_sizes))


def ended(run: Run, status: TaskStatus, now: datetime) -> dict[str, Any]:
    """The fields of every task that ends in the run's present round."""
    return {"status": status, "round": run.round, "completed_at": now, "lease_expires_at": None, "next_retry_at": None}


def counted(status: TaskStatus, tasks: int, usage: Usage = Usage(), category: FailureCategory | None = None) -> dict[str, Any]:
    """The increments that count tasks which ended on their shard."""
    fields: dict[str, Any] = {"done": Increment(tasks), status.value: Increment(tasks)}
    if category is not None:
        fields[f"failed_{category.value}"] = Increment(tasks)
    return fields | {used: Increment(amount) for name, used in _USED.items() if (amount := getattr(usage, name))}


def close_if_full(kernel: Kernel, run: Run, shard: int, written: Written) -> None:
    """Report a shard whose last task has just been counted, and end the run with the last shard."""
    if written.sums["done"] == run.shard_sizes[shard]:
        close_shard(kernel, run, shard, written.version)


def close_shard(kernel: Kernel, run: Run, shard: int, version: str) -> bool:
    """Count a full shard off, once, the shard's version guarding it, and end the run with the last one; False when it was done already.

    A shard that is alone needs no counting off: what it has counted says all.
    """
    closed = _closed(kernel, run, shard, version) if run.shards_total > 1 else 1
    if closed == run.shards_total:
        finish(kernel, run)
    return closed is not None


def _closed(kernel: Kernel, run: Run, shard: int, version: str) -> int | None:
    """How many shards are closed with this one; None when it was closed already."""
    marked = [
        Update(path=paths.shard(run.tenant, run.id, run.round, shard), fields={"closed": True}, version=version),
        Update(path=paths.fan_in(run.tenant, run.id, run.round), fields={"closed": Increment(1)}),
    ]
    # What a power cut undoes here the sweeper finds.
    (answer,) = kernel.store.commit_each([marked], lasting=False)
    if isinstance(answer, PreconditionFailed):
        return None
    if isinstance(answer, SheafError):
        raise answer
    return int(answer[1].sums["closed"])


def finish(kernel: Kernel, run: Run) -> None:
    """End a run whose tasks have ended, here and now; where that is kept from happening, the queue's call does it."""
    from sheaf.services import finalize

    try:
        finalize.finalize(kernel, run.tenant, run.id)
    except Exception as error:  # noqa: BLE001 - the file has ended, and so have those ended with it: the queue's call tells and repeats this
        _log.warning("run %s cannot be ended in the call of its last file: %s", run.id, error)
        kernel.queue.enqueue([messages.step("finalize", run)])
