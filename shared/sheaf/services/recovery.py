"""What is called for again, by the sweeper or by the queue; loaded when that comes to it, which in a healthy installation is never."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from sheaf.domain import paths
from sheaf.domain.counters import shard_of
from sheaf.domain.imports import Import
from sheaf.domain.runs import Run
from sheaf.domain.states import TaskStatus
from sheaf.domain.tasks import Task, open_in
from sheaf.ports.store import Document, Order, Query, Where
from sheaf.services import complete, imports, messages, prepare, progress, runs
from sheaf.services.kernel import Kernel
from sheaf.services.records import load

if TYPE_CHECKING:
    from sheaf.services.sweep import Repairs


def call_task(kernel: Kernel, document: Document, now: datetime) -> int:
    """Call for a task whose message seems lost, unless its next one is under way; says whether it was called.

    What a task of this lease token is called by is not the message it was claimed under: that one may be in the hands of a worker
    that hangs, and is not waited for once the lease is over.
    """
    _, tenant, _, run_id, _, _ = document.path.split("/")
    run, task = runs.get(kernel, tenant, run_id), load(document, Task).value
    if run.ended or run.cancelling or not open_in(task, run):
        return 0
    usual = messages.task_call(run, task)
    if kernel.queue.holds(usual.queue, usual.name):
        return 0
    return kernel.queue.enqueue([usual]) or kernel.queue.enqueue([messages.task_call(run, task, nonce=_slot(now))])


def call_import(kernel: Kernel, document: Document, now: datetime) -> int:
    """Have an import gone on with that has stopped; says whether it was called."""
    return imports.call_again(kernel, load(document, Import).value, _slot(now))


def revive(kernel: Kernel, document: Document, repairs: Repairs, now: datetime) -> int:
    """Move an active run on that has been quiet, by what it stands before; says how many calls that took."""
    run = load(document, Run).value
    if run.sealed and (closed := _close_full_shards(kernel, run)):
        repairs.unclosed_shards += closed  # the last one has called the finisher
        return closed
    if _waits_for_tasks(kernel, run):
        lost = _dispatch_lost(kernel, run, now)
        repairs.lost_dispatches += lost
        return lost
    called = _next_step(kernel, run, now)
    repairs.stalled_steps += called
    return called


def _next_step(kernel: Kernel, run: Run, now: datetime) -> int:
    """Call for the step that a run stands before."""
    if run.sealed:
        return prepare.launch(kernel, run, nonce=_slot(now))
    return kernel.queue.enqueue([messages.step("prepare", run, nonce=_slot(now))])


def _waits_for_tasks(kernel: Kernel, run: Run) -> bool:
    return run.sealed and not run.cancelling and not progress.all_closed(kernel, run)


def _close_full_shards(kernel: Kernel, run: Run) -> int:
    """Close shards whose last task was counted by a worker that died before it could say so."""
    full = [d for d in progress.shard_documents(kernel, run) if progress.is_full(d) and not d.data["closed"]]
    return sum(complete.close_shard(kernel, run, int(document.id.rpartition("-")[2]), document.version) for document in full)


def report_again(kernel: Kernel, tenant: str, run_id: str, task_id: str) -> None:
    """Move a run on whose task has ended, for a worker that may have died before it could: the call that ended it has come again."""
    run = runs.get(kernel, tenant, run_id)
    if run.ended or not run.sealed:
        return
    number = shard_of(task_id, len(run.shard_sizes))
    shard = kernel.store.get(paths.shard(tenant, run_id, run.round, number))
    if shard is None or not progress.is_full(shard):
        return
    if not shard.data["closed"]:
        complete.close_shard(kernel, run, number, shard.version)
    elif progress.all_closed(kernel, run):
        complete.finish(kernel, run)


def _dispatch_lost(kernel: Kernel, run: Run, now: datetime) -> int:
    """Call for open tasks of a stalled run that the queue knows nothing of."""
    if progress.of_run(kernel, run).last_active_at >= now - kernel.policy.stalled_after:
        return 0
    found = [document for query in _undispatched(kernel, run) for document in kernel.store.query(query).documents]
    return sum(call_task(kernel, document, now) for document in found)


def _undispatched(kernel: Kernel, run: Run) -> Iterator[Query]:
    """Tasks that wait for their first message in this round."""
    tasks, limit = paths.tasks(run.tenant, run.id), kernel.policy.sweep_page
    yield Query(collection=tasks, where=(Where("status", "==", TaskStatus.PENDING.value),), limit=limit)
    if run.round > 1:
        failed_before = (Where("status", "==", TaskStatus.FAILED.value), Where("round", "<", run.round))
        yield Query(collection=tasks, where=failed_before, order=(Order("round"),), limit=limit)


def _slot(now: datetime) -> int:
    """Names repeated calls by the minute, so that several sweepers make one call."""
    return int(now.timestamp()) // 60
