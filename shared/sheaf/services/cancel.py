"""Cancelling: from the moment it is accepted nothing of the run starts, what is open is stopped, what had finished is kept."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sheaf.domain import paths
from sheaf.domain.counters import prefix_range, shard_of, split_range
from sheaf.domain.errors import PreconditionFailed, Unavailable, WrongState
from sheaf.domain.runs import Run
from sheaf.domain.states import ConfigStep, RunStatus, TaskStatus
from sheaf.domain.tasks import Task, open_in
from sheaf.ports.store import Delete, Document, Query, Update, Where, Write
from sheaf.services import abilities, finalize, messages, prepare, progress, runs
from sheaf.services.complete import Ending, Held, close_if_full, counted, end, ended
from sheaf.services.dispatch import expected
from sheaf.services.events import Level, entry
from sheaf.services.kernel import Kernel
from sheaf.services.records import change, dump, fetch, load, pages

#: Tasks stopped in one commit; two writes less than the limit would allow, and a lost race repeats only so many.
_BATCH = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Cancelled:
    """What a cancel came to so far: tasks that had finished and keep their results, tasks stopped, and tasks being stopped."""

    run: Run
    finished: int
    stopped: int
    stopping: int


def cancel(kernel: Kernel, tenant: str, run_id: str) -> Cancelled:
    """Cancel a run, whatever it is doing; the same call again answers how it stands.

    Raises WrongState when it ended otherwise, or its job type is none that can be cancelled.
    """
    abilities.check_can_cancel(kernel, runs.get(kernel, tenant, run_id))
    change(kernel.store, paths.run(tenant, run_id), Run, lambda run: _requested(kernel, run), also=lambda run: _also(kernel, run))
    run = runs.get(kernel, tenant, run_id)
    if run.ended and run.status is not RunStatus.CANCELLED:
        raise WrongState(f"The run has ended already: it is {run.status.value}.", status=run.status.value)
    if not run.ended:
        with suppress(Unavailable):  # it is accepted; the queue's calls and the sweeper see it through
            _begin(kernel, run)
    now = progress.of(kernel, tenant, run_id)
    counts = now.counts
    return Cancelled(run=now.run, finished=counts.completed + counts.failed, stopped=counts.cancelled, stopping=now.open)


def _requested(kernel: Kernel, run: Run) -> dict[str, Any] | None:
    if run.ended or run.cancelling:
        return None
    now = kernel.clock.now()
    asked: dict[str, Any] = {"cancel_requested_at": now, "last_active_at": now}
    if run.status is RunStatus.PENDING:
        asked |= {"status": RunStatus.SUBMITTED, "config_step": ConfigStep.SUBMITTED, "submitted_at": now}
    return asked


def _also(kernel: Kernel, run: Run) -> Sequence[Write]:
    note = entry(kernel, run.tenant, run.id, "cancel_requested", "Cancelling was asked for.", level=Level.WARNING, key="cancel")
    return [note, Delete(path=paths.intake(run.tenant, run.id))]


def _begin(kernel: Kernel, run: Run) -> None:
    """Stop small runs here and now; the queue's calls cover large ones, and a crash of this one."""
    kernel.queue.enqueue([messages.step("prepare", run, nonce="cancel")])
    prepare.prepare(kernel, run.tenant, run.id)
    if expected(runs.get(kernel, run.tenant, run.id), "") > kernel.policy.dispatch_page:
        return
    stop(kernel, run.tenant, run.id, "")
    run = runs.get(kernel, run.tenant, run.id)
    if run.sealed and progress.all_closed(kernel, run):
        finalize.finalize(kernel, run.tenant, run.id)


def stop(kernel: Kernel, tenant: str, run_id: str, prefix: str) -> None:
    """End the open tasks of a cancelled run whose ids start with ``prefix``, or split the work sixteen ways."""
    run = runs.get(kernel, tenant, run_id)
    if run.ended or not run.cancelling or not run.sealed:
        return
    if expected(run, prefix) > kernel.policy.dispatch_page:
        kernel.queue.enqueue([messages.step("cancel", run, prefix=part) for part in split_range(prefix)])
        return
    ids = prefix_range(prefix)
    where = [Where("__id__", ">=", ids.low), Where("__id__", "<", ids.high)]
    for page in pages(kernel.store, Query(collection=paths.tasks(tenant, run_id), where=where, limit=_BATCH)):
        _stop_page(kernel, run, page.documents)


def _stop_page(kernel: Kernel, run: Run, documents: Sequence[Document]) -> None:
    by_shard: dict[int, list[Document]] = {}
    for document in documents:
        if open_in(load(document, Task).value, run):
            by_shard.setdefault(shard_of(document.id, len(run.shard_sizes)), []).append(document)
    for shard, group in by_shard.items():
        if not _stop_together(kernel, run, shard, group):
            for document in group:
                _stop_one(kernel, run, document.path)


def _stop_together(kernel: Kernel, run: Run, shard: int, group: Sequence[Document]) -> bool:
    """Stop tasks of one shard in one commit; False when one of them has moved since it was read."""
    now = kernel.clock.now()
    fields = dump(ended(run, TaskStatus.CANCELLED, now))
    writes: list[Write] = [Update(path=document.path, fields=fields, version=document.version) for document in group]
    count = counted(TaskStatus.CANCELLED, len(group)) | {"updated_at": now}
    try:
        written = kernel.store.commit([Update(path=paths.shard(run.tenant, run.id, run.round, shard), fields=count), *writes])
    except PreconditionFailed:
        return False
    close_if_full(kernel, run, shard, written[0])
    return True


def _stop_one(kernel: Kernel, run: Run, path: str) -> None:
    """Stop one task, however often a worker is first: nothing new can claim it, so it is at rest after a few tries."""
    while True:
        stored = fetch(kernel.store, path, Task, "task")
        held = Held(run, stored.value, stored.version)
        if not open_in(held.task, run) or end(kernel, held, Ending(status=TaskStatus.CANCELLED)):
            return
