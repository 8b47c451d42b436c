"""Cloud Tasks as the queue: what is retried and where it ends, what settings it takes, and how rules become queues."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import pytest

from sheaf.adapters.queue import cloud_calls, cloud_tasks
from sheaf.adapters.queue.cloud_rules import cloud_queue, cloud_queues, deadline_s
from sheaf.adapters.queue.cloud_tasks import CloudTasksQueue
from sheaf.domain.errors import AccessDenied, InvalidInput, Unavailable
from sheaf.ports.queue import Message, QueueRule
from sheaf.services.messages import QUEUES
from sheaf.settings import Settings
from tests.contract.clock import TestClock
from tests.contract.tasks import HandBench, by_hand
from tools.emulators.tasks import Faults
from tools.emulators.tasks.refusals import Refused

GOOD = Settings(
    queue="cloud_tasks", project="p", location="l", worker_url="https://worker.example/", worker_caller="tasks@p.iam.gserviceaccount.com"
)
RULES = (QueueRule(name="files"),)


@dataclass(frozen=True, slots=True)
class Sender:
    """Our adapter on a double, and for how long it would have slept."""

    queue: CloudTasksQueue
    bench: HandBench
    slept: list[float]

    def send(self, count: int = 1) -> int:
        """Enqueue so many messages."""
        return self.queue.enqueue([Message(queue="files", name=f"m{number}", payload={}) for number in range(count)])

    def left(self) -> int:
        """How many messages were accepted."""
        return len(self.bench.left(f"{self.bench.location}/queues/files"))


@pytest.fixture
def sender() -> Iterator[Sender]:
    """A queue that delivers nothing."""
    slept: list[float] = []
    clock = TestClock()
    with by_hand(clock=clock, seed=5) as bench, closing(bench.sender(RULES, clock, sleep=slept.append, rng=random.Random(5))) as queue:
        bench.client.pause_queue(name=f"{bench.location}/queues/files")
        yield Sender(queue, bench, slept)


def test_each_message_is_one_call(sender: Sender) -> None:
    """And asking for one is one more: two queue operations a task."""
    assert sender.send(200) == 200
    sender.queue.holds("files", "m1")
    assert (sender.bench.double.service.calls["CreateTask"], sender.bench.double.service.calls["GetTask"]) == (200, 1)
    assert sender.slept == []


def test_what_fails_for_the_moment_is_tried_again(sender: Sender) -> None:
    """Of many calls only those that failed, after a growing pause."""
    sender.bench.double.go_wrong(Faults(refused_calls=0.2))
    assert sender.send(100) == 100
    assert sender.left() == 100
    assert 100 < sender.bench.double.service.calls["CreateTask"] < 200
    assert sender.slept == sorted(sender.slept)
    assert 0.1 <= sender.slept[0] <= 0.2


def test_what_was_carried_out_without_an_answer_is_there_once(sender: Sender) -> None:
    """The repeated call finds its name known."""
    sender.bench.double.go_wrong(Faults(lost_replies=0.3))
    assert sender.send(100) <= 100
    assert sender.left() == 100


def test_an_outage_is_unavailable(sender: Sender) -> None:
    """After four attempts, and the same call succeeds later."""
    sender.bench.double.service.go_down(60)
    with pytest.raises(Unavailable):
        sender.send(3)
    assert len(sender.slept) == 3
    assert sender.bench.double.service.calls["CreateTask"] == 12
    with pytest.raises(Unavailable):
        sender.queue.holds("files", "m0")
    sender.bench.jump(60)
    assert sender.send(3) == 3


def test_time_for_a_call_is_bounded(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many messages it has: whoever waits for it has a deadline of its own."""
    monkeypatch.setattr(cloud_calls, "_PATIENCE_S", -1.0)
    with pytest.raises(Unavailable):
        sender.send(500)
    assert sender.left() == 0


def test_nobody_there_is_unavailable() -> None:
    """A port that nobody listens on; after close() too, which can be done twice."""
    queue = cloud_tasks.opened(replace(GOOD, tasks_endpoint="127.0.0.1:9"), TestClock())
    with closing(queue), pytest.MonkeyPatch.context() as patched:
        patched.setattr(queue._calls, "_sleep", lambda _: None)
        with pytest.raises(Unavailable):
            queue.holds("files", "a")
        queue.close()
        with pytest.raises(Unavailable):
            queue.enqueue([Message(queue="files", name="a", payload={})])


