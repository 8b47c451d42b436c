"""Rules over HTTP (X12): kept with the job and each run of it, judged over rows as people left them, and a reason to look at them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sheaf.adapters.queue.embedded import EmbeddedQueue
from tests.acceptance.api.harness import Api, Json
from tests.faults.kit import ends_by_message

#: The tiny job type reads one text from a file: its first word and the row's number.
RULE = {"name": "as told", "check": "listed(text, 'ok 0', 'rows 1', 'rows 4')"}


@pytest.fixture
def job(api: Api) -> Json:
    """A job whose run ended with a row that is as the rule has it, and a table of which three rows are not, all read for sure."""
    options = {"review_below": 0.0}
    return api.finished(b"ok", b"rows 5", b"corrupt", name="ruled", rules=[RULE], options=options)


def rows(api: Api, job: Json, **query: Any) -> list[Json]:
    """Rows of the job's results."""
    found: list[Json] = api.get(f"/jobs/{job['id']}/results", **query)["rows"]
    return found


def test_a_rule_that_does_not_hold_opens_its_row(api: Api, job: Json) -> None:
    """The row says which rule and why, its fields are doubtful, and the review lists it; others are left alone."""
    queue = rows(api, job, review="open")
    assert [row["row"] for row in queue] == [0, 2, 3]
    assert queue[0]["violations"] == [{"rule": "as told", "message": "'rows 0' is none of ok 0, rows 1, rows 4.", "fields": ["text"]}]
    assert queue[0]["doubts"] == {"text": "rule"}
    assert [row["violations"] for row in rows(api, job) if row not in queue] == [[], [], [], []]
    assert rows(api, job, rule="as told") == queue


def test_a_correction_clears_it(api: Api, job: Json) -> None:
    """Rules are judged over the rows as people left them: a right value keeps the rule, an accepted one is no doubt any more."""
    first, second, third = rows(api, job, review="open")
    place = {"file_id": first["file_id"], "field": "text"}
    right = {**place, "row": first["row"], "verdict": "corrected", "value": "ok 0"}
    still = {**place, "row": second["row"], "verdict": "corrected", "value": "other"}
    accepted = {**place, "row": third["row"], "verdict": "accepted"}
    now = api.post(f"/jobs/{job['id']}/edits", {"edits": [right, still, accepted]}, expect=200)["rows"]
    assert [len(row["violations"]) for row in now] == [0, 1, 1]
    assert [row["doubts"] for row in now] == [{}, {}, {}]
    assert rows(api, job, review="open") == []
    assert len(rows(api, job, rule="as told")) == 2
    wrong = {"file_id": rows(api, job)[0]["file_id"], "field": "text", "verdict": "corrected", "value": "wrong"}
    assert api.post(f"/jobs/{job['id']}/edits", {"edits": [wrong]}, expect=200)["rows"][0]["violations"] != []


def test_exports_name_the_rules(api: Api, job: Json) -> None:
    """A column of its own beside the sources; JSON has them always."""
    lines = api.send("GET", f"/jobs/{job['id']}/export/csv", params={"sources": "true"}).text.splitlines()
    assert lines[0].endswith("violations,error")
    assert [line.count(",as told,") for line in lines[1:]] == [0, 1, 0, 1, 1, 0, 0]
    assert "violations" not in api.send("GET", f"/jobs/{job['id']}/export/csv").text
    assert [row["violations"] for row in api.send("GET", f"/jobs/{job['id']}/export/json").json()][1] == ["as told"]
    open_ones = api.send("GET", f"/jobs/{job['id']}/export/csv", params={"rule": "as told"})
    assert len(open_ones.text.splitlines()) == 4


