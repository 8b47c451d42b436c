"""Retrying the failed tasks of a run that has ended, in the same run: a new round, whose successes join those that are there."""

from __future__ import annotations

from typing import Any

from sheaf.domain import paths
from sheaf.domain.errors import WrongState
from sheaf.domain.runs import Run
from sheaf.domain.states import Phase, RunStatus
from sheaf.ports.store import Write
from sheaf.services import abilities, messages, runs
from sheaf.services.events import entry
from sheaf.services.kernel import Kernel
from sheaf.services.records import change


def retry_failed(kernel: Kernel, tenant: str, run_id: str) -> Run:
    """Take a partially completed or failed run back to work on its failed tasks.

    A run whose retry is at work already is answered as it is, so that the call may be repeated. Raises WrongState for any other run, and
    where the job type is none that can be retried.
    """

    def decide(run: Run) -> dict[str, Any] | None:
        abilities.check_can_retry(kernel, run)
        if _at_work(run):
            return None
        if run.status not in {RunStatus.PARTIALLY_COMPLETED, RunStatus.FAILED}:
            is_ = run.status.value
            raise WrongState(f"Only a run that ended with failed files can be retried; this one is {is_}.", status=is_)
        return {
            "status": RunStatus.IN_PROGRESS,
            "phase": Phase.PREPARING,
            "round": run.round + 1,
            "sealed_at": None,
            "shard_sizes": (),
            "counts": run.counts.kept_for_retry(),
            "completed_at": None,
            "error_message": None,
            "last_active_at": kernel.clock.now(),
        }

    def note(run: Run) -> list[Write]:
        message = f"{run.counts.failed} failed files are tried again."
        return [entry(kernel, tenant, run_id, "retried", message, round=run.round + 1)]

    change(kernel.store, paths.run(tenant, run_id), Run, decide, also=note)
    run = runs.get(kernel, tenant, run_id)
    if not run.sealed:
        kernel.queue.enqueue([messages.step("prepare", run)])
    return run


def _at_work(run: Run) -> bool:
    return run.round > 1 and run.status is RunStatus.IN_PROGRESS and not run.cancelling
