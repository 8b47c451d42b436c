"""The wire of Cloud Tasks, as the double and an independent emulator both speak it: what one of them alone understands is no protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from google.cloud.tasks_v2 import types

from sheaf.adapters.clock import SystemClock
from sheaf.ports.queue import Message, QueueRule
from sheaf.services.messages import QUEUES
from tests.contract.tasks import Bench, on_double, on_emulator, on_process

SIDES: dict[str, Callable[[], AbstractContextManager[Bench]]] = {"double": on_double, "emulator": on_emulator}


@pytest.fixture(params=SIDES.values(), ids=list(SIDES))
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A place of its own on each side, and a worker that notes its calls."""
    with request.param() as made:
        yield made


def test_queues_are_made_listed_and_removed(bench: Bench) -> None:
    """CreateQueue, GetQueue, ListQueues, DeleteQueue."""
    one, other = bench.queue("one"), bench.queue("two")
    assert bench.client.get_queue(name=one).state == types.Queue.State.RUNNING
    assert sorted(queue.name for queue in bench.client.list_queues(parent=bench.location)) == [one, other]
    bench.client.delete_queue(name=one)
    assert [queue.name for queue in bench.client.list_queues(parent=bench.location)] == [other]


def test_a_paused_queue_holds_its_tasks(bench: Bench) -> None:
    """PauseQueue, CreateTask, ListTasks, ResumeQueue."""
    queue = bench.queue()
    assert bench.client.pause_queue(name=queue).state == types.Queue.State.PAUSED
    assert bench.task(queue, "a").name == f"{queue}/tasks/a"
    bench.task(queue, "b")
    assert sorted(bench.left(queue)) == ["a", "b"]
    assert bench.client.resume_queue(name=queue).state == types.Queue.State.RUNNING
    assert sorted(call.task for call in bench.sink.wait(2)) == ["a", "b"]


def test_a_queue_is_purged(bench: Bench) -> None:
    """PurgeQueue."""
    queue = bench.queue()
    bench.client.pause_queue(name=queue)
    bench.task(queue, "a")
    bench.client.purge_queue(name=queue)
    assert bench.left(queue) == []


def test_a_task_calls_its_target(bench: Bench) -> None:
    """By method and URL, with its body, its own headers and those that tell the delivery."""
    headers = {"Content-Type": "application/json", "X-Own": "1"}
    bench.task(bench.queue(), "a", request={"url": f"{bench.sink.url}?x=1", "body": b'{"n": 1}', "headers": headers})
    (call,) = bench.sink.wait(1)
    assert (call.method, call.path, call.body) == ("POST", "/call?x=1", b'{"n": 1}')
    assert (call.headers["content-type"], call.headers["x-own"]) == ("application/json", "1")
    assert (call.task, call.retry) == ("a", 0)
    assert call.headers["x-cloudtasks-queuename"].endswith("work")


def test_a_failed_task_calls_again(bench: Bench) -> None:
    """And counts its retries."""
    bench.sink.reply(500, 500)
    queue = bench.queue(retry_config={"min_backoff": {"nanos": 1_000_000}, "max_backoff": {"nanos": 2_000_000}})
    bench.task(queue, "a")
    assert [call.retry for call in bench.sink.wait(3)] == [0, 1, 2]


def test_a_task_of_later_waits(bench: Bench) -> None:
    """While those that are due are delivered; RunTask delivers it all the same."""
    queue = bench.queue()
    later = bench.task(queue, "later", schedule_time=datetime.now(UTC) + timedelta(hours=1))
    bench.task(queue, "due")
    assert [call.task for call in bench.sink.wait(1)] == ["due"]
    bench.client.run_task(name=later.name)
    assert [call.task for call in bench.sink.wait(2)] == ["due", "later"]


def test_our_messages_arrive_as_the_worker_reads_them(bench: Bench) -> None:
    """What the adapter sends is delivered by either side: JSON, named, delayed where it is to be."""
    queue = bench.sender([QueueRule(name="files")], SystemClock())
    payload = {"kind": "task", "tenant": "ä", "n": [1, None]}
    due = datetime.now(UTC) + timedelta(hours=1)
    sent = [Message(queue="files", name="later", payload={}, not_before=due), Message(queue="files", name="a", payload=payload)]
    try:
        assert queue.enqueue(sent) == 2
        (call,) = bench.sink.wait(1)
    finally:
        queue.close()
    assert (call.task, call.retry, orjson.loads(call.body)) == ("a", 0, payload)
    assert call.headers["content-type"] == "application/json"


def test_the_double_serves_as_a_process() -> None:
    """As ``python -m tools.emulators.tasks``, with the product's queues set up on it."""
    with on_process() as bench, closing(bench.sender(QUEUES, SystemClock())) as queue:
        assert queue.enqueue([Message(queue="files", name="a", payload={"n": 1})]) == 1
        (call,) = bench.sink.wait(1)
        assert orjson.loads(call.body) == {"n": 1}
        assert call.headers["authorization"].startswith("Bearer ")