def test_rules_come_with_the_configuration(api: Api, job: Json) -> None:
    """A job's later runs start with its rules, a clone with its source's; each run's are its own and final with it."""
    path = f"/jobs/{job['id']}"
    later = api.post(f"{path}/runs", {})
    kept = {**RULE, "tolerance": 0.01, "message": ""}
    assert (later["rules"], api.get(path)["rules"]) == ([kept], [kept])
    changed = api.send("PUT", f"{path}/rules", params={"run_id": later["id"]}, json={"rules": [{"check": "text != 'no'"}]})
    assert [rule["name"] for rule in changed.json()["rules"]] == ["text != 'no'"]
    assert api.get(f"{path}/rules", run_id=job["latest_run_id"])["rules"] == [kept]
    clone = api.post(f"{path}/runs", {"clone_from_run_id": later["id"]})
    assert clone["rules"] == changed.json()["rules"]
    query = {"run_id": job["latest_run_id"]}
    api.refused("PUT", f"{path}/rules", 409, "wrong_state", params=query, json={"rules": []})
    assert api.send("PATCH", path, json={"rules": []}).json()["rules"] == []
    assert api.get(f"{path}/runs/{clone['id']}")["rules"] == clone["rules"]


def test_a_template_takes_the_rules_that_it_can_answer(api: Api, job: Json) -> None:
    """Those of fields that it does not have are left out."""
    for name, field, expected in (("with", "text", 1), ("without", "other", 0)):
        template = api.post("/templates", {"name": name, "fields": [{"name": field}]})
        assert len(api.post(f"/jobs/{job['id']}/runs", {"template_id": template["id"]})["rules"]) == expected


@pytest.mark.embedded("it is refused before anything is written")
def test_what_cannot_be_meant_is_refused(api: Api) -> None:
    """A check in another language, of fields that are not there, or fields that leave a rule without its own."""
    job = api.job("refused", rules=[RULE])
    path = f"/jobs/{job['id']}"
    problem = api.refused("PUT", f"{path}/rules", 422, "bad_rule", json={"rules": [{"check": "text = __import__('os')"}]})
    assert problem["position"] == 8
    api.refused("PUT", f"{path}/rules", 422, "unknown_field", json={"rules": [{"check": "other = 'a'"}]})
    api.refused("PUT", f"{path}/rules", 422, "invalid_request", json={"rules": [{"check": ""}]})
    api.refused("PUT", f"{path}/rules", 422, "invalid_request", json={"rules": [{"check": "text = 'a'", "tolerance": -1}]})
    api.refused("PUT", f"{path}/rules", 422, "bad_rule", json={"rules": [RULE, RULE]})
    api.refused("PUT", f"{path}/fields", 422, "unknown_field", json={"fields": [{"name": "other"}]})
    api.refused("PATCH", path, 422, "unknown_field", json={"fields": [{"name": "other"}]})
    api.refused("POST", "/jobs", 422, "unknown_field", json={"name": "no fields", "rules": [RULE]})
    api.refused("GET", f"{path}/results", 422, "unknown_rule", params={"rule": "other"})
    both = api.send("PATCH", path, json={"fields": [{"name": "other"}], "rules": []})
    assert both.status_code == 200


def ruled(api: Api, *contents: bytes, check: str, name: str = "alike") -> Json:
    """A job with one rule whose run has ended over these contents."""
    return api.finished(*contents, name=name, rules=[{"name": "once", "check": check}], options={"review_below": 0.0})


def alike(api: Api, job: Json, **query: Any) -> list[tuple[str, int, str]]:
    """The rows that repeat others: file, row and what is said of them."""
    return [(row["file"], row["row"], row["violations"][0]["message"]) for row in rows(api, job, review="open", **query)]


def test_rows_that_repeat_another_are_told(api: Api) -> None:
    """In one file or two, of the same bytes or others; each names the other."""
    job = ruled(api, b"rows 3", b"ok", b"ok", b"rows 2", check="unique(text)")
    said = "The same text as in {}."
    assert [(file, row) for file, row, _ in alike(api, job)] == [
        (f"{file}.txt", row) for file, row in ((0, 0), (0, 1), (1, 0), (2, 0), (3, 0), (3, 1))
    ]
    told = {(file, row): message for file, row, message in alike(api, job)}
    assert (told["0.txt", 1], told["3.txt", 0]) == (said.format("3.txt, row 2"), said.format("0.txt, row 1"))
    assert (told["1.txt", 0], told["2.txt", 0]) == (said.format("2.txt, row 1"), said.format("1.txt, row 1"))


