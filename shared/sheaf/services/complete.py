"""Ending a task exactly once: one commit sets its terminal state and counts it; whoever counts the last one moves the run on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sheaf.domain import paths
from sheaf.domain.counters import Usage, shard_of
from sheaf.domain.errors import FailureCategory, PreconditionFailed
from sheaf.domain.runs import Run
from sheaf.domain.states import Phase, TaskStatus
from sheaf.domain.tasks import Task
from sheaf.ports.store import Increment, Update, Written
from sheaf.services import messages
from sheaf.services.kernel import Kernel
from sheaf.services.records import dump, fetch


@dataclass(frozen=True, slots=True)
class Held:
    """A task at the version at which its holder may change it."""

    run: Run
    task: Task
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """What a task comes to."""

    status: TaskStatus
    #: Further fields of the task to write.
    fields: Mapping[str, Any] = field(default_factory=dict)
    usage: Usage = Usage()
    category: FailureCategory | None = None


def end(kernel: Kernel, held: Held, ending: Ending) -> bool:
    """End a task; False when somebody ended or claimed it since it was read, and then nothing is counted."""
    run, now = held.run, kernel.clock.now()
    final = {**ending.fields, **ended(run, ending.status, now)}
    shard = shard_of(held.task.id, len(run.shard_sizes))
    count = counted(ending.status, 1, ending.usage, ending.category) | {"updated_at": now}
    try:
        written = kernel.store.commit(
            [
                Update(path=paths.task(run.tenant, run.id, held.task.id), fields=dump(final), version=held.version),
                Update(path=paths.shard(run.tenant, run.id, run.round, shard), fields=count),
            ]
        )
    except PreconditionFailed:
        return False
    close_if_full(kernel, run, shard, written[1])
    return True


def ended(run: Run, status: TaskStatus, now: datetime) -> dict[str, Any]:
    """The fields of every task that ends in the run's present round."""
    return {"status": status, "round": run.round, "completed_at": now, "lease_expires_at": None, "next_retry_at": None}


def counted(status: TaskStatus, tasks: int, usage: Usage = Usage(), category: FailureCategory | None = None) -> dict[str, Any]:
    """The increments that count tasks which ended on their shard."""
    fields: dict[str, Any] = {"done": Increment(tasks), status.value: Increment(tasks)}
    if category is not None:
        fields[f"failed_{category.value}"] = Increment(tasks)
    return fields | {f"used_{name}": Increment(amount) for name, amount in asdict(usage).items() if amount}


def close_if_full(kernel: Kernel, run: Run, shard: int, written: Written) -> None:
    """Report a shard whose last task has just been counted, and call the finisher with the last shard."""
    if written.sums["done"] == run.shard_sizes[shard]:
        close_shard(kernel, run, shard, written.version)


def close_shard(kernel: Kernel, run: Run, shard: int, version: str) -> bool:
    """Count a full shard off, once: the shard's version guards it. False when that was done already."""
    try:
        written = kernel.store.commit(
            [
                Update(path=paths.shard(run.tenant, run.id, run.round, shard), fields={"closed": True}, version=version),
                Update(path=paths.fan_in(run.tenant, run.id, run.round), fields={"closed": Increment(1)}),
            ]
        )
    except PreconditionFailed:
        return False
    if written[1].sums["closed"] == run.shards_total:
        _finish(kernel, run)
    return True


def _finish(kernel: Kernel, run: Run) -> None:
    """Show that the run is finalizing, unless somebody is ahead already, and call the finisher."""
    path = paths.run(run.tenant, run.id)
    now = fetch(kernel.store, path, Run, "run")
    if now.value.phase is Phase.EXTRACTING and now.value.round == run.round:
        with suppress(PreconditionFailed):
            kernel.store.commit([Update(path=path, fields=dump({"phase": Phase.FINALIZING}), version=now.version)])
    kernel.queue.enqueue([messages.step("finalize", run)])
