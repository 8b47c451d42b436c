"""The three functions as functions-framework serves them: processes of their own on one data folder do a run together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from sheaf import bootstrap
from sheaf.http.machinery import internal_key
from sheaf.settings import Settings
from tests.faults.kit import fast_folder

FUNCTIONS = Path(__file__).parents[3] / "functions"
INVOICE = b"Invoice number: 4711\nTotal: EUR 12.50\n"
#: More than the framework would hold in memory.
BIG = 12 * 2**20


@contextmanager
def served(name: str, folder: Path) -> Iterator[httpx.Client]:
    """A client of a function in a process of its own, as the platform starts it."""
    port = free_port()
    environment = {**os.environ, "SHEAF_DATA_DIR": str(folder), "HOST": "127.0.0.1", "PORT": str(port)}
    start = [sys.executable, "-m", "functions_framework", "--target", name, "--source", str(FUNCTIONS / name / "main.py")]
    with subprocess.Popen(start, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True) as process:
        try:
            await_port(process, port)
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
                yield client
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.communicate()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def await_port(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the process listens; fails with what it said when it ends instead."""
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(process.stderr.read().decode() if process.stderr else "")


@pytest.fixture(scope="module")
def functions() -> Iterator[dict[str, Any]]:
    """The three functions, the folder they share, and the key they show each other."""
    with fast_folder() as folder, ExitStack() as stack:
        clients = {name: stack.enter_context(served(name, Path(folder))) for name in ("api", "worker", "trigger")}
        settings = Settings(data_dir=Path(folder))
        yield {**clients, "settings": settings, "key": {"Authorization": f"Bearer {internal_key(settings)}"}}


def test_the_functions_do_a_run_together(functions: dict[str, Any]) -> None:
    """From the upload to the exported table, by the real engine."""
    api: httpx.Client = functions["api"]
    job = api.post("/api/jobs", json={"name": "A", "fields": [{"name": "invoice_number"}, {"name": "total", "type": "amount"}]}).json()
    announced = api.post(f"/api/jobs/{job['id']}/files", json={"files": [{"name": "invoice.txt"}]}).json()["files"][0]
    upload = announced["upload"]
    assert api.put(upload["url"], headers=upload["headers"], content=INVOICE).status_code == 201
    assert api.post(f"/api/jobs/{job['id']}/files/{announced['id']}/uploaded").status_code == 200
    assert api.post(f"/api/jobs/{job['id']}/submit").status_code == 202
    drain(functions)
    assert api.get(f"/api/jobs/{job['id']}/progress").json()["status"] == "completed"
    values = api.get(f"/api/jobs/{job['id']}/results").json()["rows"][0]["values"]
    assert values == {"invoice_number": "4711", "total": {"amount": "12.50", "currency": "EUR"}}
    export = api.get(f"/api/jobs/{job['id']}/export/csv")
    assert f"job_{job['id']}_run_{job['latest_run_id']}_results.csv" in export.headers["Content-Disposition"]
    assert "4711" in export.text


def drain(functions: dict[str, Any]) -> None:
    """Call the worker function with what the queue holds, until it holds nothing that is due."""
    kernel = bootstrap.kernel(functions["settings"])
    queue: Any = kernel.queue
    try:
        while due := queue.claim("test", 10):
            for delivery in due:
                headers = {
                    "X-CloudTasks-QueueName": delivery.queue,
                    "X-CloudTasks-TaskName": delivery.name,
                    "X-CloudTasks-TaskRetryCount": str(delivery.retry),
                }
                content = orjson.dumps(dict(delivery.payload))
                answer = functions["worker"].post("/", content=content, headers=headers | functions["key"])
                assert answer.status_code == 200, answer.text
                queue.ack(delivery)
    finally:
        queue.close()
        kernel.store.close()


def test_each_function_answers_its_own_callers_alone(functions: dict[str, Any]) -> None:
    """The worker and the trigger are open to whoever shows the key, at the addresses that they have."""
    assert functions["worker"].post("/", json={}).status_code == 401
    assert functions["trigger"].post("/sweep").status_code == 401
    repairs = functions["trigger"].post("/sweep", headers=functions["key"]).json()["repairs"]
    assert set(repairs.values()) == {0}
    assert functions["trigger"].get("/api/jobs").status_code == 404


def test_a_body_longer_than_the_framework_holds_is_passed_on(functions: dict[str, Any]) -> None:
    """As a form and by signed URL; one that is refused unread is refused as a problem."""
    api: httpx.Client = functions["api"]
    job = api.post("/api/jobs", json={"name": "big"}).json()
    content = b"x" * BIG
    form = api.post(f"/api/jobs/{job['id']}/files", files=[("file", ("big.txt", content))])
    assert form.json()["files"][0]["file_size"] == BIG
    upload = api.post(f"/api/jobs/{job['id']}/files", json={"files": [{"name": "a.txt"}]}).json()["files"][0]["upload"]
    assert api.put(upload["url"], headers=upload["headers"], content=content).status_code == 201
    refused = api.put(upload["url"] + "x", headers=upload["headers"], content=content)
    assert (refused.status_code, refused.json()["code"]) == (403, "bad_signature")
    assert api.get("/api/health").status_code == 200
