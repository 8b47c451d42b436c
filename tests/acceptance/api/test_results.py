"""Results, tasks, failures, logs and usage over HTTP (A7, A14, B2 to B5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sheaf.domain.fields import FieldType
from tests.acceptance.api.harness import FIELDS, Api, Json


@pytest.fixture
def job(api: Api) -> Json:
    """A job whose run ended with a table, a failed file and a row."""
    return api.finished(b"rows 5", b"corrupt", b"ok", name="mixed")


def rows(api: Api, job: Json, **query: Any) -> list[tuple[str, int, str | None]]:
    """File, row and value of every row that passes."""
    listed = api.get(f"/jobs/{job['id']}/results", **query)["rows"]
    return [(row["file"], row["row"], row["values"].get("text")) for row in listed]


def test_rows_come_in_the_files_order_with_their_evidence(api: Api, job: Json) -> None:
    """And a failed file has one that says why."""
    answer = api.get(f"/jobs/{job['id']}/results")
    assert answer["job_run_id"] == job["latest_run_id"]
    assert [(row["file"], row["row"]) for row in answer["rows"]] == [*[("0.txt", n) for n in range(5)], ("1.txt", 0), ("2.txt", 0)]
    assert answer["rows"][1]["cells"]["text"] == {"value": "rows 1", "state": "found", "confidence": 0.6, "evidence": None, "notes": []}
    assert answer["rows"][5]["error"] == {"category": "corrupt", "message": "It says it is corrupt."}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"file": "2.TXT"}, [("2.txt", 0, "ok 0")]),
        ({"text": "ROWS 3"}, [("0.txt", 3, "rows 3")]),
        ({"text": "rows 3", "field": "text"}, [("0.txt", 3, "rows 3")]),
        ({"below": "0.55", "file": "0.txt"}, [("0.txt", 0, "rows 0")]),
        ({"failed": "true"}, [("1.txt", 0, None)]),
        ({"state": "missing"}, []),
        ({"state": "found", "file": "2.txt"}, [("2.txt", 0, "ok 0")]),
    ],
)
def test_rows_are_filtered(api: Api, job: Json, query: Json, expected: list[Any]) -> None:
    """By file, text, confidence, state and failure, alone and together."""
    assert rows(api, job, **query) == expected


def test_rows_of_one_file(api: Api, job: Json) -> None:
    """By its id."""
    file = api.get(f"/jobs/{job['id']}/files")["files"][0]
    assert len(rows(api, job, file_id=file["id"])) == 5
    assert rows(api, job, file_id="unknown") == []


@pytest.mark.embedded("it is refused before anything is read or written")
@pytest.mark.parametrize(
    "query",
    [
        {"state": "unsure"},
        {"below": "2"},
        {"below": "nan"},
        {"failed": "yes"},
        {"field": "1st"},
        {"file": ""},
        {"text": "x" * 201},
        {"limit": "0"},
        {"limit": "501"},
        {"limit": "ten"},
        {"limit": " 5"},
        {"limit": "1_0"},
        {"rows": "5"},
        {"limit": ["1", "2"]},
    ],
)
def test_a_filter_that_cannot_be_meant_is_refused(api: Api, job: Json, query: Json) -> None:
    """Unknown, repeated and out of bounds."""
    api.refused("GET", f"/jobs/{job['id']}/results", 422, "invalid_request", params=query)


def test_a_field_that_the_run_does_not_have_is_refused(api: Api, job: Json) -> None:
    """For rows and for exports alike."""
    for at in ("results", "export/csv", "export/excel"):
        api.refused("GET", f"/jobs/{job['id']}/{at}", 422, "invalid_input", params={"field": "total"})


def test_a_task_tells_its_attempts(api: Api) -> None:
    """Each with why it failed, when the next is due, and what came of it in the end."""
    job = api.job(options={"retry": {"max_retries": 2, "base_s": 10}})
    api.upload(job["id"], b"boom")
    api.post(f"/jobs/{job['id']}/submit", expect=202)
    api.drain()
    task = api.get(f"/jobs/{job['id']}/tasks")["tasks"][0]
    assert (task["status"], task["retry_count"], task["max_retries"], len(task["attempts"])) == ("queued", 1, 2, 1)
    assert task["next_retry_at"] > task["attempts"][0]["ended_at"]
    for _ in range(3):
        api.clock.move(timedelta(minutes=1))
        api.drain()
    task = api.get(f"/jobs/{job['id']}/tasks/{task['id']}")
    assert (task["status"], task["error_category"], task["next_retry_at"], task["result"]) == ("failed", "internal", None, None)
    assert [attempt["number"] for attempt in task["attempts"]] == [1, 2, 3]
    assert "an unforeseen failure" not in str(task)


def test_tasks_are_listed_by_the_status_they_show(api: Api, job: Json) -> None:
    """Of a run that has ended."""
    at = f"/jobs/{job['id']}/tasks"
    assert [task["filename"] for task in api.get(at, status="completed")["tasks"]] == ["0.txt", "2.txt"]
    assert [task["error_category"] for task in api.get(at, status="failed")["tasks"]] == ["corrupt"]
    assert api.get(at, status="queued")["tasks"] == []
    task = api.get(at)["tasks"][0]
    assert task["result"] == {"rows": 5, "rows_in": 5, "pages": 2, "engine": "tiny/1", "notes": []}


@pytest.mark.embedded("it takes one message from the embedded queue by hand")
def test_tasks_that_wait_for_their_message_are_queued(api: Api) -> None:
    """Once the run is sealed; before that they are pending."""
    job = api.job()
    api.upload(job["id"], b"ok", b"ok")
    at = f"/jobs/{job['id']}/tasks"
    assert len(api.get(at, status="pending")["tasks"]) == 2
    api.post(f"/jobs/{job['id']}/submit", expect=202)
    for delivery in api.kernel.queue.claim("test", 1):  # type: ignore[attr-defined]  # the embedded queue's consumers' side
        api.deliver(delivery)
    assert (len(api.get(at, status="queued")["tasks"]), api.get(at, status="pending")["tasks"]) == (2, [])
    assert {task["status"] for task in api.get(at)["tasks"]} == {"queued"}


def test_failures_are_grouped_with_the_first_files_of_each_kind(api: Api) -> None:
    """The most frequent kind first."""
    job = api.finished(b"boom", *[b"corrupt"] * 5, b"ok", options={"retry": {"max_retries": 0}})
    answer = api.get(f"/jobs/{job['id']}/failures")
    assert (answer["tasks_failed"], [(group["category"], group["count"]) for group in answer["failures"]]) == (
        6,
        [("corrupt", 5), ("internal", 1)],
    )
    assert [file["filename"] for file in answer["failures"][0]["examples"]] == ["1.txt", "2.txt", "3.txt"]
    assert answer["failures"][0]["examples"][0]["error_message"] == "It says it is corrupt."


def test_tasks_are_found_by_origin_record_and_attachment(api: Api) -> None:
    """Over all jobs and runs, newest first."""
    first, second = api.job("A"), api.job("B")
    for job, attachment in ((first, "a1"), (second, "a2")):
        file = {"name": "x.pdf", "file_url": "gs://bucket/x.pdf", "record_id": "r1", "attachment_id": attachment}
        api.post(f"/jobs/{job['id']}/files", {"files": [file]})
        api.clock.move(timedelta(seconds=1))

    def found(**query: str) -> list[str]:
        return [task["job_id"] for task in api.get("/tasks", **query)["tasks"]]

    assert found(file_url="gs://bucket/x.pdf") == [second["id"], first["id"]]
    assert found(record_id="r1") == [second["id"], first["id"]]
    assert found(record_id="r1", attachment_id="a1") == [first["id"]]
    assert found(attachment_id="a2") == [second["id"]]
    assert found(file_url="gs://bucket/y.pdf") == []
    for query in ({}, {"file_url": "x", "record_id": "r1"}):
        api.refused("GET", "/tasks", 422, "invalid_request", params=query)


def test_progress_adds_up(api: Api, job: Json) -> None:
    """Open, ended, by kind of failure, and what it used."""
    progress = api.get(f"/jobs/{job['id']}/progress")
    assert (progress["tasks_total"], progress["tasks_open"], progress["percent"]) == (3, 0, 100.0)
    assert progress["failures"] == [{"category": "corrupt", "count": 1}]
    assert progress["usage"]["rows"] == 6


def test_progress_moves_while_the_run_is_at_work(api: Api) -> None:
    """Counted from the run's shards, not from its record."""
    job = api.job()
    api.upload(job["id"], b"ok", b"flaky 1")
    assert api.get(f"/jobs/{job['id']}/progress")["percent"] == 0.0
    api.post(f"/jobs/{job['id']}/submit", expect=202)
    api.drain()
    progress = api.get(f"/jobs/{job['id']}/progress")
    assert (progress["status"], progress["phase"], progress["tasks_completed"], progress["percent"]) == (
        "in_progress",
        "extracting",
        1,
        50.0,
    )
    listed = api.get(f"/jobs/{job['id']}/runs")["runs"][0]
    assert (listed["tasks_completed"], listed["last_active_at"]) == (1, progress["last_active_at"])


