"""The sweeper: finds what was lost between store and queue, and calls for it again.

It changes no state itself, but that it reports shards which are full, as their last worker would have, and so may end a run. Every call it
makes could be made twice without harm, so it may run anywhere, at any time, several at once. Each repair is counted
(:mod:`sheaf.services.metrics`); in a healthy installation all of them are zero.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from sheaf.domain.imports import ImportStatus
from sheaf.domain.states import RUN_ACTIVE, RunStatus, TaskStatus
from sheaf.ports.store import Document, Order, Query, Where
from sheaf.services import idempotency, metrics
from sheaf.services.kernel import Kernel
from sheaf.services.metrics import Metric
from sheaf.services.records import pages

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
    repairs.lost_leases = _call_overdue(kernel, repairs, _overdue(kernel, TaskStatus.PROCESSING, "lease_expires_at", now), now)
    before = now - kernel.policy.retry_grace
    repairs.lost_retries = _call_overdue(kernel, repairs, _overdue(kernel, TaskStatus.QUEUED, "next_retry_at", before), now)
    for status in sorted(RUN_ACTIVE):
        for document in quiet(kernel, "runs", status, now - kernel.policy.stalled_after):
            _apart(repairs, partial(_revive, kernel, document, repairs, now))
    for document in quiet(kernel, "imports", ImportStatus.RUNNING, now - kernel.policy.stalled_after):
        repairs.stalled_steps += _apart(repairs, partial(_call_import, kernel, document, now))
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


def _call_overdue(kernel: Kernel, repairs: Repairs, overdue: Iterator[Document], now: datetime) -> int:
    """Call for tasks, up to a page of them; those that need no call, or cannot be helped, hide none behind them."""
    calls = (_apart(repairs, partial(_call_task, kernel, document, now)) for document in overdue)
    return sum(islice(filter(None, calls), kernel.policy.sweep_page))


def _overdue(kernel: Kernel, status: TaskStatus, field: str, before: datetime) -> Iterator[Document]:
    """Tasks that should have moved by now, those overdue the longest first."""
    where = (Where("status", "==", status.value), Where(field, "<", before))
    query = Query(collection="tasks", group=True, where=where, order=(Order(field),), limit=kernel.policy.sweep_page)
    for page in pages(kernel.store, query):
        yield from page.documents


def quiet(kernel: Kernel, kind: str, status: RunStatus | ImportStatus, before: datetime) -> Iterator[Document]:
    """Records at work that have not changed lately, the longest quiet first."""
    where = (Where("status", "==", status.value), Where("last_active_at", "<", before))
    query = Query(collection=kind, group=True, where=where, order=(Order("last_active_at"),), limit=kernel.policy.sweep_page)
    for page in pages(kernel.store, query):
        yield from page.documents


def _call_task(kernel: Kernel, document: Document, now: datetime) -> int:
    from sheaf.services import recovery

    return recovery.call_task(kernel, document, now)


def _call_import(kernel: Kernel, document: Document, now: datetime) -> int:
    from sheaf.services import recovery

    return recovery.call_import(kernel, document, now)


def _revive(kernel: Kernel, document: Document, repairs: Repairs, now: datetime) -> int:
    from sheaf.services import recovery

    return recovery.revive(kernel, document, repairs, now)
