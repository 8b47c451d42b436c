"""The loop of one worker: what it takes, what it answers, what it gives back."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sheaf.adapters.clock import SystemClock
from sheaf.adapters.queue.embedded import Claimed, EmbeddedQueue
from sheaf.embedded import consumer
from sheaf.embedded.consumer import Consumer
from sheaf.embedded.guard import SLACK_S, Guard
from sheaf.embedded.signs import Signs
from sheaf.ports.queue import Delivery, Message
from sheaf.services.kernel import Kernel
from sheaf.services.messages import FILES, QUEUES
from sheaf.services.metrics import PAUSE


class Watched(EmbeddedQueue):
    """A queue that notes how much is claimed at once."""

    limits: list[int]

    def claim(self, consumer_id: str, limit: int) -> list[Claimed]:
        """As ever."""
        self.limits.append(limit)
        return super().claim(consumer_id, limit)


class Bench:
    """One consumer on a queue of numbered messages, and what it does with each."""

    def __init__(self, queue: Watched) -> None:
        self.queue = queue
        self.stopping = threading.Event()
        self.pipe = io.BytesIO()
        self.handled: list[int] = []
        self.retries: list[int] = []
        self.fails: set[int] = set()
        self.stop_at = 0
        self.stop_after = float("inf")

    def handle(self, _: Kernel, delivery: Delivery) -> str:
        """Stands in for the worker's handler."""
        number = int(delivery.payload["number"])
        self.handled.append(number)
        self.retries.append(delivery.retry)
        if number == self.stop_at or len(self.handled) >= self.stop_after:
            self.stopping.set()
        if number in self.fails:
            raise RuntimeError("this one fails")
        return "done"

    def run(self) -> None:
        """Until the message at which it stops."""
        kernel = Kernel(queue=self.queue, clock=SystemClock(), **dict.fromkeys(("store", "blobs", "ids", "reading", "job_types")))  # type: ignore[arg-type]
        Consumer(kernel, self.queue, "c", Signs(self.pipe), self.stopping).run()

    def waiting(self) -> int:
        """Messages that can be delivered now."""
        return next(each.waiting for each in self.queue.stats() if each.queue == FILES)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Nine messages, and a consumer that stops at the last."""
    queue = Watched(tmp_path / "queue.sqlite3", QUEUES, clock=SystemClock())
    queue.limits = []
    queue.enqueue([Message(queue=FILES, name=f"m{number}", payload={"number": number}) for number in range(1, 10)])
    made = Bench(queue)
    made.stop_at = 9
    monkeypatch.setattr("sheaf.services.worker.handle", made.handle)
    yield made
    queue.close()


def test_everything_is_handled_once_and_acknowledged(bench: Bench) -> None:
    """Nothing is left, neither waiting nor held."""
    bench.run()
    assert sorted(bench.handled) == list(range(1, 10))
    assert bench.waiting() == 0
    assert bench.queue.holders() == set()


def test_nothing_counted_is_kept_back_once_there_is_no_work(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was met so soon after the last writing that it had to wait is written when the worker is idle, and when it stops."""
    written: list[float] = []
    monkeypatch.setattr("sheaf.services.metrics.write", lambda _, *, pause=PAUSE: written.append(pause.total_seconds()))
    monkeypatch.setattr(bench.queue, "wait", lambda _: bench.stopping.set())
    bench.stop_at = 0
    bench.run()
    assert written[-2:] == [PAUSE.total_seconds(), 0.0]


def test_what_fails_is_put_off_and_spoils_nothing(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """The others of its batch are acknowledged; it is to be made again later."""
    bench.fails = {2, 5}
    bench.run()
    stats = next(each for each in bench.queue.stats() if each.queue == FILES)
    assert (stats.waiting, stats.delayed, stats.running) == (0, 2, 0)
    assert caplog.text.count("will be made again") == 2


def test_a_stop_finishes_what_is_begun_and_gives_back_the_rest(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even out of the middle of a batch."""
    monkeypatch.setattr(consumer, "_WINK_S", 1e9)
    bench.stop_at = 3
    bench.run()
    assert bench.handled == [1, 2, 3]
    assert bench.waiting() == 6
    assert bench.queue.holders() == set()


@pytest.mark.parametrize(("wink_s", "limits"), [(1e9, [1, 512]), (0.0, [1] * 9)], ids=["quick files", "slow files"])
def test_it_takes_as_many_at_once_as_are_done_in_no_time(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, wink_s: float, limits: list[int]
) -> None:
    """Large files are taken one by one, so that none lies idle here while another worker has nothing to do."""
    monkeypatch.setattr(consumer, "_WINK_S", wink_s)
    bench.run()
    assert bench.queue.limits == limits


def test_what_turns_out_slow_is_given_back_after_a_while(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker begins one of those that it took at least; the rest of them are for whoever has a hand free."""
    monkeypatch.setattr(consumer, "_WINK_S", 1e9)
    monkeypatch.setattr(consumer, "_SHIFT_S", 0.0)
    bench.stop_at = 0
    bench.stop_after = 9
    bench.run()
    assert bench.handled[:2] == [1, 2]
    assert sorted(bench.handled) == list(range(1, 10))
    assert set(bench.retries) == {0}
    assert (bench.waiting(), bench.queue.holders()) == (0, set())


def test_its_supervisor_can_follow_it(bench: Bench) -> None:
    """Ready once; busy with a deadline that no delivery comes to an end before; idle at the end."""
    bench.run()
    signs = bench.pipe.getvalue().split()
    assert signs[0] == b"ready"
    deadline = next(rule.deadline_s for rule in QUEUES if rule.name == FILES)
    assert signs[1:3] == [b"busy", str(deadline + SLACK_S).encode()]
    assert signs[-1] == b"idle"


@pytest.mark.parametrize(("pause_s", "busy"), [(SLACK_S / 2, 1), (SLACK_S * 2, 3)], ids=["one soon after the other", "one after a while"])
def test_the_guard_is_set_anew_once_in_a_while(monkeypatch: pytest.MonkeyPatch, pause_s: float, busy: int) -> None:
    """Whatever began may take its deadline; small things one after the other do not each set a timer."""
    now, timers, pipe = [0.0], list[float](), io.BytesIO()
    monkeypatch.setattr("sheaf.embedded.guard.time.monotonic", lambda: now[0])
    monkeypatch.setattr("sheaf.embedded.guard.faulthandler.dump_traceback_later", lambda after, **_: timers.append(now[0] + after))
    guard = Guard(Signs(pipe))
    ends = []
    for _ in range(3):
        guard.begin(10.0)
        ends.append(timers[-1] - now[0])
        now[0] += pause_s * 0.9
    guard.rest()
    assert len(timers) == pipe.getvalue().count(b"busy") == busy
    assert all(10.0 <= left <= 10.0 + SLACK_S for left in ends)


def test_the_end_of_the_pipe_is_the_sign_to_stop() -> None:
    """Whether it was closed on purpose or its other end died."""
    stopping, woken = threading.Event(), threading.Event()
    thread = threading.Thread(
        target=consumer.stop_at_end, args=(io.BytesIO(b""), stopping, woken.set), kwargs={"grace_s": 3600}, daemon=True
    )
    thread.start()
    assert stopping.wait(60)
    assert woken.wait(60)
