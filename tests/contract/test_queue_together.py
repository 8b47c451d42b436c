"""A task queue used by many at once, and by some that die in the middle."""

from __future__ import annotations

import os
import random
import select
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from sheaf.adapters.queue import doorbell
from sheaf.adapters.queue.embedded import EmbeddedQueue
from sheaf.ports.queue import Message
from tests.contract import children
from tests.contract.adapters import QueueAdapter
from tests.contract.clock import TestClock

THREADS = 8
#: Far longer than anything here takes: whoever waits that long was not woken.
FOREVER_S = 120.0


def messages(number: int) -> list[Message]:
    """So many messages."""
    return [Message(queue="files", name=f"m{n}", payload={"n": n}) for n in range(number)]


def test_each_message_goes_to_one_consumer(queue: EmbeddedQueue, queue_adapter: QueueAdapter, tmp_path: Path) -> None:
    """Two processes that claim from one queue get every message once, between them."""
    queue.enqueue(messages(1_000))
    calls = [(queue_adapter.name, tmp_path, f"consumer-{n}", 1 + n) for n in range(2)]
    first, second = children.together(children.consume_all, calls)
    assert Counter(first + second) == Counter(f"m{n}" for n in range(1_000))


def test_a_name_is_new_once(queue_adapter: QueueAdapter, queue: EmbeddedQueue, tmp_path: Path) -> None:
    """Of names that two processes enqueue at once, each is new to one of them."""
    assert sum(children.together(children.enqueue_shared, [(queue_adapter.name, tmp_path, 150)] * 2)) == 150
    assert queue.stats()[1].waiting == 150


def test_threads_share_an_opened_queue(queue: EmbeddedQueue) -> None:
    """Threads that enqueue, claim and answer at once lose and double nothing."""
    done: list[str] = []

    def send(n: int) -> None:
        queue.enqueue([Message(queue="files", name=f"m{n}", payload={})])

    def consume(n: int) -> None:
        while len(done) < 200:
            claimed = queue.claim(f"thread-{n}", 3)
            assert queue.ack_many(claimed) == len(claimed)
            done.extend(delivery.name for delivery in claimed)

    with ThreadPoolExecutor(THREADS) as pool:
        consumers = [pool.submit(consume, n) for n in range(2)]
        list(pool.map(send, range(200)))
        for consumer in consumers:
            consumer.result()
    assert Counter(done) == Counter(f"m{n}" for n in range(200))


@pytest.mark.parametrize("seed", range(3))
def test_what_was_accepted_survives_kill_9(queue_adapter: QueueAdapter, tmp_path: Path, seed: int) -> None:
    """A process killed while it enqueues leaves every message it reported, and a queue that works."""
    reported = children.killed_after(children.enqueue_batches, (queue_adapter.name, tmp_path, 0), random.Random(seed).randint(1, 80))
    accepted = queue_adapter.raw(tmp_path)
    assert {f"{number}-{part}" for number in reported for part in range(children.BATCH)} <= accepted
    queue = queue_adapter.open(tmp_path, TestClock())
    assert {delivery.name for delivery in queue.claim("one", 10_000)} == accepted
    assert len(accepted) <= (len(reported) + 2) * children.BATCH
    queue.close()


@pytest.mark.parametrize("seed", range(3))
def test_a_killed_consumer_loses_nothing(queue_adapter: QueueAdapter, tmp_path: Path, seed: int) -> None:
    """What a killed process had acknowledged is never delivered again; all else is, what it held as another try."""
    queue = queue_adapter.open(tmp_path, TestClock())
    queue.enqueue(messages(600))
    reports = children.killed_after(children.consume, (queue_adapter.name, tmp_path, "dead"), random.Random(seed).randint(10, 700))
    acked = {name for what, name, _ in reports if what == "acked"}
    claimed = {name for what, name, _ in reports if what == "claimed"}
    held = queue.release("dead")
    again = queue.claim("alive", 1_000)
    assert len([delivery for delivery in again if delivery.retry]) == held <= children.BATCH
    assert not acked & {delivery.name for delivery in again}
    # An acknowledgement that was made but not reported any more may be missing.
    unknown = {f"m{n}" for n in range(600)} - acked - {delivery.name for delivery in again}
    assert unknown <= claimed
    assert len(unknown) <= children.BATCH
    queue.close()


@pytest.mark.parametrize("waker", ["enqueue", "delayed", "release", "resume", "wake"])
def test_waiting_ends_when_there_is_news(
    queue: EmbeddedQueue, queue_adapter: QueueAdapter, tmp_path: Path, clock: TestClock, waker: str
) -> None:
    """A consumer is woken by what another opener enqueues, also for later, by a release, by a resume, and by being called; by no claim."""
    other = queue_adapter.open(tmp_path, clock)
    wakers = {
        "enqueue": lambda: other.enqueue(messages(2)),
        "delayed": lambda: other.enqueue([Message(queue="files", name="late", payload={}, not_before=clock.now() + timedelta(1))]),
        "release": lambda: other.release("gone"),
        "resume": lambda: other.resume("files"),
        "wake": other.wake,
    }
    queue.enqueue(messages(1))
    queue.ack_many(queue.claim("gone", 1))
    other.enqueue([Message(queue="files", name="held", payload={})])
    queue.claim("gone", 1)
    queue.wait(0)
    while is_called(queue):
        queue.wait(0)
    other.claim("other", 1)
    assert not is_called(queue)
    wakers[waker]()
    assert is_called(queue)
    other.close()


def is_called(queue: EmbeddedQueue) -> bool:
    """Whether a consumer that waits at this opened queue would wake."""
    assert queue._bell is not None
    assert queue._bell._pipe is not None
    poll = select.poll()
    poll.register(queue._bell._pipe, select.POLLIN)
    return bool(poll.poll(0))


def test_waiting_is_no_longer_than_asked(queue: EmbeddedQueue) -> None:
    """Without any work, waiting ends by itself."""
    queue.wait(0.001)
    queue.wait(0)


def test_there_is_no_waiting_while_there_is_work(queue: EmbeddedQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a message can be claimed, wait returns without sleeping."""
    queue.enqueue(messages(1))
    monkeypatch.setattr(doorbell.Bell, "wait", lambda *_: pytest.fail("slept"))
    queue.wait(FOREVER_S)


def test_bells_of_the_dead_are_taken_down(queue_adapter: QueueAdapter, tmp_path: Path) -> None:
    """A pipe that nobody has open is removed by the next ring, those in use stay, and closing takes one's own down."""
    queue = queue_adapter.open(tmp_path, TestClock())
    queue.wait(0.001)
    bells = tmp_path / "queue.sqlite3-bells"
    (mine,) = bells.iterdir()
    os.mkfifo(bells / "dead")
    queue.wake()
    assert list(bells.iterdir()) == [mine]
    queue.close()
    assert list(bells.iterdir()) == []


def test_without_pipes_a_queue_works(queue: EmbeddedQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no pipe can be made, waiting only ends by time, and nothing fails."""

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "mkfifo", refuse)
    queue.wait(0.001)
    queue.enqueue(messages(1))
    assert len(queue.claim("one", 1)) == 1