def test_the_log_tells_what_happened_in_order(api: Api, job: Json) -> None:
    """From the run's creation to its end."""
    events = api.get(f"/jobs/{job['id']}/logs")["events"]
    assert [event["kind"] for event in events] == ["created", "submitted", "sealed", "files_failed", "finished"]
    assert events[3]["context"]["category"] == "corrupt"


def test_usage_is_metered_by_run_job_and_month(api: Api, job: Json) -> None:
    """Runs that ended count to the month in which they ended."""
    usage = api.get(f"/jobs/{job['id']}/usage")
    assert usage["run"] == usage["job"] == {"files": 2, "pages": 4, "bytes": 8, "rows": 6, "model_tokens": 6}
    api.post(f"/jobs/{job['id']}/runs", {})
    assert api.get(f"/jobs/{job['id']}/usage")["run"]["files"] == 0
    assert api.get("/usage") == {"month": "2026-11", "usage": usage["job"]}
    assert api.get("/usage", month="2026-10")["usage"]["files"] == 0
    for month in ("2026-13", "26-11", "2026-11-22", "next"):
        api.refused("GET", "/usage", 422, "invalid_request", params={"month": month})


def test_job_types_field_types_and_engines_are_listed(api: Api) -> None:
    """What the document's enums name is what there is."""
    assert [kind["queue"] for kind in api.get("/job-types")["job_types"]] == ["files"]
    assert [kind["type"] for kind in api.get("/field-types")["field_types"]] == [kind.value for kind in FieldType]
    assert {"engine": "embedded", "default": True}.items() <= api.get("/engines")["engines"][0].items()


