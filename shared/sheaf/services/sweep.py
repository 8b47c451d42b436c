"""The sweeper: finds what was lost between store and queue, and calls for it again. It changes no state itself.

Every call it makes could be made twice without harm, so it may run anywhere, at any time, several at once. Each repair is counted in
its report; in a healthy installation all of them are zero.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sheaf.domain import paths
from sheaf.domain.runs import Run
from sheaf.domain.states import RUN_ACTIVE, RunStatus, TaskStatus
from sheaf.domain.tasks import Task, open_in
from sheaf.ports.store import Document, Order, Query, Where
from sheaf.services import complete, messages, prepare, progress, runs
from sheaf.services.kernel import Kernel
from sheaf.services.records import load

_log = logging.getLogger(__name__)


@dataclass(kw_only=True, slots=True)
class Repairs:
    """What one sweep called for again, by kind."""

    lost_leases: int = 0
    lost_retries: int = 0
    lost_dispatches: int = 0
    unclosed_shards: int = 0
    stalled_steps: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(asdict(self).values())


def sweep(kernel: Kernel) -> Repairs:
    """Look once over everything that should have moved by now."""
    repairs = Repairs()
    now = kernel.clock.now()
    repairs.lost_leases = _call_again(kernel, _overdue(kernel, TaskStatus.PROCESSING, "lease_expires_at", now), now)
    due = now - kernel.policy.retry_grace
    repairs.lost_retries = _call_again(kernel, _overdue(kernel, TaskStatus.QUEUED, "next_retry_at", due), now)
    for status in sorted(RUN_ACTIVE):
        for run in _quiet_runs(kernel, status, now - kernel.policy.stalled_after):
            _revive(kernel, run, repairs, now)
    if repairs.total:
        _log.warning("sweep repaired %s", asdict(repairs))
    return repairs


def _overdue(kernel: Kernel, status: TaskStatus, field: str, before: datetime) -> Iterable[Document]:
    where = (Where("status", "==", status.value), Where(field, "<", before))
    query = Query(collection="tasks", group=True, where=where, order=(Order(field),), limit=kernel.policy.sweep_page)
    return kernel.store.query(query).documents


def _call_again(kernel: Kernel, documents: Iterable[Document], now: datetime) -> int:
    """Call for tasks whose message seems lost, unless the queue still holds it."""
    return sum(_call_task(kernel, document, now) for document in documents)


def _call_task(kernel: Kernel, document: Document, now: datetime) -> bool:
    _, tenant, _, run_id, _, _ = document.path.split("/")
    run, task = runs.get(kernel, tenant, run_id), load(document, Task).value
    if run.ended or run.cancelling or not open_in(task, run):
        return False
    usual = messages.task_call(run, task)
    if kernel.queue.holds(usual.queue, usual.name) or kernel.queue.holds(usual.queue, task.delivery):
        return False
    return kernel.queue.enqueue([messages.task_call(run, task, nonce=_slot(now))]) > 0


def _slot(now: datetime) -> int:
    """Names repeated calls by the minute, so that several sweepers make one call."""
    return int(now.timestamp()) // 60


def _quiet_runs(kernel: Kernel, status: RunStatus, before: datetime) -> list[Run]:
    """Active runs whose own record has not changed lately, the longest quiet first."""
    where = (Where("status", "==", status.value), Where("last_active_at", "<", before))
    query = Query(collection="runs", group=True, where=where, order=(Order("last_active_at"),), limit=kernel.policy.sweep_page)
    return [load(document, Run).value for document in kernel.store.query(query).documents]


def _revive(kernel: Kernel, run: Run, repairs: Repairs, now: datetime) -> None:
    if not run.sealed:
        repairs.stalled_steps += kernel.queue.enqueue([messages.step("prepare", run, nonce=_slot(now))])
        return
    repairs.unclosed_shards += _close_full_shards(kernel, run)
    run = runs.get(kernel, run.tenant, run.id)
    if run.ended:
        return
    if run.shards_done >= run.shards_total or run.cancelling:
        prepare.launch(kernel, run, nonce=_slot(now))
        repairs.stalled_steps += 1
    elif progress.of_run(kernel, run).last_active_at < now - kernel.policy.stalled_after:
        repairs.lost_dispatches += _dispatch_lost(kernel, run, now)


def _close_full_shards(kernel: Kernel, run: Run) -> int:
    """Close shards whose last task was counted by a worker that died before it could say so."""
    full = [d for d in progress.shard_documents(kernel, run) if d.data["done"] == d.data["size"] and not d.data["closed"]]
    return sum(complete.close_shard(kernel, run, int(document.id.rpartition("-")[2]), document.version) for document in full)


def _dispatch_lost(kernel: Kernel, run: Run, now: datetime) -> int:
    """Call for open tasks of a stalled run that the queue knows nothing of."""
    waiting = TaskStatus.PENDING if run.round == 1 else TaskStatus.FAILED
    query = Query(collection=paths.tasks(run.tenant, run.id), where=(Where("status", "==", waiting.value),), limit=kernel.policy.sweep_page)
    return _call_again(kernel, kernel.store.query(query).documents, now)
