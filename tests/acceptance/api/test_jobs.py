"""Jobs over HTTP: saved, listed, changed, archived (A1, D4, D5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.api.harness import FIELDS, Api


def test_creating_a_job_creates_its_first_run(api: Api) -> None:
    """The answer names the run, which is pending, and the job is ready."""
    job = api.job("Invoices", description="Of suppliers")
    assert (job["status"], job["run_count"], job["description"]) == ("READY", 1, "Of suppliers")
    run = api.get(f"/jobs/{job['id']}/runs/{job['latest_run_id']}")
    assert (run["status"], run["number"], run["config_step"]) == ("pending", 1, "upload")
    assert run["fields"] == job["fields"]


def test_a_created_job_is_where_the_answer_says(api: Api) -> None:
    """Location and ETag lead back to the same record."""
    created = api.send("POST", "/jobs", json={"name": "A", "fields": FIELDS})
    read = api.client.get(created.headers["Location"])
    assert read.json() == created.json()
    assert read.headers["ETag"] == created.headers["ETag"]


def test_a_job_may_be_saved_before_its_fields_are_known(api: Api) -> None:
    """The wizard asks for files first."""
    assert api.post("/jobs", {"name": "A"})["fields"] == []


def test_jobs_are_listed_by_name(api: Api) -> None:
    """Whatever the order they were created in; archived ones apart."""
    made = {name: api.job(name)["id"] for name in ("Pears", "Apples", "Quinces")}
    api.send("DELETE", f"/jobs/{made['Pears']}")
    listed, archived = api.get("/jobs"), api.get("/jobs", archived="true")
    assert [job["name"] for job in listed["jobs"]] == ["Apples", "Quinces"]
    assert listed["total"] == 2
    assert [job["name"] for job in archived["jobs"]] == ["Pears"]


def test_a_job_is_found_by_its_name(api: Api) -> None:
    """Whatever its case; an unknown name is an empty list, not an error."""
    job = api.job("Invoices")
    assert [found["id"] for found in api.get("/jobs", name="INVOICES")["jobs"]] == [job["id"]]
    assert api.get("/jobs", name="Receipts") == {"jobs": [], "total": 0, "next_cursor": None}


def test_a_name_is_taken_once(api: Api) -> None:
    """Also in other case and spacing; archiving frees it."""
    job = api.job("Supplier Invoices")
    api.refused("POST", "/jobs", 409, "name_taken", json={"name": "supplier  invoices", "fields": FIELDS})
    other = api.job("Other")
    api.refused("PATCH", f"/jobs/{other['id']}", 409, "name_taken", json={"name": "SUPPLIER INVOICES"})
    api.send("DELETE", f"/jobs/{job['id']}")
    assert api.job("supplier invoices")["name"] == "supplier invoices"


def test_a_change_leaves_alone_what_it_does_not_name(api: Api) -> None:
    """And runs that exist keep what they were created with."""
    job = api.job("A", description="before")
    changed = api.send("PATCH", f"/jobs/{job['id']}", json={"fields": [{"name": "other", "type": "date"}], "active": False}).json()
    assert (changed["name"], changed["description"], changed["active"]) == ("A", "before", False)
    assert [field["name"] for field in changed["fields"]] == ["other"]
    assert [field["name"] for field in api.get(f"/jobs/{job['id']}/fields")["fields"]] == ["text"]
    api.post(f"/jobs/{job['id']}/runs", {})
    assert [field["name"] for field in api.get(f"/jobs/{job['id']}/fields")["fields"]] == ["other"]


def test_a_job_tells_how_its_latest_run_stands(api: Api) -> None:
    """Ready, running, then finished or failed, with the run's times and error."""
    job = api.job()
    api.upload(job["id"], b"corrupt")
    api.post(f"/jobs/{job['id']}/submit", expect=202)
    assert api.get(f"/jobs/{job['id']}")["status"] == "RUNNING"
    api.drain()
    failed = api.get(f"/jobs/{job['id']}")
    assert (failed["status"], failed["error_message"]) == ("FAILED", "No file could be read.")
    assert failed["last_run_finished_at"] >= failed["last_run_started_at"]
    api.post(f"/jobs/{job['id']}/runs", {})
    assert api.get(f"/jobs/{job['id']}")["status"] == "READY"