def test_templates_live_and_die(api: Api) -> None:
    """Saved, found, listed, changed, deleted; and a run keeps what it took from one."""
    template = api.post("/templates", {"name": "Invoice", "fields": FIELDS, "description": "d"})
    at = f"/templates/{template['id']}"
    assert api.get(at) == template
    assert api.get("/templates", name="INVOICE")["templates"] == [template]
    assert api.get("/templates", name="other")["templates"] == []
    job = api.job()
    api.post(f"/jobs/{job['id']}/runs", {"template_id": template["id"]})
    changed = api.send("PATCH", at, json={"name": "Bill", "fields": [{"name": "new"}]}).json()
    assert (changed["name"], changed["description"], changed["fields"][0]["name"]) == ("Bill", "d", "new")
    assert api.get(f"/jobs/{job['id']}/fields")["fields"][0]["name"] == "text"
    api.post("/templates", {"name": "Invoice", "fields": FIELDS})
    api.refused("PATCH", at, 409, "name_taken", json={"name": "invoice"})
    assert api.send("DELETE", at).status_code == 204
    api.refused("GET", at, 404, "not_found")
    api.refused("DELETE", at, 404, "not_found")


@pytest.mark.embedded("it is refused before anything is read or written")
@pytest.mark.parametrize("body", [{"name": "A"}, {"name": "A", "fields": []}, {"fields": FIELDS}, {"name": "A", "fields": FIELDS, "x": 1}])
def test_a_template_that_cannot_be_meant_is_refused(api: Api, body: Json) -> None:
    """It has a name and at least one field."""
    api.refused("POST", "/templates", 422, "invalid_request", json=body)
