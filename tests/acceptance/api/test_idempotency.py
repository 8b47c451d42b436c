"""Idempotency keys over HTTP: a repeated call does nothing and gives the first answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from sheaf.services import idempotency
from tests.acceptance.api.harness import FIELDS, Api

KEY = {"Idempotency-Key": "k-1"}


def test_a_repeated_creation_gives_the_first_answer(api: Api) -> None:
    """Status, body and headers, marked as given before; and there is one job."""
    body = {"name": "A", "fields": FIELDS}
    first, second = (api.send("POST", "/jobs", json=body, headers=KEY) for _ in range(2))
    assert (second.status_code, second.content) == (201, first.content)
    for header in ("Location", "ETag", "Content-Type"):
        assert second.headers[header] == first.headers[header]
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert api.get("/jobs")["total"] == 1


def test_every_creating_call_takes_a_key(api: Api) -> None:
    """Runs, files, templates, submitting, cancelling, retrying."""
    job = api.finished(b"corrupt")
    at = f"/jobs/{job['id']}"
    calls: list[tuple[str, Any, int]] = [
        (f"{at}/retry", None, 202),
        (f"{at}/cancel", None, 202),
        (f"{at}/runs", {}, 201),
        (f"{at}/files", {"files": [{"name": "a.txt"}]}, 201),
        ("/templates", {"name": "T", "fields": FIELDS}, 201),
    ]
    for number, (path, body, status) in enumerate(calls):
        headers = {"Idempotency-Key": f"call-{number}"}
        assert api.post(path, body, expect=status, headers=headers) == api.post(path, body, expect=status, headers=headers)
    assert (api.get(f"{at}/runs")["total"], api.get(f"{at}/files")["total"]) == (2, 1)


def test_a_submit_that_was_answered_stays_answered(api: Api) -> None:
    """Also when the run has moved on since."""
    job = api.job()
    api.upload(job["id"], b"ok")
    first = api.post(f"/jobs/{job['id']}/submit", expect=202, headers=KEY)
    api.drain()
    assert api.post(f"/jobs/{job['id']}/submit", expect=202, headers=KEY) == first
    assert api.get(f"/jobs/{job['id']}")["status"] == "FINISHED"


def test_a_repeated_form_is_known_by_its_files(api: Api) -> None:
    """Whatever the boundary between its parts; another content is another request."""
    job = api.job()
    at = f"/jobs/{job['id']}/files"
    one, again = (api.send("POST", at, files=[("file", ("a.txt", b"one"))], headers=KEY) for _ in range(2))
    assert one.content == again.content
    assert api.get(at)["total"] == 1
    api.refused("POST", at, 422, "idempotency_key_reused", files=[("file", ("a.txt", b"two"))], headers=KEY)
    api.refused("POST", at, 422, "idempotency_key_reused", files=[("file", ("b.txt", b"one"))], headers=KEY)


def test_a_key_stands_for_one_request(api: Api) -> None:
    """Another body, path or query under it is refused."""
    job = api.post("/jobs", {"name": "A"}, headers=KEY)
    api.refused("POST", "/jobs", 422, "idempotency_key_reused", json={"name": "B"}, headers=KEY)
    api.refused("POST", f"/jobs/{job['id']}/submit", 422, "idempotency_key_reused", headers=KEY)


def test_a_refused_call_gives_its_key_back(api: Api) -> None:
    """Once what was wrong is mended, the same key does the work."""
    job = api.job()
    api.refused("POST", f"/jobs/{job['id']}/submit", 422, "no_files", headers=KEY)
    api.upload(job["id"], b"ok")
    assert api.post(f"/jobs/{job['id']}/submit", expect=202, headers=KEY)["status"] == "submitted"


def test_a_key_is_forgotten_after_a_day(api: Api) -> None:
    """Then it may stand for something else, and the sweeper removes what is left of it."""
    api.post("/jobs", {"name": "A"}, headers=KEY)
    api.clock.move(idempotency.KEPT + timedelta(seconds=1))
    assert api.post("/jobs", {"name": "B"}, headers=KEY)["name"] == "B"
    api.clock.move(idempotency.KEPT + timedelta(seconds=1))
    assert api.call_trigger("/sweep").status_code == 200
    assert idempotency.forget_expired(api.kernel) == 0


def test_a_long_answer_is_given_again_whole(api: Api) -> None:
    """Longer than a document may be."""
    job = api.job()
    body = {"files": [{"name": f"{number:03}-{'ü' * 500}.txt"} for number in range(500)]}
    first, second = (api.send("POST", f"/jobs/{job['id']}/files", json=body, headers=KEY) for _ in range(2))
    assert len(first.content) > 1_048_576
    assert first.content == second.content
    assert api.get(f"/jobs/{job['id']}/files")["total"] == 500


def test_of_many_calls_at_once_one_does_the_work(api: Api) -> None:
    """The others get its answer, or are told to ask again."""
    job = api.job()

    def create(_: int) -> int:
        return api.send("POST", f"/jobs/{job['id']}/runs", json={}, headers=KEY).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(create, range(32)))
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert api.get(f"/jobs/{job['id']}/runs")["total"] == 2


@pytest.mark.embedded("it is refused before anything is read or written")
@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
def test_a_key_that_is_none_is_refused(api: Api, key: str) -> None:
    """It is 1 to 255 printable characters."""
    api.refused("POST", "/jobs", 422, "invalid_request", json={"name": "A"}, headers={"Idempotency-Key": key})