def test_a_correction_of_either_clears_both(api: Api) -> None:
    """And one that makes a row like another says so of it; rows of the same bytes are corrected together and stay alike."""
    job = ruled(api, b"rows 2", b"rows 1", b"ok", b"ok", check="unique(text)")
    place = {"file_id": rows(api, job)[2]["file_id"], "field": "text", "verdict": "corrected"}
    path = f"/jobs/{job['id']}/edits"
    assert api.post(path, {"edits": [{**place, "value": "new"}]}, expect=200)["rows"][0]["violations"] == []
    assert [file for file, _, _ in alike(api, job)] == ["2.txt", "3.txt"]
    assert api.post(path, {"edits": [{**place, "value": "ROWS  1"}]}, expect=200)["rows"][0]["violations"] != []
    twin = {**place, "file_id": rows(api, job)[3]["file_id"], "value": "other"}
    assert api.post(path, {"edits": [twin]}, expect=200)["rows"][0]["violations"] != []


def test_rows_count_as_a_later_run_shows_them(api: Api) -> None:
    """A correction that a later run takes over counts there; one that says nothing of what it read does not."""
    job = api.finished(
        b"ok", b"rows 2", name="taken over", rules=[{"check": "unique(text)"}], options={"review_below": 0.0, "row_mode": "table_row"}
    )
    for place, value in ((0, "rows 1"), (1, "new")):
        row = rows(api, job)[place]
        said = {"file_id": row["file_id"], "row": row["row"], "field": "text", "verdict": "corrected", "value": value}
        api.post(f"/jobs/{job['id']}/edits", {"edits": [said]}, expect=200)
    api.clock.move(timedelta(minutes=1))
    run = api.post(f"/jobs/{job['id']}/runs", {})
    api.upload(job["id"], b"ok", b"rows 2", b"rows 1", run_id=run["id"])
    api.post(f"/jobs/{job['id']}/submit", expect=202, run_id=run["id"])
    api.drain()
    found = [(row["file"], row["values"]["text"], len(row["violations"])) for row in rows(api, job, run_id=run["id"])]
    assert found == [("0.txt", "rows 1", 1), ("1.txt", "new", 0), ("1.txt", "rows 1", 1), ("2.txt", "rows 0", 0)]


def test_rows_of_earlier_runs_are_repeated_too(api: Api) -> None:
    """Where the rule speaks of the job; what a later run reads changes nothing for an earlier one."""
    job = ruled(api, b"rows 2", b"ok", check="unique_in_job(text)")
    run = api.post(f"/jobs/{job['id']}/runs", {})
    api.upload(job["id"], b"rows 3", run_id=run["id"])
    api.post(f"/jobs/{job['id']}/submit", expect=202, run_id=run["id"])
    api.drain()
    earlier = "The same text as in 0.txt of an earlier run, row {}."
    assert alike(api, job, run_id=run["id"]) == [("0.txt", 0, earlier.format(1)), ("0.txt", 1, earlier.format(2))]
    assert alike(api, job, run_id=job["latest_run_id"]) == []


@pytest.mark.embedded("it hands the queue's messages over one by one")
def test_a_run_at_work_repeats_nothing_yet(api: Api) -> None:
    """Rows are shown as they come; whether they are repeated is told when all are there."""
    job = api.job("early", rules=[{"check": "unique(text)"}])
    api.upload(job["id"], b"ok", b"ok")
    api.post(f"/jobs/{job['id']}/submit", expect=202)
    queue = api.kernel.queue
    assert isinstance(queue, EmbeddedQueue)
    with ends_by_message():
        while len(rows(api, job)) < 2:
            for delivery in queue.claim("test", 1):
                api.deliver(delivery)
                queue.ack(delivery)
                assert all(row["violations"] == [] for row in rows(api, job))
    api.drain()
    assert len(alike(api, job)) == 2


def test_what_is_broken_is_summed_up(api: Api, job: Json) -> None:
    """Rule by rule, with how many rows and the first of them."""
    whole = api.get(f"/jobs/{job['id']}/violations")
    assert (whole["rows_judged"], whole["next_cursor"]) == (6, None)
    assert [(rule["rule"], rule["rows"], [row["row"] for row in rule["first"]]) for rule in whole["rules"]] == [("as told", 3, [0, 2, 3])]
    assert whole["rules"][0]["first"][0]["message"] == "'rows 0' is none of ok 0, rows 1, rows 4."
    api.refused("GET", f"/jobs/{job['id']}/violations", 400, "bad_cursor", params={"cursor": "x"})
