"""What the product's queues promise their worker where Cloud Tasks delivers: the rules that deployment reads, kept by the double."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
import pytest

from sheaf.adapters.queue.cloud_tasks import CloudTasksQueue
from sheaf.ports.queue import Message
from sheaf.services.messages import QUEUES
from tests.contract.adapters import RULES
from tests.contract.clock import TestClock
from tests.contract.sink import Reply
from tests.contract.tasks import HandBench, by_hand
from tools.emulators.tasks import Faults

FILES = next(rule for rule in RULES if rule.name == "files")


@dataclass(frozen=True, slots=True)
class Delivering:
    """Our queue, what delivers it, and the worker behind."""

    queue: CloudTasksQueue
    bench: HandBench

    def send(self, *names: str, queue: str = "files", delay: float = 0, **payload: Any) -> int:
        """Enqueue messages of these names."""
        due = self.bench.double.dispatcher.clock.now() + timedelta(seconds=delay) if delay else None
        return self.queue.enqueue([Message(queue=queue, name=name, payload=payload, not_before=due) for name in names])


@pytest.fixture
def delivering(clock: TestClock) -> Iterator[Delivering]:
    """The suite's queues on a double that is moved by hand."""
    with by_hand(clock=clock) as bench, closing(bench.sender(RULES, clock)) as queue:
        yield Delivering(queue, bench)


def test_what_is_enqueued_is_delivered(delivering: Delivering) -> None:
    """With its payload as it was, as a first try, once, and then it is known no more as waiting."""
    payload: dict[str, Any] = {"kind": "task", "n": [1, 2.5, None, True, {"ä": "\x00\n"}]}
    assert delivering.send("a", **payload) == 1
    (call,) = delivering.bench.settle()
    assert (call.task, call.retry, orjson.loads(call.body)) == ("a", 0, payload)
    assert call.headers["x-cloudtasks-queuename"] == "files"
    assert not delivering.queue.holds("files", "a")


def test_a_name_is_known_for_a_while_after(delivering: Delivering) -> None:
    """A message that is done is not delivered again for the asking."""
    delivering.send("a")
    delivering.bench.settle()
    assert delivering.send("a") == 0
    assert len(delivering.bench.advance(60)) == 1


def test_nothing_is_delivered_before_its_time(delivering: Delivering) -> None:
    """Nor much after it."""
    delivering.send("a", delay=10)
    assert delivering.bench.advance(9.999_999) == []
    assert delivering.queue.holds("files", "a")
    assert len(delivering.bench.advance(0.000_001)) == 1


def test_a_failure_backs_off(delivering: Delivering) -> None:
    """Twice as long each time, up to the rule's longest, and retry counts on."""
    delivering.bench.sink.reply(*[500] * 6)
    delivering.send("a")
    delivering.bench.settle()
    for retry, pause in enumerate([2, 4, 8, 16, 30, 30], start=1):
        assert len(delivering.bench.advance(pause - 0.000_001)) == retry
        assert [call.retry for call in delivering.bench.advance(0.000_001)] == list(range(retry + 1))
    assert not delivering.queue.holds("files", "a")


def test_what_is_not_answered_is_delivered_again(delivering: Delivering) -> None:
    """At the rule's deadline it counts as failed, while the worker may live on; its late answer does not count."""
    delivering.bench.sink.reply(Reply(held=True))
    delivering.send("a")
    delivering.bench.sink.wait(1)
    delivering.bench.jump(FILES.deadline_s - 0.000_001)
    assert delivering.bench.double.dispatcher.registry.running == 1
    delivering.bench.jump(0.000_001)
    assert delivering.queue.holds("files", "a")
    delivering.bench.sink.release.set()
    delivering.bench.settle()
    assert delivering.queue.holds("files", "a")
    assert [call.retry for call in delivering.bench.advance(FILES.min_backoff_s)] == [0, 1]
    assert not delivering.queue.holds("files", "a")


def test_nothing_is_given_up(delivering: Delivering) -> None:
    """A message that fails for hours is still there: what is given up is the product's decision."""
    delivering.bench.sink.reply(*[500] * 300)
    delivering.send("a")
    assert len(delivering.bench.advance(2 * 3_600)) > 200
    assert delivering.queue.holds("files", "a")


def test_a_queue_keeps_its_pace(delivering: Delivering) -> None:
    """Ten a second behind a burst of a second's worth."""
    delivering.send(*[f"m{number}" for number in range(40)], queue="paced")
    assert [len(delivering.bench.settle()), len(delivering.bench.advance(1)), len(delivering.bench.advance(1))] == [10, 20, 30]


def test_the_product_s_own_queues_keep_to_500_a_second(clock: TestClock) -> None:
    """A pile of files leaves at that rate behind a burst of a second's worth, and the steps of other runs do not wait for it."""
    with by_hand(clock=clock) as bench, closing(bench.sender(QUEUES, clock)) as queue:
        queue.enqueue([Message(queue="files", name=f"f{number}", payload={}) for number in range(700)])
        assert [len(bench.settle()), len(bench.advance(0.1)), len(bench.advance(0.1))] == [500, 550, 600]
        queue.enqueue([Message(queue="steps", name="s", payload={})])
        assert "s" in [call.task for call in bench.settle()]


def test_one_at_a_time(delivering: Delivering) -> None:
    """A queue of concurrency one delivers the next when the last is answered."""
    delivering.bench.sink.reply(Reply(held=True))
    delivering.send("a", "b", "c", queue="single")
    delivering.bench.sink.wait(1)
    delivering.bench.jump(5)
    assert len(delivering.bench.sink.received) == 1
    delivering.bench.sink.release.set()
    assert sorted(call.task for call in delivering.bench.settle()) == ["a", "b", "c"]


def test_a_slow_queue_does_not_stop_the_others(delivering: Delivering) -> None:
    """What waits for its turn leaves the others theirs."""
    delivering.send(*[f"p{number}" for number in range(20)], queue="paced")
    delivering.send("f")
    assert "f" in [call.task for call in delivering.bench.settle()]


@pytest.mark.parametrize(
    "faults", [Faults(lost_answers=0.4), Faults(lost_requests=0.4), Faults(duplicates=0.4), Faults(shuffled=True)], ids=str
)
def test_deliveries_are_made_at_least_once(delivering: Delivering, faults: Faults) -> None:
    """Whatever is lost, doubled or shuffled on the way, every message arrives, and none is left."""
    names = {f"m{number}" for number in range(40)}
    delivering.bench.double.go_wrong(faults)
    delivering.send(*sorted(names))
    delivering.bench.advance(3_600)
    assert set(delivering.bench.sink.names) == names
    assert not any(delivering.queue.holds("files", name) for name in names)
