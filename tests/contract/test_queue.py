"""The consumers' side of the queues that bring their own, sentence by sentence; the sender's is in ``test_queue_sender.py``."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sheaf.adapters.queue.embedded import EmbeddedQueue, QueueStats, opened
from sheaf.adapters.queue.intake import REMEMBERED
from sheaf.domain.errors import InvalidInput
from sheaf.ports.queue import Message
from sheaf.settings import Settings
from tests.contract.adapters import RULES, QueueAdapter
from tests.contract.clock import TestClock

FILES = next(rule for rule in RULES if rule.name == "files")


def message(name: str, queue: str = "files", **payload: Any) -> Message:
    """A message of that name."""
    return Message(queue=queue, name=name, payload=payload)


def names(queue: EmbeddedQueue, limit: int = 100, consumer: str = "one") -> list[str]:
    """The names of what can be claimed now."""
    return [delivery.name for delivery in queue.claim(consumer, limit)]


def test_what_is_enqueued_is_delivered(queue: EmbeddedQueue) -> None:
    """A message comes once, with its payload as it was, as a first try; while it is out nobody else gets it."""
    payload = {"kind": "task", "n": [1, 2.5, None, True, {"ä": "\x00\n"}]}
    assert queue.enqueue([Message(queue="files", name="a", payload=payload)]) == 1
    (delivery,) = queue.claim("one", 5)
    assert (delivery.queue, delivery.name, delivery.payload, delivery.retry) == ("files", "a", payload, 0)
    assert queue.claim("two", 5) == []
    assert queue.ack(delivery)
    assert queue.claim("two", 5) == []
    assert queue.next_due() is None


def test_nothing_enqueued_is_nothing(queue: EmbeddedQueue) -> None:
    """No messages are no error; an empty queue gives nothing and waits for nothing."""
    assert queue.enqueue([]) == 0
    assert queue.claim("one", 5) == []
    assert queue.next_due() is None


def test_a_name_is_known_while_the_message_lives(queue: EmbeddedQueue) -> None:
    """A second message of the name is left out without error: waiting, delivered, failed, or in the same call."""
    assert queue.enqueue([message("a", n=1), message("a", n=2), message("b")]) == 2
    assert queue.enqueue([message("a", n=3), message("c")]) == 1
    first = queue.claim("one", 1)[0]
    assert first.payload == {"n": 1}
    assert queue.enqueue([message("a")]) == 0
    queue.fail(first)
    assert queue.enqueue([message("a")]) == 0


def test_a_name_is_known_for_a_while_after(queue: EmbeddedQueue, clock: TestClock) -> None:
    """It is left out for the time names are remembered, and new afterwards: as if it had never been."""
    queue.enqueue([message("a", n=1)])
    queue.fail(queue.claim("one", 1)[0], timedelta(0))
    queue.ack(queue.claim("one", 1)[0])
    assert not queue.holds("files", "a")
    clock.advance(REMEMBERED.total_seconds() - 1)
    assert queue.enqueue([message("a")]) == 0
    clock.advance(1)
    assert queue.enqueue([message("a", n=2)]) == 1
    (delivery,) = queue.claim("one", 5)
    assert (delivery.payload, delivery.retry) == ({"n": 2}, 0)


def test_holds_knows_what_waits_or_is_delivered(queue: EmbeddedQueue, clock: TestClock) -> None:
    """True from accepting until acknowledging, delayed or failed ones too; false before, after, and on other queues."""
    assert not queue.holds("files", "a")
    queue.enqueue([Message(queue="files", name="a", payload={}, not_before=clock.now() + timedelta(days=1))])
    assert queue.holds("files", "a")
    assert not queue.holds("steps", "a")
    clock.advance(86_400)
    delivery = queue.claim("one", 1)[0]
    assert queue.holds("files", "a")
    queue.fail(delivery)
    assert queue.holds("files", "a")
    clock.advance(60)
    queue.ack(queue.claim("one", 1)[0])
    assert not queue.holds("files", "a")


def test_nothing_is_delivered_before_its_time(queue: EmbeddedQueue, clock: TestClock) -> None:
    """A delayed message is not there a microsecond early and is there on time; next_due names that time."""
    due = clock.now() + timedelta(seconds=10)
    queue.enqueue([Message(queue="files", name="a", payload={}, not_before=due)])
    assert queue.next_due() == due
    clock.advance(10 - 1e-6)
    assert names(queue) == []
    clock.advance(1e-6)
    assert names(queue) == ["a"]


def test_a_time_that_is_over_is_at_once(queue: EmbeddedQueue, clock: TestClock) -> None:
    """A message that should have been delivered yesterday does not overtake one that waits since before."""
    queue.enqueue([message("a")])
    clock.advance(1)
    queue.enqueue([Message(queue="files", name="b", payload={}, not_before=clock.now() - timedelta(days=1))])
    assert names(queue) == ["a", "b"]


def test_a_claim_is_no_larger_than_asked(queue: EmbeddedQueue) -> None:
    """The limit holds over all queues; the rest stays for others."""
    queue.enqueue([message(f"m{n}", queue) for queue in ("files", "steps") for n in range(3)])
    assert [len(names(queue, 4, "one")), len(names(queue, 4, "two")), len(names(queue, 4, "one"))] == [4, 2, 0]


def test_the_urgent_come_first(queue: EmbeddedQueue, clock: TestClock) -> None:
    """By priority, and in one queue by the time they are due."""
    queue.enqueue([message("f1"), Message(queue="files", name="f3", payload={}, not_before=clock.now() + timedelta(seconds=2))])
    clock.advance(1)
    queue.enqueue([message("f2"), message("s1", "single")])
    clock.advance(2)
    queue.enqueue([message("u", "steps")])
    assert names(queue) == ["u", "f1", "f2", "f3", "s1"]


def test_a_failure_backs_off(queue: EmbeddedQueue, clock: TestClock) -> None:
    """Each failure puts the next try off twice as long, up to the longest, and raises retry by one."""
    queue.enqueue([message("a")])
    for retry, pause in enumerate([2, 4, 8, 16, 30, 30]):
        (delivery,) = queue.claim("one", 1)
        assert delivery.retry == retry
        assert queue.fail(delivery)
        assert queue.next_due() == clock.now() + timedelta(seconds=pause)
        clock.advance(pause - 1e-6)
        assert names(queue) == []
        clock.advance(1e-6)


def test_a_failure_can_name_its_pause(queue: EmbeddedQueue, clock: TestClock) -> None:
    """With a delay, the next try comes just then, at once for none."""
    queue.enqueue([message("a")])
    queue.fail(queue.claim("one", 1)[0], timedelta(0))
    delivery = queue.claim("one", 1)[0]
    queue.fail(delivery, timedelta(hours=2))
    assert (delivery.retry, queue.next_due()) == (1, clock.now() + timedelta(hours=2))


def test_what_is_not_answered_is_delivered_again(queue: EmbeddedQueue, clock: TestClock) -> None:
    """At the queue's deadline a delivery counts as failed: it is made again after the back-off, as another try."""
    queue.enqueue([message("a")])
    assert names(queue) == ["a"]
    deadline = clock.now() + timedelta(seconds=FILES.deadline_s)
    assert queue.next_due() == deadline
    clock.advance(FILES.deadline_s - 1e-6)
    assert names(queue, consumer="two") == []
    clock.advance(1e-6)
    assert names(queue, consumer="two") == []
    assert queue.next_due() == deadline + timedelta(seconds=FILES.min_backoff_s)
    clock.advance(FILES.min_backoff_s)
    (delivery,) = queue.claim("two", 1)
    assert delivery.retry == 1


