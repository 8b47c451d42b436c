"""An import that is crashed, doubled and overtaken at every call: each file of the folder is in the run once, and none is missing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from sheaf.domain.errors import SheafError
from sheaf.domain.imports import ImportStatus
from sheaf.ports.queue import Delivery
from sheaf.services import imports, sweep, worker
from tests.faults.elsewhere import URL, Bucket
from tests.faults.kit import AGES, TENANT, Bench, bench, fast_folder
from tests.faults.promises import check_ended
from tests.faults.tools import Call, Crash, CrashAt, Flaky, watched

NAMES = [f"{number:02d}" for number in range(8)]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """An installation with a folder elsewhere, whose imports commit after every few files."""
    monkeypatch.setattr(imports, "_BATCH", 3)
    with fast_folder() as folder:
        made = bench(Path(folder))
        bucket = Bucket()
        for name in NAMES:
            bucket.write(f"in/{name}", b"ok")
        made.kernel = replace(made.kernel, folders=bucket.folder)
        yield made
        made.kernel.store.close()


def settle(engine: Bench, run_id: str) -> None:
    """What comes by itself after a crash: the queue delivers again, the sweeper looks for what was lost."""
    for _ in range(5):
        engine.drain()
        engine.clock.move(AGES)
        sweep.sweep(engine.kernel)
    engine.drain()
    assert all(each.ended for each in imports.listing(engine.kernel, TENANT, run_id))


def check(engine: Bench, run_id: str) -> None:
    """Each file once, in order, and the run reads them all."""
    done = imports.listing(engine.kernel, TENANT, run_id)
    assert [each.status for each in done] == [ImportStatus.COMPLETED] * len(done)
    tasks = engine.tasks(run_id)
    if done:
        assert sorted(task.filename for task in tasks) == NAMES
        assert len({task.position for task in tasks}) == len(NAMES)
        assert sum(each.imported for each in done) == len(NAMES)
        engine.submit(run_id)
        engine.heal()
        check_ended(engine.kernel, TENANT, run_id)
        assert engine.get(run_id).tasks_total == len(NAMES)


@pytest.mark.parametrize("after_it", [False, True], ids=["before", "after"])
def test_a_crash_at_every_call(engine: Bench, *, after_it: bool) -> None:
    """Whichever call the process dies at, from the request on, the import comes to the same."""
    number, hit, whole = 0, True, engine.kernel
    while hit:
        run_id, crash = engine.run([]), CrashAt(number, after_it)
        engine.kernel = watched(whole, crash)
        with suppress(Crash, SheafError):
            imports.start(engine.kernel, TENANT, run_id, url=f"{URL}/in")
            while due := engine.queue.due():
                engine.deliver(due[0])
        engine.kernel = whole
        settle(engine, run_id)
        check(engine, run_id)
        number, hit = number + 1, crash.hit
    assert number > 50


@pytest.mark.parametrize("seed", range(4))
def test_an_outside_that_often_fails(engine: Bench, seed: int) -> None:
    """With a tenth of all calls unanswered, half of them after they took effect, nothing is lost or doubled."""
    run_id, whole = engine.run([]), engine.kernel
    imports.start(engine.kernel, TENANT, run_id, url=f"{URL}/in")
    engine.kernel = watched(whole, Flaky(random.Random(seed), 0.1))
    with suppress(SheafError):
        engine.drain()
    engine.kernel = whole
    settle(engine, run_id)
    check(engine, run_id)


def test_two_calls_and_two_imports_at_once(engine: Bench) -> None:
    """Wherever a second delivery, or another import of the same folder, comes between two calls of the first, each file comes once."""
    number, more = 0, True
    while more:
        run_id = engine.run([])
        for _ in range(2):
            imports.start(engine.kernel, TENANT, run_id, url=f"{URL}/in")
        first, second = engine.queue.due()
        whole, between = engine.kernel, _Between(engine, number, [engine.queue.delivery(first), engine.queue.delivery(second)])
        with suppress(SheafError):
            worker.handle(watched(whole, between), engine.queue.delivery(first))
        settle(engine, run_id)
        check(engine, run_id)
        number, more = number + 1, between.done


class _Between:
    """Makes other deliveries before the ``number``-th call of the one that is watched."""

    def __init__(self, engine: Bench, number: int, deliveries: list[Delivery]) -> None:
        self._engine, self._left, self._deliveries = engine, number, deliveries
        self.done = False

    def before(self, _call: Call) -> None:
        """See :class:`tests.faults.tools.Hook`."""
        self._left -= 1
        if self._left == -1:
            self.done = True
            for delivery in self._deliveries:
                self._engine.again(delivery)

    def after(self, _call: Call) -> None:
        """See :class:`tests.faults.tools.Hook`."""
