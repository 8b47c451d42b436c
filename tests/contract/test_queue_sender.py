"""What :class:`sheaf.ports.queue.TaskQueue` says, sentence by sentence, of every queue whoever consumes it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sheaf.adapters.queue.intake import REMEMBERED
from sheaf.domain.errors import InvalidInput
from sheaf.ports.queue import MAX_DELAY, MAX_PAYLOAD_BYTES, Message
from tests.contract.adapters import SENDERS, SenderAdapter, Sending
from tests.contract.clock import TestClock


@pytest.fixture(params=SENDERS.values(), ids=list(SENDERS))
def sending(request: pytest.FixtureRequest, tmp_path: Path, clock: TestClock) -> Iterator[Sending]:
    """An empty task queue of each kind that delivers nothing, on the test's clock."""
    adapter: SenderAdapter = request.param
    with adapter.open(tmp_path, clock) as opened:
        yield opened


def message(name: str, queue: str = "files", **payload: Any) -> Message:
    """A message of that name."""
    return Message(queue=queue, name=name, payload=payload)


def test_messages_are_accepted_and_counted(sending: Sending) -> None:
    """All of them, however many, and none is nothing."""
    assert sending.queue.enqueue([]) == 0
    assert sending.queue.enqueue([message(f"m{number}") for number in range(1_234)]) == 1_234
    assert sending.raw() == {f"m{number}" for number in range(1_234)}


def test_a_name_that_is_known_is_left_out(sending: Sending) -> None:
    """Without error, in a later call and in the same one."""
    assert sending.queue.enqueue([message("a", n=1), message("a", n=2), message("b")]) == 2
    assert sending.queue.enqueue([message("a", n=3), message("c")]) == 1
    assert sending.raw() == {"a", "b", "c"}


def test_names_belong_to_their_queue(sending: Sending) -> None:
    """The same name on two queues is two messages."""
    assert sending.queue.enqueue([message("a"), message("a", "steps")]) == 2
    assert sending.queue.enqueue([message("a"), message("a", "steps")]) == 0


def test_the_same_call_may_be_made_again(sending: Sending) -> None:
    """What was accepted of it is known, what was not is new."""
    call = [message(f"m{number}") for number in range(50)]
    sending.queue.enqueue(call[::3])
    assert sending.queue.enqueue(call) == 50 - len(call[::3])
    assert sending.queue.enqueue(call) == 0
    assert len(sending.raw()) == 50


def test_senders_at_once_agree_on_what_is_new(sending: Sending) -> None:
    """Of several who send the same names together, each name is new to one."""
    call = [message(f"m{number}") for number in range(60)]
    with ThreadPoolExecutor(4) as pool:
        counted = list(pool.map(sending.queue.enqueue, [call] * 4))
    assert sum(counted) == 60
    assert len(sending.raw()) == 60


def test_holds_knows_what_waits(sending: Sending, clock: TestClock) -> None:
    """Delayed messages too, for a day; not before they were accepted, and not on other queues."""
    assert not sending.queue.holds("files", "a")
    sending.queue.enqueue([Message(queue="files", name="a", payload={}, not_before=clock.now() + timedelta(days=1)), message("b")])
    assert [sending.queue.holds("files", name) for name in ("a", "b", "c")] == [True, True, False]
    assert not sending.queue.holds("steps", "a")


def test_names_are_remembered_while_their_messages_wait(sending: Sending, clock: TestClock) -> None:
    """However long that is."""
    sending.queue.enqueue([message("a")])
    clock.advance(100 * REMEMBERED.total_seconds())
    assert sending.queue.enqueue([message("a")]) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        message("a", "nowhere"),
        message("a", ""),
        message("a", "files/tasks"),
        message(""),
        message("a/b"),
        message("ä"),
        message("x" * 501),
        message("a", pad="x" * MAX_PAYLOAD_BYTES),
        message("a", n=math.nan),
        message("a", n=[math.inf]),
        message("a", n=2**64),
        message("a", n={1, 2}),
        message("a", n=b"x"),
        message("a", n="\ud800"),
        message("a", n=datetime(2026, 1, 1)),  # noqa: DTZ001 — naive on purpose
        Message(queue="files", name="a", payload={1: 2}),  # type: ignore[dict-item]  # wrong on purpose
        Message(queue="files", name="a", payload={}, not_before=datetime(2026, 1, 1)),  # noqa: DTZ001 — naive on purpose
        Message(queue="files", name="a", payload={}, not_before=TestClock().now() + MAX_DELAY + timedelta(seconds=1)),
    ],
    ids=lambda wrong: repr(wrong)[:60].encode("ascii", "replace").decode(),
)
def test_what_is_no_message_is_refused(sending: Sending, wrong: Message) -> None:
    """An unknown queue, an odd name, an oversized or non-JSON payload, too long a delay: InvalidInput, and none of the call is accepted."""
    with pytest.raises(InvalidInput):
        sending.queue.enqueue([message("good"), wrong])
    assert sending.raw() == set()


@pytest.mark.parametrize("queue", ["nowhere", "", "files/tasks"])
def test_an_unknown_queue_holds_nothing_to_be_asked_for(sending: Sending, queue: str) -> None:
    """It is refused by name, with those that there are."""
    with pytest.raises(InvalidInput, match="files, paced, single, steps"):
        sending.queue.holds(queue, "a")


def test_the_most_is_accepted(sending: Sending, clock: TestClock) -> None:
    """The longest name, the largest payload, the longest delay, one of the past."""
    pad = "x" * (MAX_PAYLOAD_BYTES - len('{"pad":""}'))
    ahead, past = clock.now() + MAX_DELAY, clock.now() - timedelta(days=1)
    delays = [Message(queue="files", name=name, payload={}, not_before=at) for name, at in (("ahead", ahead), ("past", past))]
    assert sending.queue.enqueue([message("x" * 500, pad=pad), *delays]) == 3
