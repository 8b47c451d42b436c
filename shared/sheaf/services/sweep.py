"""The sweeper: finds what was lost between store and queue, and calls for it again. It changes no state itself.

Every call it makes could be made twice without harm, so it may run anywhere, at any time, several at once. Each repair is counted
(:mod:`sheaf.services.metrics`); in a healthy installation all of them are zero.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial

from sheaf.domain import paths
from sheaf.domain.runs import Run
from sheaf.domain.states import RUN_ACTIVE, RunStatus, TaskStatus
from sheaf.domain.tasks import Task, open_in
from sheaf.ports.store import Document, Order, Query, Where
from sheaf.services import complete, idempotency, imports, messages, metrics, prepare, progress, runs
from sheaf.services.kernel import Kernel
from sheaf.services.metrics import Metric
from sheaf.services.records import load, pages

_log = logging.getLogger(__name__)


@dataclass(kw_only=True, slots=True)
class Repairs:
    """What one sweep called for again, by kind."""

    lost_leases: int = 0
    lost_retries: int = 0
    lost_dispatches: int = 0
    unclosed_shards: int = 0
    stalled_steps: int = 0
    #: Repairs that raised an error; the next sweep tries again.
    failed_repairs: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(asdict(self).values())


def sweep(kernel: Kernel) -> Repairs:
    """Look once over everything that should have moved by now."""
    repairs = Repairs()
    now = kernel.clock.now()
    for document in _overdue(kernel, TaskStatus.PROCESSING, "lease_expires_at", now):
        repairs.lost_leases += _apart(repairs, partial(_call_task, kernel, document, now))
    for document in _overdue(kernel, TaskStatus.QUEUED, "next_retry_at", now - kernel.policy.retry_grace):
        repairs.lost_retries += _apart(repairs, partial(_call_task, kernel, document, now))
    for status in sorted(RUN_ACTIVE):
        for run in quiet_runs(kernel, status, now - kernel.policy.stalled_after):
            _apart(repairs, partial(_revive, kernel, run, repairs, now))
    for lost in imports.stalled(kernel, now - kernel.policy.stalled_after):
        repairs.stalled_steps += _apart(repairs, partial(imports.call_again, kernel, lost, _slot(now)))
    _apart(repairs, partial(idempotency.forget_expired, kernel))
    for name, count in asdict(repairs).items():
        kernel.tally.add(Metric(name), count)
    metrics.write(kernel, pause=timedelta(0))
    return repairs


def _apart(repairs: Repairs, repair: Callable[[], int]) -> int:
    """Make one repair; what keeps it from being made must not keep the others."""
    try:
        return repair()
    except Exception:  # noqa: BLE001 - whatever it is, it is logged and counted, and the next sweep meets it again
        _log.exception("a repair failed")
        repairs.failed_repairs += 1
        return 0


def _overdue(kernel: Kernel, status: TaskStatus, field: str, before: datetime) -> Iterable[Document]:
    where = (Where("status", "==", status.value), Where(field, "<", before))
    query = Query(collection="tasks", group=True, where=where, order=(Order(field),), limit=kernel.policy.sweep_page)
    return kernel.store.query(query).documents


def _call_task(kernel: Kernel, document: Document, now: datetime) -> int:
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


def _slot(now: datetime) -> int:
    """Names repeated calls by the minute, so that several sweepers make one call."""
    return int(now.timestamp()) // 60


def quiet_runs(kernel: Kernel, status: RunStatus, before: datetime) -> Iterator[Run]:
    """Active runs whose own record has not changed lately, the longest quiet first."""
    where = (Where("status", "==", status.value), Where("last_active_at", "<", before))
    query = Query(collection="runs", group=True, where=where, order=(Order("last_active_at"),), limit=kernel.policy.sweep_page)
    for page in pages(kernel.store, query):
        yield from (load(document, Run).value for document in page.documents)


def _revive(kernel: Kernel, run: Run, repairs: Repairs, now: datetime) -> int:
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
    full = [d for d in progress.shard_documents(kernel, run) if d.data["done"] == d.data["size"] and not d.data["closed"]]
    return sum(complete.close_shard(kernel, run, int(document.id.rpartition("-")[2]), document.version) for document in full)


def _dispatch_lost(kernel: Kernel, run: Run, now: datetime) -> int:
    """Call for open tasks of a stalled run that the queue knows nothing of."""
    if progress.of_run(kernel, run).last_active_at >= now - kernel.policy.stalled_after:
        return 0
    found = [document for query in _undispatched(kernel, run) for document in kernel.store.query(query).documents]
    return sum(_call_task(kernel, document, now) for document in found)


def _undispatched(kernel: Kernel, run: Run) -> Iterator[Query]:
    """Tasks that wait for their first message in this round."""
    tasks, limit = paths.tasks(run.tenant, run.id), kernel.policy.sweep_page
    yield Query(collection=tasks, where=(Where("status", "==", TaskStatus.PENDING.value),), limit=limit)
    if run.round > 1:
        failed_before = (Where("status", "==", TaskStatus.FAILED.value), Where("round", "<", run.round))
        yield Query(collection=tasks, where=failed_before, order=(Order("round"),), limit=limit)