def test_a_job_at_work_is_not_archived(api: Api) -> None:
    """Its run is cancelled first; an archived job keeps its runs readable and takes no new ones."""
    job = api.job()
    api.upload(job["id"], b"ok")
    api.post(f"/jobs/{job['id']}/submit", expect=202)
    api.refused("DELETE", f"/jobs/{job['id']}", 409, "wrong_state")
    api.drain()
    assert api.send("DELETE", f"/jobs/{job['id']}").status_code == 204
    assert api.get(f"/jobs/{job['id']}/results")["rows"][0]["values"] == {"text": "ok 0"}
    api.refused("POST", f"/jobs/{job['id']}/runs", 409, "wrong_state", json={})
    api.refused("PATCH", f"/jobs/{job['id']}", 409, "wrong_state", json={"name": "B"})


def test_every_member_of_a_field_and_of_the_options_comes_back(api: Api) -> None:
    """What was saved is what is answered."""
    table = {
        "name": "items",
        "type": "table",
        "columns": [{"name": "price", "type": "amount", "description": "Each", "synonyms": ["Unit"]}],
    }
    choice = {"name": "state", "type": "choice", "choices": ["paid", "open"], "examples": ["Paid"], "required": True}
    options = {
        "row_mode": "table_row",
        "engine": "embedded",
        "retry": {"max_retries": 1, "base_s": 3.5, "factor": 1.5, "cap_s": 9},
        "review_below": 0.75,
        "model_tokens": 5_000,
        "persist_data": False,
    }
    job = api.post("/jobs", {"name": "A", "fields": [table, choice], "options": options})
    assert job["fields"][0]["columns"][0] | table["columns"][0] == job["fields"][0]["columns"][0]
    assert job["fields"][1] | choice == job["fields"][1]
    assert job["options"] == options
    assert api.get(f"/jobs/{job['id']}/options")["options"] == options


@pytest.mark.embedded("it is refused before anything is read or written")
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/name"),
        ({"name": ""}, "#/name"),
        ({"name": "x" * 201}, "#/name"),
        ({"name": 7}, "#/name"),
        ({"name": "A", "colour": "red"}, "#/colour"),
        ({"name": "A", "description": "x" * 2001}, "#/description"),
        ({"name": "A", "fields": "text"}, "#/fields"),
        ({"name": "A", "fields": [{"name": "1st"}]}, "#/fields/0/name"),
        ({"name": "A", "fields": [{"name": "a"}, {"name": "b", "type": "money"}]}, "#/fields/1/type"),
        ({"name": "A", "fields": [{"name": "a", "required": "yes"}]}, "#/fields/0/required"),
        ({"name": "A", "fields": [{"name": f"f{n}"} for n in range(201)]}, "#/fields"),
        ({"name": "A", "fields": [{"name": "a", "examples": ["x"] * 201}]}, "#/fields/0/examples"),
        ({"name": "A", "options": {"retry": {"max_retries": -1}}}, "#/options/retry/max_retries"),
        ({"name": "A", "options": {"retry": {"base_s": 1e9}}}, "#/options/retry/base_s"),
        ({"name": "A", "options": {"row_mode": "sheet"}}, "#/options/row_mode"),
        ([], "#"),
        ("A", "#"),
    ],
)
def test_a_job_that_cannot_be_meant_is_refused_with_the_place_at_fault(api: Api, body: Any, pointer: str) -> None:
    """Every fault is named by a pointer into the body, and nothing is saved."""
    problem = api.refused("POST", "/jobs", 422, "invalid_request", json=body)
    assert pointer in {error["pointer"] for error in problem["errors"]}
    assert api.get("/jobs")["total"] == 0


@pytest.mark.embedded("it is refused before anything is read or written")
@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"name": " \t "}, "invalid_input"),
        ({"name": "bell\a"}, "invalid_input"),
        ({"fields": [{"name": "a"}, {"name": "A"}]}, "invalid_input"),
        ({"fields": [{"name": "a", "type": "choice"}]}, "invalid_input"),
        ({"fields": [{"name": "a", "columns": [{"name": "b"}]}]}, "invalid_input"),
        ({"fields": [{"name": "a", "type": "table", "columns": [{"name": "b", "type": "list"}]}]}, "invalid_input"),
        ({"options": {"engine": "oracle"}}, "unknown_engine"),
    ],
)
def test_what_the_domain_does_not_allow_is_refused(api: Api, members: dict[str, Any], code: str) -> None:
    """Rules that no schema can say are answered by the same kind of problem."""
    api.refused("POST", "/jobs", 422, code, json={"name": "A", "fields": FIELDS, **members})


@pytest.mark.embedded("it is refused before anything is read or written")
def test_numbers_beyond_json_are_no_numbers(api: Api) -> None:
    """NaN and Infinity are not JSON, and no option takes them."""
    for number in ("NaN", "Infinity", "1e999"):
        body = f'{{"name": "A", "options": {{"retry": {{"base_s": {number}}}}}}}'
        answer = api.send("POST", "/jobs", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in {400, 422}