@pytest.mark.parametrize(
    ("code", "error", "attempts"),
    [
        ("PERMISSION_DENIED", AccessDenied, 1),
        ("UNAUTHENTICATED", AccessDenied, 1),
        ("INVALID_ARGUMENT", InvalidInput, 1),
        ("NOT_FOUND", Unavailable, 1),
        ("FAILED_PRECONDITION", Unavailable, 1),
        ("RESOURCE_EXHAUSTED", Unavailable, 4),
        ("ABORTED", Unavailable, 4),
    ],
)
def test_a_refusal_is_told_in_the_product_s_words(sender: Sender, code: Any, error: type[Exception], attempts: int) -> None:
    """Without what the service said, and tried again only where that can help."""

    def refuse(*_: object) -> None:
        raise Refused(code, "a secret")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(sender.bench.double.dispatcher.registry), "queue", refuse)
        with pytest.raises(error) as told:
            sender.send()
    assert "secret" not in str(told.value)
    assert sender.bench.double.service.calls["CreateTask"] == attempts


def test_without_credentials_access_is_denied(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Google's library finds none."""
    from google.auth import exceptions
    from google.cloud import tasks_v2

    def fail() -> None:
        raise exceptions.DefaultCredentialsError

    monkeypatch.setattr(tasks_v2, "CloudTasksClient", fail)
    with pytest.raises(AccessDenied):
        cloud_calls.Calls().has_task(None)


@pytest.mark.parametrize("name", ["project", "location", "worker_url", "worker_caller"])
def test_a_setting_that_is_missing_is_named(name: str) -> None:
    """Before anything is sent."""
    cloud_tasks.opened(GOOD, TestClock())
    with pytest.raises(InvalidInput, match=f"SHEAF_{name.upper()}"):
        cloud_tasks.opened(replace(GOOD, **{name: ""}), TestClock())  # type: ignore[arg-type]  # texts all


@pytest.mark.parametrize("url", ["http://worker.example/", "worker.example", "ftp://127.0.0.1/"])
def test_tokens_are_sent_over_tls_alone(url: str) -> None:
    """Or to this very machine."""
    with pytest.raises(InvalidInput, match="SHEAF_WORKER_URL"):
        cloud_tasks.opened(replace(GOOD, worker_url=url), TestClock())
    cloud_tasks.opened(replace(GOOD, worker_url="http://127.0.0.1:8080/"), TestClock())


@pytest.mark.parametrize("endpoint", ["tasks.example:9022", "192.0.2.1:9022", "127.0.0.1.example:9022", ":9022"])
def test_a_double_is_on_loopback(endpoint: str) -> None:
    """It is spoken to without encryption and without credentials."""
    with pytest.raises(InvalidInput, match="SHEAF_TASKS_ENDPOINT"):
        cloud_tasks.opened(replace(GOOD, tasks_endpoint=endpoint), TestClock())
    for fine in ("127.0.0.1:9022", "localhost:9022", "[::1]:9022"):
        cloud_tasks.opened(replace(GOOD, tasks_endpoint=fine), TestClock())


def test_rules_become_queues() -> None:
    """Within what the service allows; whole seconds, since it keeps no others; tries without end."""
    rule = QueueRule(name="files", max_per_second=10_000, max_concurrent=9_000, min_backoff_s=0.2, max_backoff_s=30.5)
    assert cloud_queue(rule).message("projects/p/locations/l") == {
        "name": "projects/p/locations/l/queues/files",
        "rate_limits": {"max_dispatches_per_second": 500, "max_concurrent_dispatches": 5_000},
        "retry_config": {"max_attempts": -1, "min_backoff": {"seconds": 1}, "max_backoff": {"seconds": 31}, "max_doublings": 16},
    }
    assert [queue.name for queue in cloud_queues()] == [rule.name for rule in QUEUES]


@pytest.mark.parametrize(("asked", "given"), [(1, 15), (120, 120), (1_800, 1_800), (7_200, 1_800)])
def test_a_deadline_is_one_that_the_service_takes(asked: float, given: float) -> None:
    """Fifteen seconds to thirty minutes."""
    assert deadline_s(QueueRule(name="files", deadline_s=asked)) == given


def test_nothing_of_google_is_loaded_before_the_first_call() -> None:
    """Opening the queue and the verifier of tokens costs a starting function nothing."""
    given = {f"SHEAF_{name.upper()}": getattr(GOOD, name) for name in ("project", "location", "worker_url", "worker_caller")}
    code = f"""
import sys
from sheaf import bootstrap, settings
from sheaf.adapters.clock import SystemClock
from sheaf.adapters.queue import cloud_tasks
given = settings.read({given!r})
cloud_tasks.opened(given, SystemClock()).enqueue([])
bootstrap.verifier(given)
sys.exit(", ".join(name for name in sys.modules if name in ("google.auth", "google.cloud.tasks_v2", "grpc", "httpx")))
"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stderr.strip() == ""
