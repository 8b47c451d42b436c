"""Lists page by page: to the end, each item once, also while others are added; and no cursor but their own."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from tests.acceptance.api.harness import FIELDS, Api, Json

#: Each list: its path, the member that holds its items, and what makes it long.
LISTS: dict[str, tuple[str, str, Callable[[Api, Json], object]]] = {
    "jobs": ("/jobs", "jobs", lambda api, _: [api.job(f"job {number}") for number in range(6)]),
    "runs": ("/jobs/{id}/runs", "runs", lambda api, job: [api.post(f"/jobs/{job['id']}/runs", {}) for _ in range(6)]),
    "files": ("/jobs/{id}/files", "files", lambda api, job: api.upload(job["id"], *[b"ok"] * 7)),
    "tasks": ("/jobs/{id}/tasks", "tasks", lambda api, job: api.upload(job["id"], *[b"ok"] * 7)),
    "logs": ("/jobs/{id}/logs", "events", lambda api, job: _finish(api, job, [b"flaky 1"] * 4)),
    "results": ("/jobs/{id}/results", "rows", lambda api, job: _finish(api, job, [b"rows 3", b"corrupt", b"rows 4"])),
    "templates": ("/templates", "templates", lambda api, _: [_template(api, number) for number in range(7)]),
}


def _finish(api: Api, job: Json, contents: list[bytes]) -> None:
    api.upload(job["id"], *contents)
    api.post(f"/jobs/{job['id']}/submit", expect=202)
    api.drain()


def _template(api: Api, number: int) -> Json:
    return api.post("/templates", {"name": f"T{number}", "fields": FIELDS})


def walk(api: Api, path: str, items: str, *, limit: int, between: Callable[[int], object] = lambda _: None) -> list[Any]:
    """Every item of a list, a page at a time."""
    found: list[Any] = []
    query: dict[str, Any] = {"limit": limit}
    for number in range(100):
        page = api.get(path, **query)
        assert len(page[items]) <= limit
        found += page[items]
        if page["next_cursor"] is None:
            return found
        between(number)
        query["cursor"] = page["next_cursor"]
    raise AssertionError("the list has no end")


@pytest.mark.parametrize("kind", LISTS)
def test_pages_of_any_size_hold_the_same_items_in_the_same_order(api: Api, kind: str) -> None:
    """One at a time, a few, or all at once."""
    path, items, fill = LISTS[kind]
    job = api.job("the job")
    fill(api, job)
    path = path.format(**job)
    whole = _undated(api.get(path, limit=500)[items])
    assert len(whole) >= 7
    for limit in (1, 3):
        assert _undated(walk(api, path, items, limit=limit)) == whole


def _undated(found: list[Any]) -> list[Any]:
    """Without the upload addresses, which are signed anew each time."""
    return [{key: value for key, value in item.items() if key != "upload"} for item in found]


def test_what_was_there_at_the_start_is_seen_once_while_others_are_added(api: Api) -> None:
    """Before, between and behind what was seen already."""
    there = {api.job(f"m {number}")["id"] for number in range(5)}
    seen = [job["id"] for job in walk(api, "/jobs", "jobs", limit=2, between=lambda n: (api.job(f"a {n}"), api.job(f"z {n}")))]
    assert len(seen) == len(set(seen))
    assert there <= set(seen)


def test_a_page_goes_on_where_its_last_item_was_removed(api: Api) -> None:
    """A cursor is a place, not an item."""
    job = api.job()
    files = api.upload(job["id"], *[b"ok"] * 4)
    first = api.get(f"/jobs/{job['id']}/files", limit=2)
    api.send("DELETE", f"/jobs/{job['id']}/files/{files[1]['id']}")
    rest = api.get(f"/jobs/{job['id']}/files", limit=5, cursor=first["next_cursor"])
    assert [file["id"] for file in rest["files"]] == [file["id"] for file in files[2:]]


@pytest.mark.parametrize("kind", LISTS)
def test_a_cursor_of_no_list_is_refused(api: Api, kind: str) -> None:
    """As a fault of the request, whatever it decodes to."""
    path, _, _ = LISTS[kind]
    path = path.format(**api.job())
    for cursor in ("x", "%00", "eyJ9", "a" * 1000, "MDowOjA", "é", base64.urlsafe_b64encode(b'{"path": "tenants/other/jobs/x"}').decode()):
        api.refused("GET", path, 400, "bad_cursor", params={"cursor": cursor})
    for cursor in ("", "a" * 20_001):
        api.refused("GET", path, 422, "invalid_request", params={"cursor": cursor})


def test_a_cursor_of_another_list_is_refused(api: Api) -> None:
    """Of another job's runs, and of the same job's in another state."""
    first, second = api.job("A"), api.job("B")
    api.post(f"/jobs/{first['id']}/runs", {})
    cursor = api.get(f"/jobs/{first['id']}/runs", limit=1)["next_cursor"]
    for path, query in ((f"/jobs/{second['id']}/runs", {}), (f"/jobs/{first['id']}/runs", {"status": "pending"}), ("/jobs", {})):
        api.refused("GET", path, 400, "bad_cursor", params={"cursor": cursor, **query})


def test_a_cursor_of_another_run_s_results_is_refused(api: Api) -> None:
    """Each run's rows are its own."""
    job = api.finished(b"rows 3")
    cursor = api.get(f"/jobs/{job['id']}/results", limit=1)["next_cursor"]
    api.post(f"/jobs/{job['id']}/runs", {})
    api.refused("GET", f"/jobs/{job['id']}/results", 400, "bad_cursor", params={"cursor": cursor})