@pytest.mark.parametrize("late", ["ack", "fail"])
def test_a_late_answer_does_not_count(queue: EmbeddedQueue, clock: TestClock, late: str) -> None:
    """The answer to a delivery that was made again changes nothing: not while it waits, nor while another has it, nor when it is done."""
    queue.enqueue([message("a")])
    (old,) = queue.claim("one", 1)
    answer = queue.ack if late == "ack" else queue.fail
    clock.advance(FILES.deadline_s)
    assert names(queue) == []
    assert not answer(old)
    clock.advance(FILES.min_backoff_s)
    (new,) = queue.claim("one", 1)
    assert not answer(old)
    assert queue.holds("files", "a")
    assert queue.ack(new)
    assert not answer(old)
    assert not queue.ack(new)
    assert queue.next_due() is None


def test_answers_in_batches(queue: EmbeddedQueue, clock: TestClock) -> None:
    """ack_many says how many counted, and leaves out those that do not."""
    queue.enqueue([message(f"m{n}") for n in range(5)])
    old = queue.claim("one", 2)
    clock.advance(FILES.deadline_s)
    new = queue.claim("one", 5)
    assert queue.ack_many([*old, *new]) == 3
    assert queue.ack_many([]) == 0
    clock.advance(FILES.min_backoff_s)
    assert [delivery.retry for delivery in queue.claim("one", 5)] == [1, 1]


