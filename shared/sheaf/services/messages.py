"""The calls the engine makes to itself through the queue: their payloads, names and queues."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sheaf.domain import paths
from sheaf.domain.runs import Run
from sheaf.domain.states import TaskStatus
from sheaf.domain.tasks import Task
from sheaf.ports.queue import MAX_PER_SECOND, Message, QueueRule

if TYPE_CHECKING:
    from sheaf.domain.imports import Import

#: Steps of runs: few, short and ahead of the files, so that no run waits behind another's pile.
STEPS = "steps"
#: One message per file.
FILES = "files"

#: THE list of queues: adapters and deployment read it.
QUEUES = (
    QueueRule(name=STEPS, priority=0, deadline_s=120.0, max_concurrent=100, max_backoff_s=60.0),
    QueueRule(name=FILES, priority=1, deadline_s=270.0, max_per_second=MAX_PER_SECOND, max_concurrent=1000),
)


def step(kind: str, run: Run, *, nonce: object = "", not_before: datetime | None = None, **payload: Any) -> Message:
    """A call that moves a run on; the same step of the same round has the same name, unless a ``nonce`` sets it apart."""
    name = paths.digest(kind, run.tenant, run.id, run.round, nonce, *sorted(payload.items()))
    body = {"kind": kind, "tenant": run.tenant, "run_id": run.id, "round": run.round, **payload}
    return Message(queue=STEPS, name=name, payload=body, not_before=not_before)


def import_call(run: Run, of: Import, *, nonce: object = "") -> Message:
    """The call that goes on with an import; every further one has a name of its own."""
    return step("import", run, nonce=f"{of.calls}-{nonce}", import_id=of.id)


def task_call(run: Run, task: Task, *, nonce: object = "", not_before: datetime | None = None) -> Message:
    """The call that does one task; every further claim of it has a name of its own.

    It says how much there is to read, by which a worker does small files together, unless the task is to be done alone: a worker was
    lost over it, or has begun it and not ended it.
    """
    name = paths.digest("task", run.tenant, run.id, run.round, task.id, task.lease_token, nonce)
    body: dict[str, Any] = {"kind": "task", "tenant": run.tenant, "run_id": run.id, "task_id": task.id}
    if task.status is not TaskStatus.PROCESSING and not task.lost_count:
        body["bytes"] = task.file_size
    return Message(queue=FILES, name=name, payload=body, not_before=not_before)
