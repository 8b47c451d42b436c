"""Power cuts that take everything which was not written out to the disk: what was accepted is there, and work goes on by itself."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from sheaf.adapters.clock import SystemClock
from sheaf.adapters.queue import embedded
from sheaf.adapters.queue.embedded import EmbeddedQueue
from sheaf.adapters.store import sqlite
from sheaf.adapters.store.sqlite import SqliteStore
from sheaf.ports.queue import Message
from sheaf.ports.store import Create, Update
from sheaf.services.messages import FILES, QUEUES
from sheaf.settings import Settings
from tests.faults import disturbed, power
from tests.faults.test_processes import SEEDS, check, ended, powered, submitted, until

TASKS = 120


def opened(path: Path) -> EmbeddedQueue:
    """The queue that lies there."""
    return EmbeddedQueue(path, QUEUES, clock=SystemClock())


def test_claims_and_answers_may_be_forgotten_but_no_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the cut every message that was accepted is delivered once more, also those that had been answered."""
    monkeypatch.setattr(embedded, "Database", power.Recording)
    path, left = tmp_path / "queue.sqlite3", tmp_path / "left" / "queue.sqlite3"
    queue = opened(path)
    queue.enqueue([Message(queue=FILES, name=f"m{number}", payload={}) for number in range(20)])
    # Accepting is written out at once; what follows is not.
    note = power.noted(path)
    queue.ack_many(queue.claim("one", 12))
    assert power.left_behind(path, left, note) > 0
    queue.close()
    after = opened(left)
    assert sorted(each.name for each in after.claim("one", 100)) == sorted(f"m{number}" for number in range(20))
    after.close()


def test_a_message_that_need_not_last_is_lost_with_the_answer_behind_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call enqueues what it would enqueue again, and is answered: a cut undoes both, or neither where something lasting followed."""
    monkeypatch.setattr(embedded, "Database", power.Recording)
    names = []
    for followed in (False, True):
        path = tmp_path / str(followed) / "queue.sqlite3"
        queue = opened(path)
        queue.enqueue([Message(queue=FILES, name="call", payload={})])
        note = power.noted(path)
        [call] = queue.claim("one", 1)
        queue.enqueue([Message(queue=FILES, name="next", payload={})], lasting=False)
        queue.ack(call)
        if followed:
            queue.enqueue([Message(queue=FILES, name="lasting", payload={})])
            note = power.noted(path)
        left = tmp_path / f"left {followed}" / "queue.sqlite3"
        power.left_behind(path, left, note)
        queue.close()
        after = opened(left)
        names.append(sorted(each.name for each in after.claim("one", 100)))
        after.close()
    assert names == [["call"], ["lasting", "next"]]


def test_what_need_not_last_may_be_lost_until_something_lasting_follows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cut undoes commits that need not last, and none that a lasting one has followed."""
    monkeypatch.setattr(sqlite, "Database", power.Recording)
    store = SqliteStore(tmp_path / "store.sqlite3")
    store.commit_each([[Create(path="things/a", data={"n": 1})]], lasting=False)
    store.commit([Create(path="things/b", data={"n": 1})])
    store.commit_each([[Update(path="things/a", fields={"n": 2})], [Create(path="things/c", data={})]], lasting=False)
    assert store.get_many(["things/a", "things/c"]) != [None, None]
    left = tmp_path / "left" / "store.sqlite3"
    path = tmp_path / "store.sqlite3"
    assert power.left_behind(path, left, power.noted(path)) > 0
    store.close()
    after = SqliteStore(left)
    assert [found and found.data for found in after.get_many(["things/a", "things/b", "things/c"])] == [{"n": 1}, {"n": 1}, None]
    after.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_power_cuts_that_take_what_was_not_written_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """At random moments everything dies and the queue forgets its last claims and answers: every file ends once all the same."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    rng, settings = random.Random(seed), Settings(data_dir=tmp_path / "data", sweep_seconds=0.5)
    with disturbed.opened(settings) as site:
        run_id = submitted(site.kernel, TASKS)
    for _ in range(3):
        with powered(settings):
            time.sleep(rng.uniform(1, 2.5))
        power.cut(settings.data_dir / "queue.sqlite3")
    with disturbed.opened(settings) as site, powered(settings):
        until(lambda: ended(site, run_id), "the run does not end")
        check(site, run_id, TASKS)
