"""The engine's promises, checked on what is stored: at any moment, and once all is quiet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sheaf.domain import paths
from sheaf.domain.counters import Usage
from sheaf.domain.runs import Run
from sheaf.domain.states import RUN_MOVES, TASK_ENDED, RunStatus, TaskStatus
from sheaf.domain.tasks import Task
from sheaf.ports.store import Document, Query
from sheaf.services import events, files, progress, runs, usage
from sheaf.services.kernel import Kernel

ENDED = (TaskStatus.COMPLETED, TaskStatus.FAILED, TaskStatus.CANCELLED)


def tasks_of(kernel: Kernel, run: Run) -> list[Task]:
    """All tasks of a run."""
    found, cursor = [], None
    while True:
        page = files.listing(kernel, run.tenant, run.id, after=cursor, limit=1000)
        found += page.files
        if (cursor := page.cursor) is None:
            return found


def shards_of(kernel: Kernel, run: Run) -> list[Document]:
    """The shards that a run's last round counted on."""
    sizes = enumerate(run.shard_sizes)
    found = kernel.store.get_many([paths.shard(run.tenant, run.id, run.round, number) for number, size in sizes if size])
    assert None not in found
    return [shard for shard in found if shard]


def check_ended(kernel: Kernel, tenant: str, run_id: str) -> None:
    """A run is over: every task ended in one state, is counted once, its usage too, and each round finished once."""
    run = runs.get(kernel, tenant, run_id)
    tasks = tasks_of(kernel, run)
    tally = Counter(task.status for task in tasks)
    assert run.ended, f"{run.status} with {tally}"
    assert (run.status is RunStatus.CANCELLED) == run.cancelling
    assert all(progress.is_full(shard) for shard in shards_of(kernel, run))
    assert run.tasks_total == len(tasks) == sum(tally[status] for status in ENDED)
    assert (run.counts.completed, run.counts.failed, run.counts.cancelled) == tuple(tally[status] for status in ENDED)
    assert run.counts.failures == Counter(task.error_category for task in tasks if task.status is TaskStatus.FAILED)
    assert run.counts.usage.files == tally[TaskStatus.COMPLETED]
    assert run.counts.usage.rows == sum(task.result.rows for task in tasks if task.result and task.status is TaskStatus.COMPLETED)
    together = runs.listing(kernel, tenant, run.job_id, limit=500).runs
    assert usage.of_job(kernel, tenant, run.job_id) == sum((each.counts.usage for each in together), Usage())
    log = Counter(event.kind for event in events.log(kernel, tenant, run_id, limit=10_000).events)
    assert log["finished"] == log["sealed"] == run.round
    assert log["submitted"] + log["cancel_requested"] >= 1
    assert kernel.store.count(Query(collection=f"tenants/{tenant}/runs/{run_id}/intake")) == 0


@dataclass(slots=True)
class Ledger:
    """What was seen of each run and task, to be held against what is seen next."""

    runs: dict[str, Run] = field(default_factory=dict)
    tasks: dict[tuple[str, str], Task] = field(default_factory=dict)

    def look(self, kernel: Kernel, tenant: str, run_id: str) -> None:
        """Check a run as it stands, and against what it was when last looked at."""
        run = runs.get(kernel, tenant, run_id)
        tasks = tasks_of(kernel, run)
        self._run_moved(run)
        for task in tasks:
            self._task_moved(run, task)
        if run.sealed:
            self._counted(kernel, run, tasks)

    def _run_moved(self, run: Run) -> None:
        before = self.runs.get(run.id, run)
        assert before.status is run.status or reaches(before.status, run.status)
        assert run.round >= before.round
        assert run.status is before.status or not before.ended or run.round > before.round
        assert not before.cancelling or run.cancelling
        self.runs[run.id] = run

    def _task_moved(self, run: Run, task: Task) -> None:
        before = self.tasks.get((run.id, task.id), task)
        assert task.lease_token >= before.lease_token
        assert task.round >= before.round
        if before.status in TASK_ENDED and task.round == before.round:
            assert (task.status, task.completed_at, task.result) == (before.status, before.completed_at, before.result)
        if before.status in {TaskStatus.COMPLETED, TaskStatus.CANCELLED}:
            assert task == before
        self.tasks[run.id, task.id] = task

    def _counted(self, kernel: Kernel, run: Run, tasks: list[Task]) -> None:
        """Shards and kept counts say exactly what the tasks say, and the run's own record is complete just when it has ended."""
        shown = progress.of_run(kernel, run).counts
        this_round = Counter(task.status for task in tasks if task.round == run.round)
        kept = Counter(task.status for task in tasks if task.round < run.round)
        assert shown.completed == this_round[TaskStatus.COMPLETED] + kept[TaskStatus.COMPLETED]
        assert shown.failed == this_round[TaskStatus.FAILED]
        assert shown.cancelled == this_round[TaskStatus.CANCELLED]
        assert run.tasks_total == len(tasks)
        assert (run.counts.done == run.tasks_total) == run.ended or not tasks


def reaches(source: RunStatus, target: RunStatus) -> bool:
    """Whether a run can get from one status to another in some moves."""
    seen = {source}
    while new := {after for status in seen for after in RUN_MOVES[status]} - seen:
        seen |= new
    return target in seen and source is not target
