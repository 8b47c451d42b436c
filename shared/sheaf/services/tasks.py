"""Tasks as people ask for them: by the status they are shown, by what failed, by the file or the record they are of."""

from __future__ import annotations

from dataclasses import dataclass

from sheaf.domain import paths
from sheaf.domain.counters import Counts
from sheaf.domain.errors import FailureCategory
from sheaf.domain.runs import Run
from sheaf.domain.states import TaskStatus
from sheaf.domain.tasks import Task, shown_status
from sheaf.ports.store import Order, Query, Where
from sheaf.services.kernel import Kernel
from sheaf.services.records import load

#: Failed files named with each category.
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Tasks of a run in the order of their files; ``cursor`` continues, also behind a page that came out short."""

    tasks: list[Task]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """The failed files of one category, and the first of them."""

    category: FailureCategory
    count: int
    examples: list[Task]


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Tasks of any run of the tenant, each with its run, newest first; ``cursor`` continues."""

    found: list[tuple[Run, Task]]
    cursor: str | None


def listing(kernel: Kernel, run: Run, *, status: TaskStatus | None = None, after: str | None = None, limit: int = 50) -> TaskPage:
    """A run's tasks; with ``status`` those that are shown to stand there."""
    where = [Where("status", "in", _stored(run, status))] if status else []
    query = Query(collection=paths.tasks(run.tenant, run.id), where=where, order=(Order("position"),), limit=limit, after=after)
    page = kernel.store.query(query)
    tasks = [load(document, Task).value for document in page.documents]
    return TaskPage([task for task in tasks if status in {None, shown_status(task, run)}], page.cursor)


def _stored(run: Run, shown: TaskStatus) -> list[str]:
    """The stored statuses of tasks that can be shown as ``shown``: see :func:`sheaf.domain.tasks.shown_status`."""
    stored = {shown}
    if shown is TaskStatus.QUEUED and run.sealed:
        stored |= {TaskStatus.PENDING, TaskStatus.FAILED}
    return sorted(status.value for status in stored)


def failures(kernel: Kernel, run: Run, counts: Counts) -> list[FailureGroup]:
    """What failed for good in the run's present round, the most frequent category first."""
    groups = [FailureGroup(FailureCategory(name), count, _examples(kernel, run, name)) for name, count in counts.failures.items()]
    return sorted(groups, key=lambda group: (-group.count, group.category))


def _examples(kernel: Kernel, run: Run, category: str) -> list[Task]:
    where = (
        Where("status", "==", TaskStatus.FAILED.value),
        Where("error_category", "==", category),
        Where("round", "==", run.round),
    )
    query = Query(collection=paths.tasks(run.tenant, run.id), where=where, order=(Order("position"),), limit=EXAMPLES)
    return [load(document, Task).value for document in kernel.store.query(query).documents]


def of_file(kernel: Kernel, tenant: str, file_url: str, *, after: str | None = None, limit: int = 50) -> FoundPage:
    """Every task of the tenant whose file came from this place (B5)."""
    return _found(kernel, [Where("tenant", "==", tenant), Where("file_url", "==", file_url)], after, limit)


def of_record(
    kernel: Kernel, tenant: str, *, record_id: str | None, attachment_id: str | None, after: str | None = None, limit: int = 50
) -> FoundPage:
    """Every task of the tenant whose file is attached to this record, is this attachment, or both (B2)."""
    given = {"tenant": tenant, "record_id": record_id, "attachment_id": attachment_id}
    return _found(kernel, [Where(name, "==", value) for name, value in given.items() if value is not None], after, limit)


def _found(kernel: Kernel, where: list[Where], after: str | None, limit: int) -> FoundPage:
    order = (Order("created_at", descending=True),)
    page = kernel.store.query(Query(collection="tasks", group=True, where=where, order=order, limit=limit, after=after))
    tasks = [load(document, Task).value for document in page.documents]
    addresses = sorted({paths.run(task.tenant, task.run_id) for task in tasks})
    runs = {document.id: load(document, Run).value for document in kernel.store.get_many(addresses) if document}
    return FoundPage([(runs[task.run_id], task) for task in tasks if task.run_id in runs], page.cursor)
