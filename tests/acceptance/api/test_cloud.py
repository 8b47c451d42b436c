"""What is the cloud home's own: where its bytes go, what it logs, and that an instance keeps nothing."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import httpx
import pytest

from tests.acceptance.api.cloud import CloudApi, install_in_cloud
from tests.acceptance.api.harness import Json


@pytest.fixture
def cloud() -> Iterator[CloudApi]:
    """An installation in the cloud."""
    made = install_in_cloud()
    yield made
    made.client.close()


def logged(cloud: CloudApi, name: str) -> list[Json]:
    """What a function has logged, each line an object."""
    text = cloud.home.installation.functions[name].log.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_instances_keep_nothing(cloud: CloudApi) -> None:
    """A whole run leaves no data folder behind, neither keys nor stores."""
    cloud.finished(b"ok", b"corrupt")
    cloud.call_trigger("/tick")
    assert cloud.settings.data_dir.parent.is_dir()
    assert not cloud.settings.data_dir.exists()


def test_bytes_go_straight_to_cloud_storage(cloud: CloudApi) -> None:
    """By a signed URL of the bucket, without a detour through the function."""
    job = cloud.job()
    upload = cloud.post(f"/jobs/{job['id']}/files", {"files": [{"name": "a.txt"}]})["files"][0]["upload"]
    assert upload["url"].startswith(f"{cloud.home.installation.backing.storage}/{cloud.settings.bucket}/tenants/default/")
    assert "X-Goog-Signature" in httpx.URL(upload["url"]).params
    assert cloud.client.get(f"{cloud.home.installation.url}/blobs/x").status_code == 404


def test_collectors_can_read_the_log(cloud: CloudApi) -> None:
    """Every line is an object with a severity; a delivery's failure names its run and task."""
    job = cloud.finished(b"boom", options={"retry": {"max_retries": 0}})
    for name in ("api", "worker"):
        assert {line["severity"] for line in logged(cloud, name)} <= set(logging.getLevelNamesMapping())
    told = [line for line in logged(cloud, "worker") if line.get("run") == job["latest_run_id"]]
    assert any(line["severity"] in {"WARNING", "ERROR"} and line.get("task") for line in told)


def test_the_api_function_has_a_page_at_its_root(cloud: CloudApi) -> None:
    """For whoever opens its address in a browser, without a key."""
    page = httpx.get(cloud.home.installation.url)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "/api/docs" in page.text


def test_without_the_key_nobody_is_answered(cloud: CloudApi) -> None:
    """Though it comes from this machine: in the cloud every caller comes from a machine nearby."""
    answer = httpx.get(f"{cloud.home.installation.url}/api/jobs")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
