"""An installation behind its HTTP interface alone: requests in process, the queue drained by calling the worker as a queue does."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import httpx
import orjson

from sheaf import bootstrap
from sheaf.adapters.queue.embedded import Claimed, EmbeddedQueue
from sheaf.adapters.store.sqlite import SqliteStore
from sheaf.http.machinery import internal_key
from sheaf.http.site import create_site
from sheaf.services.kernel import Kernel, Policy
from sheaf.settings import Settings
from tests.faults.kit import Tiny, TinyReading, known
from tests.faults.memory import HandClock, SeededIds

FIELDS = [{"name": "text"}]
MAX_FILE_BYTES = 4_000

Json = dict[str, Any]


class Movable(Protocol):
    """A clock that the test moves."""

    def now(self) -> datetime:
        """The time it shows."""
        ...

    def move(self, by: timedelta) -> None:
        """Jump."""
        ...


@dataclass(slots=True)
class Api:
    """One installation, its clock, and a client of it."""

    settings: Settings
    kernel: Kernel
    clock: Movable
    client: httpx.Client

    def close(self) -> None:
        """Let go of the stores and the queue: a process that runs a thousand tests has no files to spare."""
        for part in (self.kernel.store, self.kernel.queue):
            if isinstance(part, EmbeddedQueue | SqliteStore):
                part.close()

    def send(self, method: str, path: str, **parts: Any) -> httpx.Response:
        """A request below ``/api``; whatever comes back, it shows no trace and is what it says it is."""
        answer = self.client.request(method, f"/api{path}", **parts)
        check_shape(answer)
        return answer

    def get(self, path: str, **query: Any) -> Json:
        """What is answered to a GET that succeeds."""
        return parsed(self.send("GET", path, params=query), 200)

    def post(self, path: str, body: Any = None, *, expect: int = 201, headers: Mapping[str, str] | None = None, **query: Any) -> Json:
        """What is answered to a POST, with the status that is expected."""
        content = {} if body is None else {"json": body}
        return parsed(self.send("POST", path, params=query, headers=headers, **content), expect)

    def refused(self, method: str, path: str, status: int, code: str, **parts: Any) -> Json:
        """The problem that a request is refused with."""
        problem = parsed(self.send(method, path, **parts), status)
        assert problem["code"] == code, problem
        return problem

    def job(self, name: str = "job", **members: Any) -> Json:
        """A new job with one text field."""
        return self.post("/jobs", {"name": name, "fields": FIELDS, **members})

    def upload(self, job_id: str, *contents: bytes, run_id: str | None = None) -> list[Json]:
        """Files of these contents, taken into the job's run as a form."""
        parts = [("file", (f"{number}.txt", content)) for number, content in enumerate(contents)]
        query = {"run_id": run_id} if run_id else {}
        added: list[Json] = parsed(self.send("POST", f"/jobs/{job_id}/files", files=parts, params=query), 201)["files"]
        return added

    def finished(self, *contents: bytes, name: str = "job", **members: Any) -> Json:
        """A job whose first run has ended over files of these contents."""
        job = self.job(name, **members)
        self.upload(job["id"], *contents)
        self.post(f"/jobs/{job['id']}/submit", expect=202)
        self.drain()
        return self.get(f"/jobs/{job['id']}")

    def drain(self) -> list[str]:
        """Call the worker with everything that is due, until nothing is; answers what came of each call."""
        queue = self.kernel.queue
        assert isinstance(queue, EmbeddedQueue)
        outcomes: list[str] = []
        while due := queue.claim("test", 10):
            for delivery in due:
                answer = self.deliver(delivery)
                outcomes.append(answer.json()["outcome"] if answer.is_success else str(answer.status_code))
                queue.ack(delivery) if answer.is_success else queue.fail(delivery, timedelta(seconds=1))
        return outcomes

    def deliver(self, delivery: Claimed, **headers: str) -> httpx.Response:
        """Call the worker with a delivery, as the queue does."""
        told = {
            "Authorization": f"Bearer {internal_key(self.settings)}",
            "X-CloudTasks-QueueName": delivery.queue,
            "X-CloudTasks-TaskName": delivery.name,
            "X-CloudTasks-TaskRetryCount": str(delivery.retry),
        }
        return self.client.post("/worker/", content=orjson.dumps(dict(delivery.payload)), headers=told | headers)

    def call_trigger(self, path: str) -> httpx.Response:
        """Call the trigger, as the scheduler does."""
        return self.client.post(f"/trigger{path}", headers={"Authorization": f"Bearer {internal_key(self.settings)}"})


def install(folder: Path, **given: Any) -> Api:
    """An installation in a folder, with a job type that does what each file says (:class:`tests.faults.kit.Tiny`)."""
    clock, job_type = HandClock(), Tiny()
    settings = replace(Settings(data_dir=folder, max_file_bytes=MAX_FILE_BYTES), **given)
    kernel = bootstrap.kernel(
        settings,
        clock=clock,
        ids=SeededIds(),
        reading=TinyReading(),
        job_types=partial(known, job_type),
        policy=Policy(max_file_bytes=MAX_FILE_BYTES),
        rng=random.Random(3),
    )
    return Api(settings, kernel, clock, connect(kernel, settings))


def connect(kernel: Kernel, settings: Settings, **given: Any) -> httpx.Client:
    """A client of the installation's whole site, in process."""
    transport = httpx.WSGITransport(app=create_site(kernel, settings), **given)
    return httpx.Client(transport=transport, base_url="http://localhost:8321")


def parsed(answer: httpx.Response, status: int) -> Json:
    """The JSON of an answer that has the status expected."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.text[:500]}"
    body: Json = answer.json()
    return body


def check_shape(answer: httpx.Response) -> None:
    """Every error is a problem document with a stable code, and none tells of the code inside."""
    if answer.status_code < 400:
        return
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["type"] == f"urn:sheaf:problem:{problem['code']}"
    assert problem["title"]
    assert problem["detail"]
    assert "Traceback" not in answer.text
    assert '.py"' not in answer.text
