"""Files that hang, crash or swell whoever reads them: each fails by itself, and takes no worker down even once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from sheaf.domain.states import RunStatus, TaskStatus
from sheaf.http.machinery import internal_key
from sheaf.http.worker import create_app
from sheaf.services import retry
from sheaf.settings import Settings
from tests.faults import hostile
from tests.faults.kit import TENANT, Bench
from tests.faults.promises import check_ended

FILES = [b"ok", b"hang", b"rows 3", b"crash", b"corrupt", b"ok"]
CAUSES = {"timeout": 1, "crashed": 1, "corrupt": 1}


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """An installation whose files are read apart."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    with hostile.reading_apart() as made:
        yield made


def dispatched(engine: Bench, *contents: bytes) -> tuple[str, list[tuple[str, str]]]:
    """A run at work, and the calls for its files."""
    run_id = engine.submitted(contents)
    while steps := [key for key in engine.queue.due() if key[0] == "steps"]:
        engine.queue.deliver(engine.kernel, steps[0])
    return run_id, [key for key in engine.queue.waiting if key[0] == "files"]


def test_each_fails_by_itself_and_the_others_are_read(engine: Bench) -> None:
    """One attempt each, with the category that fits; nobody is taken for lost."""
    run_id, _ = dispatched(engine, *FILES)
    engine.heal()
    run = engine.get(run_id)
    assert (run.status, run.counts.failures, run.counts.completed) == (RunStatus.PARTIALLY_COMPLETED, CAUSES, 3)
    assert [task.lost_count + task.retry_count for task in engine.tasks(run_id)] == [0] * len(FILES)
    assert run.counts.usage.rows == 5
    check_ended(engine.kernel, TENANT, run_id)


def test_one_that_hangs_is_put_off_for_those_it_came_with(engine: Bench) -> None:
    """They end without it, which is done alone afterwards and with all the time there is."""
    run_id, keys = dispatched(engine, *FILES)
    engine.queue.deliver_together(engine.kernel, keys)
    status = [task.status for task in engine.tasks(run_id)]
    assert status[1] is TaskStatus.QUEUED
    assert {*status[:1], *status[2:]} == {TaskStatus.COMPLETED, TaskStatus.FAILED}
    [alone] = [engine.queue.waiting[key] for key in engine.queue.due() if key[0] == "files"]
    assert "bytes" not in alone.payload
    engine.heal()
    assert engine.get(run_id).counts.failures == CAUSES
    assert [len(task.attempts) for task in engine.tasks(run_id)] == [0, 1, 0, 1, 1, 0]


def test_a_function_goes_on_answering(engine: Bench, tmp_path: Path) -> None:
    """The queue is told that each delivery is done with, since none of them would come to more a second time."""
    run_id, keys = dispatched(engine, *FILES)
    settings = Settings(data_dir=tmp_path)
    client = create_app(engine.kernel, settings).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {internal_key(settings)}"
    for key in keys:
        delivery = engine.queue.delivery(key)
        headers = {"X-CloudTasks-QueueName": delivery.queue, "X-CloudTasks-TaskName": delivery.name, "X-CloudTasks-TaskRetryCount": "0"}
        answer = client.post("/", data=orjson.dumps(dict(delivery.payload)), headers=headers)
        assert (answer.status_code, answer.json) == (200, {"outcome": "done"})
        engine.queue.waiting.pop(key)
    engine.heal()
    assert engine.get(run_id).counts.failures == CAUSES


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory (setrlimit(2))")
def test_one_that_swells_fails_as_too_large(engine: Bench) -> None:
    """The worker's own memory is none of its business."""
    assert engine.finished([b"swell", b"ok"]).counts.failures == {"too_large": 1}


def test_a_retry_tries_it_again(engine: Bench) -> None:
    """What took too long once may have met a busy machine; a person may ask for it."""
    run_id, _ = dispatched(engine, b"hang", b"ok")
    engine.heal()
    retry.retry_failed(engine.kernel, TENANT, run_id)
    engine.heal()
    assert [len(task.attempts) for task in engine.tasks(run_id)] == [2, 0]
