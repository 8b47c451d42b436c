"""Runs over HTTP: created, listed, submitted, cancelled, retried (A2 to A4, A6, A7, C5, E2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.acceptance.api.harness import Api


def test_runs_are_listed_newest_first(api: Api) -> None:
    """With their number and the latest run's id, also where a page shows only one of them."""
    job = api.job()
    later = [api.post(f"/jobs/{job['id']}/runs", {})["id"] for _ in range(2)]
    history = api.get(f"/jobs/{job['id']}/runs", limit=2)
    assert [run["number"] for run in history["runs"]] == [3, 2]
    assert (history["total"], history["latest_run_id"]) == (3, later[-1])
    rest = api.get(f"/jobs/{job['id']}/runs", limit=2, cursor=history["next_cursor"])
    assert ([run["number"] for run in rest["runs"]], rest["next_cursor"]) == ([1], None)


def test_runs_are_listed_by_status(api: Api) -> None:
    """The execution history can show only what failed."""
    job = api.finished(b"corrupt")
    api.post(f"/jobs/{job['id']}/runs", {})
    assert [run["number"] for run in api.get(f"/jobs/{job['id']}/runs", status="failed")["runs"]] == [1]
    assert [run["number"] for run in api.get(f"/jobs/{job['id']}/runs", status="pending")["runs"]] == [2]


def test_a_run_shows_its_counters_and_times(api: Api) -> None:
    """All of them by the names that the execution history uses."""
    job = api.finished(b"ok", b"corrupt", b"ok")
    run = api.get(f"/jobs/{job['id']}/runs/{job['latest_run_id']}")
    assert (run["status"], run["tasks_total"], run["tasks_completed"], run["tasks_failed"], run["tasks_cancelled"]) == (
        "partially_completed",
        3,
        2,
        1,
        0,
    )
    assert run["error_message"] == "1 of 3 files could not be read."
    assert run["created_at"] < run["submitted_at"] < run["started_at"] < run["completed_at"]
    assert run["job_run_id"] == run["id"]


def test_a_run_can_copy_another_run_s_fields_and_options(api: Api) -> None:
    """Whatever the job itself has become."""
    job = api.job("A", options={"row_mode": "table_row"})
    first = job["latest_run_id"]
    api.send("PATCH", f"/jobs/{job['id']}", json={"fields": [{"name": "new"}], "options": {}})
    clone = api.post(f"/jobs/{job['id']}/runs", {"clone_from_run_id": first})
    assert (clone["origin"], clone["cloned_from"]) == ("clone", first)
    assert [field["name"] for field in clone["fields"]] == ["text"]
    assert clone["options"]["row_mode"] == "table_row"


def test_a_run_can_start_from_a_template(api: Api) -> None:
    """With its fields and the job's options."""
    job = api.job()
    template = api.post("/templates", {"name": "T", "fields": [{"name": "other"}]})
    run = api.post(f"/jobs/{job['id']}/runs", {"template_id": template["id"]})
    assert (run["origin"], run["template_id"]) == ("template", template["id"])
    assert [field["name"] for field in run["fields"]] == ["other"]


def test_a_run_without_a_body_starts_from_its_job(api: Api) -> None:
    """No body is as good as an empty object."""
    job = api.job()
    assert api.post(f"/jobs/{job['id']}/runs")["number"] == 2


def test_a_run_has_one_source(api: Api) -> None:
    """Two are refused, and so is one that is not there."""
    job = api.job()
    api.refused("POST", f"/jobs/{job['id']}/runs", 422, "invalid_request", json={"clone_from_run_id": "a", "template_id": "b"})
    api.refused("POST", f"/jobs/{job['id']}/runs", 404, "not_found", json={"clone_from_run_id": "a"})
    api.refused("POST", f"/jobs/{job['id']}/runs", 404, "not_found", json={"template_id": "a"})


def test_the_latest_run_is_meant_where_none_is_named(api: Api) -> None:
    """And the answer says which it was; an earlier run stays reachable and as it was (A3)."""
    job = api.finished(b"ok")
    first = job["latest_run_id"]
    second = api.post(f"/jobs/{job['id']}/runs", {})["id"]
    assert api.get(f"/jobs/{job['id']}/progress")["job_run_id"] == second
    assert api.get(f"/jobs/{job['id']}/progress", run_id=first)["status"] == "completed"
    assert api.get(f"/jobs/{job['id']}/results")["rows"] == []
    assert len(api.get(f"/jobs/{job['id']}/results", run_id=first)["rows"]) == 1


