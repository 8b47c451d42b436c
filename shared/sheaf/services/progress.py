"""Progress: what the shards of a run add up to. Reading it costs the run and at most 64 small documents, whatever the number of tasks."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sheaf.domain import paths
from sheaf.domain.counters import Counts, Usage
from sheaf.domain.counters import total as add_up
from sheaf.domain.errors import FailureCategory
from sheaf.domain.runs import Run
from sheaf.ports.store import Document, Query
from sheaf.services import runs
from sheaf.services.kernel import Kernel


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a run is."""

    run: Run
    total: int
    counts: Counts
    last_active_at: datetime

    @property
    def open(self) -> int:
        """Tasks that have not ended."""
        return max(0, self.total - self.counts.done)


def of(kernel: Kernel, tenant: str, run_id: str) -> Progress:
    """A run's progress; raises NotFound."""
    return of_run(kernel, runs.get(kernel, tenant, run_id))


def of_run(kernel: Kernel, run: Run) -> Progress:
    """The progress of a run that was just read."""
    shards = [] if run.ended else shard_documents(kernel, run)
    moments = [document.data["updated_at"] for document in shards]
    counts = run.counts if run.ended else add_up([run.counts, *map(shard_counts, shards)])
    return Progress(run=run, total=total(kernel, run), counts=counts, last_active_at=max([run.last_active_at, *moments]))


def counts(kernel: Kernel, run: Run) -> Counts:
    """Tasks of the run that have ended, over all rounds."""
    return of_run(kernel, run).counts


def total(kernel: Kernel, run: Run) -> int:
    """Files of the run; until it is sealed, those known so far."""
    if run.sealed or run.round > 1 or run.ended:
        return run.tasks_total
    return kernel.store.count(Query(collection=paths.tasks(run.tenant, run.id)))


def shard_documents(kernel: Kernel, run: Run) -> list[Document]:
    """The shards of the run's present round, in order, those without tasks left out."""
    wanted = [paths.shard(run.tenant, run.id, run.round, number) for number, size in enumerate(run.shard_sizes) if size]
    return [document for document in kernel.store.get_many(wanted) if document]


def all_closed(kernel: Kernel, run: Run) -> bool:
    """Whether every shard of a sealed run's present round has reported that its tasks have ended."""
    if not run.shards_total:
        return True
    document = kernel.store.get(paths.fan_in(run.tenant, run.id, run.round))
    return document is not None and int(document.data["closed"]) >= run.shards_total


def shard_counts(document: Document) -> Counts:
    """What one shard has counted."""
    data: Any = document.data
    failures = {c.value: int(data[f"failed_{c.value}"]) for c in FailureCategory if data.get(f"failed_{c.value}")}
    return Counts(
        completed=int(data.get("completed", 0)),
        failed=int(data.get("failed", 0)),
        cancelled=int(data.get("cancelled", 0)),
        failures=failures,
        usage=Usage(**{f.name: int(data.get(f"used_{f.name}", 0)) for f in fields(Usage)}),
    )
