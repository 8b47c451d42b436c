"""Progress: what the shards of a run add up to. Reading it costs the run and at most 64 small documents, whatever the number of tasks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import islice

from sheaf.domain import paths
from sheaf.domain.counters import Counts, Usage
from sheaf.domain.errors import FailureCategory
from sheaf.domain.runs import Run
from sheaf.domain.states import Phase
from sheaf.ports.store import Document, Query
from sheaf.services import runs
from sheaf.services.kernel import Kernel

#: The counters of a shard.
_COUNTED = frozenset(
    {"completed", "failed", "cancelled", *(f"failed_{c.value}" for c in FailureCategory), *(f"used_{f.name}" for f in fields(Usage))}
)


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

    @property
    def phase(self) -> Phase | None:
        """What the run is doing: it is finalizing once its last task has ended, for which its own record is not written."""
        return Phase.FINALIZING if self.run.phase is Phase.EXTRACTING and not self.open else self.run.phase


def of(kernel: Kernel, tenant: str, run_id: str) -> Progress:
    """A run's progress; raises NotFound."""
    return of_run(kernel, runs.get(kernel, tenant, run_id))


def of_run(kernel: Kernel, run: Run) -> Progress:
    """The progress of a run that was just read."""
    return of_runs(kernel, [run])[0]


def of_runs(kernel: Kernel, several: Sequence[Run]) -> list[Progress]:
    """The progress of runs that were just read, in their order; their shards are read at one moment."""
    wanted = [_shards_of(run) for run in several]
    found = iter(kernel.store.get_many([path for paths_ in wanted for path in paths_]))
    return [
        _progress(kernel, run, [document for document in islice(found, len(paths_)) if document])
        for run, paths_ in zip(several, wanted, strict=True)
    ]


def _progress(kernel: Kernel, run: Run, shards: Sequence[Document]) -> Progress:
    moments = [document.data["updated_at"] for document in shards]
    counts = run.counts + sum_of(shards) if shards else run.counts
    return Progress(run=run, total=total(kernel, run), counts=counts, last_active_at=max([run.last_active_at, *moments]))


def counts(kernel: Kernel, run: Run) -> Counts:
    """Tasks of the run that have ended, over all rounds."""
    return of_run(kernel, run).counts


def total(kernel: Kernel, run: Run) -> int:
    """Files of the run; until it is sealed, those known so far."""
    if run.sealed or run.round > 1 or run.ended:
        return run.tasks_total
    counted = kernel.store.get_many([paths.intake(run.tenant, run.id), paths.unpack_gate(run.tenant, run.id)])
    files = [int(document.data["files"]) for document in counted if document]
    return files[0] if files else kernel.store.count(Query(collection=paths.tasks(run.tenant, run.id)))


def shard_documents(kernel: Kernel, run: Run) -> list[Document]:
    """The shards of the run's present round, in order, those without tasks left out."""
    return [document for document in kernel.store.get_many(_shards_of(run)) if document]


def _shards_of(run: Run) -> list[str]:
    """Where a run counts at present: nowhere once it has ended, and its own counts are final."""
    sizes = () if run.ended else run.shard_sizes
    return [paths.shard(run.tenant, run.id, run.round, number) for number, size in enumerate(sizes) if size]


def all_closed(kernel: Kernel, run: Run) -> bool:
    """Whether every shard of a sealed run's present round is full and has reported it; one that is alone does so by its count."""
    if run.shards_total <= 1:
        return all(is_full(shard) for shard in shard_documents(kernel, run))
    document = kernel.store.get(paths.fan_in(run.tenant, run.id, run.round))
    return document is not None and int(document.data["closed"]) >= run.shards_total


def is_full(shard: Document) -> bool:
    """Whether all tasks of a shard have ended."""
    return bool(shard.data["done"] == shard.data["size"])


def sum_of(shards: Iterable[Document]) -> Counts:
    """What shards have counted together."""
    sums: dict[str, int] = defaultdict(int)
    for document in shards:
        for name in document.data.keys() & _COUNTED:
            sums[name] += int(document.data[name])
    failures = {c.value: sums[f"failed_{c.value}"] for c in FailureCategory if sums[f"failed_{c.value}"]}
    usage = Usage(**{f.name: sums[f"used_{f.name}"] for f in fields(Usage)})
    return Counts(completed=sums["completed"], failed=sums["failed"], cancelled=sums["cancelled"], failures=failures, usage=usage)