def test_submitting_makes_the_set_up_final(api: Api) -> None:
    """Files, fields, options and the wizard's step stay as they are; submitting again changes nothing, and is refused at the end."""
    job = api.job()
    file = api.upload(job["id"], b"ok")[0]
    submitted = api.post(f"/jobs/{job['id']}/submit", expect=202)
    assert (submitted["status"], submitted["config_step"]) == ("submitted", "submitted")
    at = f"/jobs/{job['id']}"
    api.refused("PUT", f"{at}/fields", 409, "wrong_state", json={"fields": [{"name": "new"}]})
    api.refused("PUT", f"{at}/options", 409, "wrong_state", json={"options": {}})
    api.refused("POST", f"{at}/config-step", 409, "wrong_state", json={"config_step": "upload"})
    api.refused("POST", f"{at}/files", 409, "wrong_state", json={"files": [{"name": "late.txt"}]})
    api.refused("POST", f"{at}/files", 409, "wrong_state", files=[("file", ("late.txt", b"ok"))])
    api.refused("DELETE", f"{at}/files/{file['id']}", 409, "wrong_state")
    assert api.post(f"{at}/submit", expect=202)["status"] == "submitted"
    api.drain()
    assert "sheaf runs create" in api.refused("POST", f"{at}/submit", 409, "wrong_state")["detail"]
    assert api.drain() == []


@pytest.mark.parametrize(
    ("fields", "contents", "code"),
    [([], [b"ok"], "no_fields"), ([{"name": "text"}], [], "no_files")],
)
def test_a_run_that_cannot_work_is_not_submitted(api: Api, fields: list[dict[str, str]], contents: list[bytes], code: str) -> None:
    """It needs something to read, and something to look for."""
    job = api.job(fields=fields)
    if contents:
        api.upload(job["id"], *contents)
    api.refused("POST", f"/jobs/{job['id']}/submit", 422, code)


def test_cancelling_says_what_was_stopped_and_keeps_what_had_finished(api: Api) -> None:
    """Cancel is final, and the same call again answers how it stands."""
    job = api.job()
    api.upload(job["id"], *[b"flaky 1"] * 2, b"ok")
    api.post(f"/jobs/{job['id']}/submit", expect=202)
    api.drain()
    cancelled = api.post(f"/jobs/{job['id']}/cancel", expect=202)
    assert (cancelled["status"], cancelled["finished"], cancelled["stopped"], cancelled["stopping"]) == ("cancelled", 1, 2, 0)
    assert api.post(f"/jobs/{job['id']}/cancel", expect=202) == cancelled
    rows = api.get(f"/jobs/{job['id']}/results")["rows"]
    assert [row["error"] and row["error"]["category"] for row in rows] == ["cancelled", "cancelled", None]
    api.clock.move(timedelta(hours=1))
    assert set(api.drain()) <= {"run_over", "done"}
    api.refused("POST", f"/jobs/{job['id']}/retry", 409, "wrong_state")


def test_a_run_that_was_not_submitted_can_be_cancelled(api: Api) -> None:
    """Its files are stopped before they were started."""
    job = api.job()
    api.upload(job["id"], b"ok")
    assert api.post(f"/jobs/{job['id']}/cancel", expect=202)["stopped"] == 1
    api.refused("POST", f"/jobs/{job['id']}/files", 409, "wrong_state", json={"files": [{"name": "late.txt"}]})


def test_an_ended_run_is_not_cancelled(api: Api) -> None:
    """It has ended, and says how."""
    job = api.finished(b"ok")
    assert api.refused("POST", f"/jobs/{job['id']}/cancel", 409, "wrong_state")["status"] == 409


def test_retrying_does_only_the_failed_files_again(api: Api) -> None:
    """In the same run: a new round, whose successes join those that are there."""
    job = api.finished(b"ok", b"flaky 1", options={"retry": {"max_retries": 0}})
    assert api.get(f"/jobs/{job['id']}/progress")["status"] == "partially_completed"
    before = api.get(f"/jobs/{job['id']}/tasks")["tasks"]
    retried = api.post(f"/jobs/{job['id']}/retry", expect=202)
    assert (retried["status"], retried["round"], retried["tasks_completed"]) == ("in_progress", 2, 1)
    api.drain()
    after = api.get(f"/jobs/{job['id']}/tasks")["tasks"]
    assert after[0] == before[0]
    assert len(after[1]["attempts"]) == 2


def test_a_completed_run_has_nothing_to_retry(api: Api) -> None:
    """Nor has one that was never submitted."""
    job = api.finished(b"ok")
    api.refused("POST", f"/jobs/{job['id']}/retry", 409, "wrong_state")
    api.post(f"/jobs/{job['id']}/runs", {})
    api.refused("POST", f"/jobs/{job['id']}/retry", 409, "wrong_state")
