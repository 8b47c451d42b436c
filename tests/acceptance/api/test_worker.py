"""What the queue and the scheduler call: answered to their own callers alone, acknowledged or delivered again."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sheaf.domain.errors import InvalidInput, Unavailable
from sheaf.http.machinery import internal_key
from sheaf.ports.queue import MAX_PAYLOAD_BYTES
from tests.acceptance.api.harness import Api, connect

pytestmark = pytest.mark.embedded("it makes the deliveries by hand, with the embedded installation's key")

if TYPE_CHECKING:
    import httpx

HEADERS = {"X-CloudTasks-QueueName": "steps", "X-CloudTasks-TaskName": "n", "X-CloudTasks-TaskRetryCount": "0"}


def call(api: Api, content: bytes, headers: Mapping[str, str] = HEADERS) -> httpx.Response:
    """A call of the worker with the installation's key."""
    key = {"Authorization": f"Bearer {internal_key(api.settings)}"}
    return api.client.post("/worker/", content=content, headers={**headers, **key})


def test_a_run_is_done_by_calling_the_worker_with_what_the_queue_holds(api: Api) -> None:
    """Each call says in a word what came of it."""
    job = api.job()
    api.upload(job["id"], b"ok", b"rows 2")
    api.post(f"/jobs/{job['id']}/submit", expect=202)
    assert set(api.drain()) == {"done"}
    assert api.get(f"/jobs/{job['id']}/progress")["status"] == "completed"


def test_a_delivery_made_twice_counts_once(api: Api) -> None:
    """The second is acknowledged and changes nothing."""
    job = api.job()
    api.upload(job["id"], b"ok")
    api.post(f"/jobs/{job['id']}/submit", expect=202)
    queue: Any = api.kernel.queue
    outcomes = []
    while due := queue.claim("test", 10):
        for delivery in due:
            outcomes += [api.deliver(delivery).json()["outcome"] for _ in range(2)]
            queue.ack(delivery)
    assert "run_over" in outcomes or "already_ended" in outcomes
    assert api.get(f"/jobs/{job['id']}/progress")["tasks_completed"] == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"kind": "nothing"}',
        b'{"kind": "prepare"}',
        b'{"kind": "task", "tenant": "default", "run_id": "r"}',
        b'{"kind": "prepare", "tenant": 5, "run_id": "r"}',
        b'{"kind": "prepare", "tenant": "../x", "run_id": "r"}',
        b'{"kind": "' + b"x" * MAX_PAYLOAD_BYTES + b'"}',
    ],
)
def test_a_call_that_makes_no_sense_is_not_made_again(api: Api, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """It would make none later either; the log tells."""
    with caplog.at_level(logging.ERROR):
        answer = call(api, content)
    assert (answer.status_code, answer.json()) == (200, {"outcome": "rejected"})
    assert "rejected delivery" in caplog.text


@pytest.mark.parametrize("headers", [{}, {**HEADERS, "X-CloudTasks-TaskRetryCount": "many"}, {**HEADERS, "X-CloudTasks-TaskName": ""}])
def test_a_call_that_is_no_delivery_is_not_made_again(api: Api, headers: dict[str, str]) -> None:
    """The queue's headers tell which delivery it is."""
    assert call(api, b'{"kind": "prepare", "tenant": "default", "run_id": "r"}', headers).json() == {"outcome": "rejected"}


def test_a_call_for_what_is_gone_is_acknowledged(api: Api) -> None:
    """No later delivery can find it either."""
    assert call(api, b'{"kind": "prepare", "tenant": "default", "run_id": "r"}').json() == {"outcome": "gone"}


@pytest.mark.parametrize(
    ("error", "status"),
    [(Unavailable("The store is away."), 503), (RuntimeError("a secret"), 500), (InvalidInput("The store takes no such thing."), 422)],
)
def test_a_call_that_fails_is_made_again(api: Api, error: Exception, status: int) -> None:
    """Whatever it fails with, and without telling of it."""

    class Broken:
        def get(self, _: str) -> None:
            raise error

    api.client = connect(replace(api.kernel, store=Broken()), api.settings)  # type: ignore[arg-type]  # all that is called of it
    answer = call(api, b'{"kind": "prepare", "tenant": "default", "run_id": "r"}')
    assert answer.status_code == status
    assert "secret" not in answer.text


@pytest.mark.parametrize("path", ["/worker/", "/worker/any/path", "/trigger/sweep", "/trigger/tick"])
@pytest.mark.parametrize("key", [None, "Bearer ", "Bearer wrong", "Basic {key}", "bearer {key}x", "{key}"])
def test_others_than_the_machinery_are_not_answered(api: Api, path: str, key: str | None) -> None:
    """Not even on loopback, where the API asks for nothing."""
    headers = {"Authorization": key.format(key=internal_key(api.settings))} if key else {}
    answer = api.client.post(path, content=b"{}", headers=HEADERS | headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_key_of_the_api_is_none_of_the_machinery_s(api: Api) -> None:
    """Whoever may use the API may not pretend to be the queue, nor the other way round."""
    settings = replace(api.settings, api_key="the-key")
    client = connect(api.kernel, settings)
    assert client.post("/worker/", headers=HEADERS | {"Authorization": "Bearer the-key"}).status_code == 401
    assert client.get("/api/jobs", headers={"Authorization": f"Bearer {internal_key(settings)}"}).status_code == 401
    assert client.get("/api/jobs", headers={"Authorization": "Bearer the-key"}).status_code == 200


def test_the_sweep_calls_again_for_what_was_lost(api: Api) -> None:
    """And says how much, by kind."""
    job = api.job()
    api.upload(job["id"], b"ok")
    api.post(f"/jobs/{job['id']}/submit", expect=202)
    queue: Any = api.kernel.queue
    queue.purge("steps")
    api.clock.move(api.kernel.policy.stalled_after * 2)
    repairs = api.call_trigger("/sweep").json()["repairs"]
    assert repairs["stalled_steps"] == 1
    api.drain()
    assert api.get(f"/jobs/{job['id']}/progress")["status"] == "completed"
    assert set(api.call_trigger("/tick").json()["repairs"].values()) == {0}


def test_the_machinery_takes_posts_alone(api: Api) -> None:
    """A link that somebody follows starts nothing."""
    for path in ("/worker/", "/trigger/sweep"):
        assert api.client.get(path).status_code == 405
    assert api.client.post("/trigger/other").status_code == 404