def test_a_dead_consumer_is_released(queue: EmbeddedQueue) -> None:
    """What it held comes back at once as another try, and what others hold does not; its answers no longer count."""
    queue.enqueue([message(f"m{n}") for n in range(4)])
    held = queue.claim("dead", 3)
    queue.claim("alive", 1)
    assert queue.holders() == {"dead", "alive"}
    assert queue.release("dead") == 3
    assert queue.release("dead") == 0
    assert queue.ack_many(held) == 0
    again = queue.claim("alive", 5)
    assert sorted((delivery.name, delivery.retry) for delivery in again) == [("m0", 1), ("m1", 1), ("m2", 1)]
    assert queue.holders() == {"alive"}


def test_what_was_not_begun_is_given_back(queue: EmbeddedQueue) -> None:
    """It comes again at once and counts as no try, unless it is another's by now."""
    queue.enqueue([message(f"m{n}") for n in range(3)])
    held = queue.claim("one", 3)
    queue.ack(held[0])
    assert queue.give_back(held) == 2
    assert queue.give_back(held) == 0
    assert [(delivery.name, delivery.retry) for delivery in queue.claim("other", 5)] == [("m1", 0), ("m2", 0)]
    assert queue.holders() == {"other"}


def test_an_installation_of_one_s_own_is_not_held_to_the_managed_queue_s_rate(tmp_path: Path, clock: TestClock) -> None:
    """Its own workers are its limit."""
    queue = opened(Settings(data_dir=tmp_path / "data"), clock)
    queue.enqueue([Message(queue=FILES.name, name=f"m{n}", payload={}) for n in range(3000)])
    assert sum(len(queue.claim("one", 100)) for _ in range(10)) == 1000
    queue.close()


def test_a_queue_keeps_its_pace(queue: EmbeddedQueue, clock: TestClock) -> None:
    """Ten a second: a small burst when rested, then one each tenth of a second, whoever claims."""
    queue.enqueue([message(f"m{n}", "paced") for n in range(100)])
    assert len(names(queue)) == 2
    assert queue.next_due() == clock.now() + timedelta(seconds=0.1)
    taken = 0
    for step in range(100):
        clock.advance(0.05)
        taken += len(names(queue, consumer=f"c{step}"))
    assert 49 <= taken <= 51


def test_pace_holds_across_opened_queues(queue: EmbeddedQueue, queue_adapter: QueueAdapter, tmp_path: Path, clock: TestClock) -> None:
    """Two that have the file open share one rate and one limit on concurrency."""
    other = queue_adapter.open(tmp_path, clock)
    queue.enqueue([message(f"m{n}", "paced") for n in range(10)] + [message(f"m{n}", "single") for n in range(3)])
    assert [len(names(queue)), len(names(other))] == [3, 0]
    other.close()


def test_one_at_a_time(queue: EmbeddedQueue, clock: TestClock) -> None:
    """A queue of concurrency one delivers the next when the last is answered, failed or lost, and not before."""
    queue.enqueue([message("a", "single"), message("b", "single"), message("c", "single")])
    (first,) = queue.claim("one", 5)
    assert queue.claim("two", 5) == []
    queue.ack(first)
    (second,) = queue.claim("two", 5)
    queue.fail(second, timedelta(days=1))
    assert names(queue) == ["c"]
    clock.advance(601)
    assert queue.claim("two", 5) == []
    clock.advance(1)
    assert names(queue) == ["c"]


def test_a_slow_queue_does_not_stop_the_others(queue: EmbeddedQueue) -> None:
    """What a full queue cannot deliver leaves room for less urgent ones."""
    queue.enqueue([message(f"p{n}", "paced") for n in range(9)] + [message(f"s{n}", "single") for n in range(9)] + [message("f")])
    assert names(queue) == ["f", "p0", "p1", "s0"]


