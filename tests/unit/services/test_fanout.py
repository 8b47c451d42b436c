"""Sealing and fan-out: many tasks over several shards through a tree of short calls."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import pytest

from sheaf.domain import paths
from sheaf.domain.counters import shard_of
from sheaf.domain.errors import Unavailable
from sheaf.domain.states import Phase, RunStatus
from sheaf.ports.store import MissingIndex
from sheaf.services import complete, files, finalize, prepare, progress
from sheaf.services.files import NewFile
from tests.faults.kit import TENANT, Bench, bench, fast_folder, stock
from tests.faults.promises import check_ended
from tests.faults.tools import Crash, Recorder, watched

MANY = 3_000


def stocked(engine: Bench, count: int) -> str:
    """A submitted run of so many files."""
    run_id = engine.run([b"ok"])
    stock(engine.kernel, run_id, [b"ok"] * (count - 1))
    engine.submit(run_id)
    return run_id


def test_three_thousand_tasks_through_a_small_page() -> None:
    """With pages of twenty the tree is three levels deep; every task is called for once, done once, counted once."""
    with fast_folder() as folder:
        engine = bench(Path(folder), dispatch_page=20)
        run_id = stocked(engine, MANY)
        recorder = Recorder()
        engine.kernel = watched(engine.kernel, recorder)
        engine.drain()
        run = engine.get(run_id)
        assert (run.status, run.tasks_total, run.counts.completed) == (RunStatus.COMPLETED, MANY, MANY)
        assert len(engine.job_type.executed) == len(set(engine.job_type.executed)) == MANY
        sent = [message for batch in recorder.arguments("queue.enqueue") for message in batch]
        kinds = [message.payload["kind"] for message in sent]
        assert kinds.count("task") == MANY
        assert "finalize" not in kinds
        assert kinds.count("dispatch") == 1 + 16 + 16 * 16
        engine.kernel.store.close()


def test_sealing_lays_out_shards_that_add_up(engine: Bench) -> None:
    """Each shard's size is the number of tasks that count on it."""
    run_id = stocked(engine, 600)
    prepare.prepare(engine.kernel, TENANT, run_id)
    run = engine.get(run_id)
    ids = [task.id for task in files.listing(engine.kernel, TENANT, run_id, limit=1000).files]
    assert len(run.shard_sizes) == 4
    assert list(run.shard_sizes) == [sum(shard_of(id_, 4) == number for id_ in ids) for number in range(4)]
    assert (run.tasks_total, run.phase, run.sealed) == (600, Phase.EXTRACTING, True)
    assert len(progress.shard_documents(engine.kernel, run)) == 4


def test_sealing_twice_is_sealing_once(engine: Bench) -> None:
    """A repeated or late prepare neither counts anew nor calls twice."""
    run_id = engine.submitted([b"ok"] * 3)
    prepare.prepare(engine.kernel, TENANT, run_id)
    sealed, waiting = engine.get(run_id), set(engine.queue.waiting)
    prepare.prepare(engine.kernel, TENANT, run_id)
    assert (engine.get(run_id), set(engine.queue.waiting)) == (sealed, waiting)
    assert prepare.seal(engine.kernel, TENANT, run_id) == sealed


def test_progress_is_the_same_from_first_to_last(engine: Bench) -> None:
    """At every moment the open and the ended add up to the total, and nothing is counted twice."""
    run_id = engine.submitted([b"ok", b"corrupt", b"ok"])
    seen = []
    while due := engine.queue.due():
        engine.deliver(due[0])
        state = progress.of(engine.kernel, TENANT, run_id)
        assert state.open + state.counts.done == state.total == 3
        seen.append(state.counts.done)
    assert seen == sorted(seen)
    assert seen[-1] == 3


@pytest.mark.parametrize("count", [1, 30])
def test_the_run_document_is_not_written_per_task(engine: Bench, count: int) -> None:
    """How often a run is written does not grow with its tasks."""
    run_id = engine.submitted([b"ok"] * count)
    recorder = Recorder()
    engine.kernel = watched(engine.kernel, recorder)
    engine.drain()
    writes = [write for batch in recorder.arguments("store.commit") for write in batch]
    assert sum(write.path == paths.run(TENANT, run_id) for write in writes) == 2


def test_announcing_many_files_at_once(engine: Bench) -> None:
    """More files than one commit takes keep their order."""
    run_id = engine.run([])
    announced = files.announce(engine.kernel, TENANT, run_id, [NewFile(name=f"{n}.txt") for n in range(450)])
    assert [task.id for task in files.listing(engine.kernel, TENANT, run_id, limit=1000).files] == [task.id for task in announced]


@pytest.mark.parametrize("files_", [1, 600])
def test_a_worker_that_dies_before_it_ends_the_run_is_followed_by_the_queue(engine: Bench, files_: int) -> None:
    """The last file's call comes again, finds its file ended, and moves the run on, also where its shard was one of several: no sweep."""
    run_id = stocked(engine, files_)
    while len(due := engine.queue.due()) > 1 or due[0][0] == "steps":
        engine.deliver(due[0])
    [last] = due
    with patch.object(complete, "close_shard", side_effect=Crash), suppress(Crash):
        engine.queue.deliver(engine.kernel, last)
    assert progress.of(engine.kernel, TENANT, run_id).open == 0
    assert not engine.get(run_id).ended
    engine.deliver(last)
    assert engine.get(run_id).status is RunStatus.COMPLETED
    check_ended(engine.kernel, TENANT, run_id)


def test_a_worker_that_dies_behind_the_last_shard_is_followed_too(engine: Bench) -> None:
    """Every shard has reported and nobody has ended the run: the last file's call, made again, does."""
    run_id = stocked(engine, 600)
    with patch.object(complete, "finish", side_effect=Crash), suppress(Crash):
        while due := engine.queue.due():
            engine.queue.deliver(engine.kernel, due[0])
    [last] = engine.queue.due()
    assert not engine.get(run_id).ended
    engine.deliver(last)
    check_ended(engine.kernel, TENANT, run_id)


@pytest.mark.parametrize("trouble", [Unavailable("The store is away."), MissingIndex("{}"), KeyError("size")])
def test_what_keeps_a_run_from_ending_costs_no_file_its_answer(engine: Bench, trouble: Exception) -> None:
    """The last file's call is done; the queue's own call ends the run once that can be."""
    run_id = engine.submitted([b"ok"])
    while (due := engine.queue.due())[0][0] == "steps":
        engine.deliver(due[0])
    with patch.object(finalize, "finalize", side_effect=trouble):
        engine.deliver(due[0])
    assert [engine.queue.waiting[key].payload["kind"] for key in engine.queue.due()] == ["finalize"]
    engine.drain()
    check_ended(engine.kernel, TENANT, run_id)
