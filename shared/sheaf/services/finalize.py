"""Ending a run exactly once: final counts, its outcome, what it used, and the finish entry go out in one commit."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sheaf.domain import paths
from sheaf.domain.counters import Counts, Usage, outcome
from sheaf.domain.errors import Conflict, PreconditionFailed, Unavailable
from sheaf.domain.rules import RuleKind
from sheaf.domain.runs import Run
from sheaf.domain.states import RunStatus, check_run_move
from sheaf.ports.store import Create, Increment, Update, Write
from sheaf.services import messages, progress, tasks
from sheaf.services.events import Level, entry
from sheaf.services.kernel import Kernel
from sheaf.services.records import MAX_RACES, Stored, dump, fetch

_LEVELS = {RunStatus.COMPLETED: Level.INFO, RunStatus.FAILED: Level.ERROR}


def finalize(kernel: Kernel, tenant: str, run_id: str) -> None:
    """End a run whose every task has ended; does nothing for one that has ended, raises Conflict for one that has not got there."""
    for _ in range(MAX_RACES):
        stored = fetch(kernel.store, paths.run(tenant, run_id), Run, "run")
        if stored.value.ended:
            return
        try:
            kernel.store.commit(_final_writes(kernel, stored))
        except PreconditionFailed:
            continue
        _follow_up(kernel, stored.value)
        return
    raise Unavailable("The run is being changed by many callers at once.")


def _follow_up(kernel: Kernel, run: Run) -> None:
    """Have what rules between rows need made ahead; where this is lost, whoever looks at the results first makes it."""
    if any(kind in rule.check for rule in run.rules for kind in RuleKind if kind.between_rows):
        with suppress(Unavailable):
            kernel.queue.enqueue([messages.step("between", run)])


def _final_writes(kernel: Kernel, stored: Stored[Run]) -> list[Write]:
    run, now = stored.value, kernel.clock.now()
    this_round = progress.sum_of(progress.shard_documents(kernel, run))
    counts = run.counts + this_round
    if not run.sealed or counts.done != run.tasks_total:
        raise Conflict(f"{run.tasks_total - counts.done} files of the run are still open.", code="not_finished")
    status = outcome(counts, cancel_requested=run.cancelling)
    check_run_move(run.status, status)
    return [
        Update(path=paths.run(run.tenant, run.id), fields=dump(_ended(run, status, counts, now)), version=stored.version),
        *_usage_writes(kernel, run, this_round.usage, now),
        *_failure_entries(kernel, run, this_round),
        _finish_entry(kernel, run, status, counts),
    ]


def _ended(run: Run, status: RunStatus, counts: Counts, now: datetime) -> dict[str, Any]:
    message = None
    if status is RunStatus.FAILED:
        message = "No file could be read."
    elif status is RunStatus.PARTIALLY_COMPLETED:
        message = f"{counts.failed} of {run.tasks_total} files could not be read."
    return {
        "status": status,
        "phase": None,
        "counts": counts,
        "completed_at": now,
        "last_active_at": now,
        "error_message": message,
    }


def _usage_writes(kernel: Kernel, run: Run, used: Usage, now: datetime) -> list[Write]:
    """Add what this round used to the job's sum and to the tenant's month (A14)."""
    sums = {name: Increment(amount) for name, amount in asdict(used).items()}
    keys = (paths.job_usage(run.tenant, run.job_id), paths.month_usage(run.tenant, f"{now:%Y-%m}"))
    for key in keys:
        _open_sum(kernel, key)
    return [Update(path=key, fields=sums) for key in keys]


def _open_sum(kernel: Kernel, path: str) -> None:
    if kernel.store.get(path) is None:
        with suppress(PreconditionFailed):
            kernel.store.commit([Create(path=path, data=asdict(Usage()))])


def _failure_entries(kernel: Kernel, run: Run, counts: Counts) -> list[Create]:
    """What failed for good in this round, one entry of the log for each reason: a file that fails writes none of its own."""
    return [_failure_entry(kernel, run, group) for group in tasks.failures(kernel, run, counts)]


def _failure_entry(kernel: Kernel, run: Run, group: tasks.FailureGroup) -> Create:
    named = ", ".join(task.filename for task in group.examples)
    reason = group.examples[0].error_message if group.examples else ""
    which = f"{named} failed" if group.count == 1 else f"{group.count} files failed, such as {named}"
    context: dict[str, Any] = {"category": group.category.value, "count": group.count, "files": [task.id for task in group.examples]}
    key = f"failed-{run.round}-{group.category.value}"
    return entry(kernel, run.tenant, run.id, "files_failed", f"{which}: {reason}", level=Level.ERROR, key=key, **context)


def _finish_entry(kernel: Kernel, run: Run, status: RunStatus, counts: Counts) -> Create:
    message = f"The run is {status.value.replace('_', ' ')}: {counts.completed} read, {counts.failed} failed, {counts.cancelled} cancelled."
    return entry(
        kernel,
        run.tenant,
        run.id,
        "finished",
        message,
        level=_LEVELS.get(status, Level.WARNING),
        key=f"finished-{run.round}",
        round=run.round,
        status=status.value,
    )
