"""Fan-out: a tree of short calls over ranges of task ids, whose leaves enqueue one message per open task.

The tasks themselves are the outbox: a task of a sealed run that is pending, or failed in an earlier round, waits for its message. A call
that is cut off is repeated by the queue, and names keep what it did from being done twice.
"""

from __future__ import annotations

from sheaf.domain import paths
from sheaf.domain.counters import prefix_range, split_range
from sheaf.domain.runs import Run
from sheaf.domain.states import TaskStatus
from sheaf.domain.tasks import Task, retried
from sheaf.ports.store import Query, Where
from sheaf.services import messages, runs
from sheaf.services.kernel import Kernel
from sheaf.services.records import load, pages


def dispatch(kernel: Kernel, tenant: str, run_id: str, prefix: str) -> None:
    """Enqueue the open tasks whose ids start with ``prefix``, or split the work sixteen ways when they are too many for one call."""
    run = runs.get(kernel, tenant, run_id)
    if run.ended or run.cancelling or not run.sealed:
        return
    if fits(kernel, run, prefix):
        enqueue_range(kernel, run, prefix)
    else:
        kernel.queue.enqueue([messages.step("dispatch", run, prefix=part) for part in split_range(prefix)])


def fits(kernel: Kernel, run: Run, prefix: str = "") -> bool:
    """Whether one call can list and enqueue the tasks whose ids start with ``prefix``."""
    return expected(run, prefix) <= kernel.policy.dispatch_page


def expected(run: Run, prefix: str) -> float:
    """About how many tasks of this round have ids that start with ``prefix``: ids are spread evenly."""
    return sum(run.shard_sizes) / float(16 ** len(prefix))


def enqueue_range(kernel: Kernel, run: Run, prefix: str) -> None:
    """Enqueue the open tasks whose ids start with ``prefix``, a page at a time."""
    ids = prefix_range(prefix)
    where = [Where("__id__", ">=", ids.low), Where("__id__", "<", ids.high)]
    query = Query(collection=paths.tasks(run.tenant, run.id), where=where, limit=kernel.policy.dispatch_page)
    for page in pages(kernel.store, query):
        tasks = [load(document, Task).value for document in page.documents]
        # Whatever undoes these undoes that the call at work here was answered.
        kernel.queue.enqueue([messages.task_call(run, task) for task in tasks if _waits(task, run)], lasting=False)


def _waits(task: Task, run: Run) -> bool:
    return task.status is TaskStatus.PENDING or retried(task, run)