def test_a_paused_queue_waits(queue: EmbeddedQueue, queue_adapter: QueueAdapter, tmp_path: Path, clock: TestClock) -> None:
    """While paused nothing is delivered, for others that open the file too; accepting and answering go on."""
    queue.enqueue([message("a")])
    (delivery,) = queue.claim("one", 1)
    queue.pause("files")
    assert queue.enqueue([message("b"), message("u", "steps")]) == 2
    other = queue_adapter.open(tmp_path, clock)
    assert names(other) == ["u"]
    assert queue.ack(delivery)
    other.resume("files")
    other.close()
    assert names(queue) == ["b"]


def test_a_paused_queue_is_not_due(queue: EmbeddedQueue) -> None:
    """Nobody is to wake up for what waits on a paused queue."""
    queue.enqueue([message("a")])
    queue.pause("files")
    assert queue.next_due() is None


def test_a_queue_can_be_emptied(queue: EmbeddedQueue, clock: TestClock) -> None:
    """All that waits goes, of this queue only; what is being delivered stays, and the names are free again."""
    queue.enqueue([message("out")])
    (delivery,) = queue.claim("one", 1)
    queue.enqueue(
        [message("a"), Message(queue="files", name="b", payload={}, not_before=clock.now() + timedelta(days=1)), message("u", "steps")]
    )
    assert queue.purge("files") == 2
    assert names(queue) == ["u"]
    assert queue.ack(delivery)
    assert queue.enqueue([message("a")]) == 1


@pytest.mark.parametrize("act", ["pause", "resume", "purge"])
def test_an_unknown_queue_is_refused(queue: EmbeddedQueue, act: str) -> None:
    """What is asked of a queue that is not there is InvalidInput that names those that are."""
    with pytest.raises(InvalidInput, match="files, paced, single, steps"):
        getattr(queue, act)("nowhere")


def test_statistics_tell_how_queues_stand(queue: EmbeddedQueue, clock: TestClock) -> None:
    """Waiting, delayed, running, since when, and whether paused; every queue, the most urgent first."""
    began = clock.now()
    queue.enqueue([message(f"m{n}") for n in range(3)])
    queue.enqueue([Message(queue="files", name="later", payload={}, not_before=began + timedelta(days=1)), message("u", "steps")])
    queue.claim("one", 1)
    clock.advance(5)
    queue.ack_many(queue.claim("one", 1))
    queue.pause("paced")
    stats = queue.stats()
    assert [stat.queue for stat in stats] == ["steps", "files", "paced", "single"]
    assert stats[0] == QueueStats(queue="steps", waiting=0, delayed=0, running=1, oldest_due=None, paused=False)
    assert stats[1] == QueueStats(queue="files", waiting=2, delayed=1, running=0, oldest_due=began, paused=False)
    assert stats[2].paused


def test_what_was_accepted_is_there_when_opened_again(
    queue: EmbeddedQueue, queue_adapter: QueueAdapter, tmp_path: Path, clock: TestClock
) -> None:
    """Messages, deliveries and names outlive the queue that was opened."""
    queue.enqueue([message("a"), message("b"), message("c")])
    held = queue.claim("one", 2)
    queue.ack(held[0])
    other = queue_adapter.open(tmp_path, clock)
    assert names(other) == ["c"]
    assert other.enqueue([message("a"), message("b")]) == 0
    assert other.ack(held[1])
    other.close()
    assert queue_adapter.raw(tmp_path) == {"c"}


def test_a_clock_that_is_set_back_stops_nothing_for_good(queue: EmbeddedQueue, clock: TestClock) -> None:
    """After the clock went back an hour, what waits and what comes is delivered in pace, and what is lost comes back in time."""
    queue.enqueue([message(f"m{n}", "paced") for n in range(4)])
    assert names(queue) == ["m0", "m1"]
    clock.advance(-3_600)
    assert queue.next_due() == clock.now()
    assert names(queue) == ["m2", "m3"]
    queue.enqueue([message("new"), message("last", "paced")])
    assert names(queue) == ["new"]
    clock.advance(0.1)
    assert names(queue) == ["last"]
    clock.advance(610)
    names(queue)
    clock.advance(10)
    assert Counter(names(queue) + names(queue)) == Counter(["m0", "m1", "new"])
