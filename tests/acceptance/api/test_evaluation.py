"""Evaluation over HTTP (X4): runs scored by what people said, per field and engine, and two runs compared cell by cell."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sheaf.domain.rows import Cell, CellState, Row
from sheaf.ports.jobtype import Outcome
from tests.acceptance.api.harness import Api, Json
from tests.faults.kit import Tiny


@pytest.fixture
def job(api: Api) -> Json:
    """A job whose run read a row, a table of 25 rows and failed at a file."""
    return api.finished(b"ok", b"rows 25", b"corrupt", name="evaluated")


def files(api: Api, job: Json, run_id: str) -> list[str]:
    """The ids of a run's files, in order."""
    return [file["id"] for file in api.get(f"/jobs/{job['id']}/files", run_id=run_id)["files"]]


def say(api: Api, job: Json, *said: Json, run_id: str | None = None) -> None:
    """Say something of cells of a run, its first file's first row where nothing else is named."""
    run = run_id or job["latest_run_id"]
    ids = files(api, job, run)
    edits = [{"row": 0, "field": "text", **one, "file_id": ids[one.get("file_id", 0)]} for one in said]
    api.post(f"/jobs/{job['id']}/edits", {"edits": edits}, expect=200, run_id=run)


def again(api: Api, job: Json, *contents: bytes) -> str:
    """A further run of the job over these contents, ended."""
    api.clock.move(timedelta(minutes=1))
    run: Json = api.post(f"/jobs/{job['id']}/runs", {"clone_from_run_id": job["latest_run_id"]})
    api.upload(job["id"], *contents, run_id=run["id"])
    api.post(f"/jobs/{job['id']}/submit", expect=202, run_id=run["id"])
    api.drain()
    return str(run["id"])


def reads(api: Api, *values: str | None) -> None:
    """Have every file read from now on come to these rows."""
    cells = [Cell(state=CellState.FOUND, value=one, confidence=0.99) if one else Cell(state=CellState.MISSING) for one in values]
    tiny = api.kernel.job_types("tiny")
    assert isinstance(tiny, Tiny)
    tiny.outcome = Outcome(rows=tuple(Row(cells={"text": cell}, index=at) for at, cell in enumerate(cells)), engine="tiny/2")


def test_what_people_said_scores_a_run(api: Api, job: Json) -> None:
    """Accepted values are right, corrected and rejected ones wrong, those nobody spoke of count for neither; failed files have none."""
    said = ({"verdict": "accepted"}, {"verdict": "corrected", "value": "other"}, {"verdict": "rejected"}, {"verdict": "accepted"})
    say(api, job, said[0], *({"file_id": 1, "row": at * 9, **one} for at, one in enumerate(said[1:])))
    found = api.get(f"/jobs/{job['id']}/evaluation")
    assert (found["job_run_id"], found["review_below"]) == (job["latest_run_id"], 0.9)
    engine = found["engines"][0]
    assert (engine["engine"], engine["files"], engine["rows"], engine["reviewed_rows"]) == ("tiny/1", 2, 26, 4)
    score = engine["fields"]["text"]
    assert (score["cells"], score["found"], score["judged"], score["right"], score["wrong"]) == (26, 26, 4, 2, 2)
    assert (score["accuracy"], score["precision"], score["recall"]) == (0.5, 0.5, 0.6667)
    assert (score["open"], score["coverage"], score["sure_precision"]) == (18, 0.1923, 0.0)
    assert engine["all"] == score


def test_what_was_withdrawn_says_nothing(api: Api, job: Json) -> None:
    """A run that nobody spoke of has no scores, and neither has one of which all was taken back."""
    before = api.get(f"/jobs/{job['id']}/evaluation")
    assert before["engines"][0]["all"]["accuracy"] is None
    say(api, job, {"verdict": "accepted"})
    say(api, job, {"verdict": "withdrawn"})
    assert api.get(f"/jobs/{job['id']}/evaluation") == before


def test_a_broken_rule_is_a_doubt(api: Api) -> None:
    """Values that a rule speaks of need a look until somebody spoke of them, and count as doubted however sure they were read."""
    job = api.finished(b"ok", name="ruled", rules=[{"check": "text != 'ok 0'"}], options={"review_below": 0.1})
    before = api.get(f"/jobs/{job['id']}/evaluation")["engines"][0]["all"]
    say(api, job, {"verdict": "corrected", "value": "other"})
    after = api.get(f"/jobs/{job['id']}/evaluation")["engines"][0]["all"]
    assert (before["open"], after["open"]) == (1, 0)
    assert (before["coverage"], after["coverage"], after["sure_precision"]) == (0.0, 0.0, None)


@pytest.mark.embedded("what the job type answers is changed in between, which another process would not see")
def test_any_run_is_scored_by_the_same_truth(api: Api, job: Json) -> None:
    """Over the same content: another value than the right one is wrong, the same in other letters is right, a rejected one unknown else."""
    say(api, job, {"verdict": "accepted"}, {"verdict": "rejected", "file_id": 1})
    reads(api, "OK-0", None)
    later = again(api, job, b"rows 25", b"ok")
    score = api.get(f"/jobs/{job['id']}/evaluation", run_id=later)["engines"][0]
    assert (score["engine"], score["all"]["judged"], score["all"]["right"], score["all"]["open"]) == ("tiny/2", 1, 1, 0)


@pytest.mark.embedded("what the job type answers is changed in between, which another process would not see")
def test_two_runs_are_compared(api: Api, job: Json) -> None:
    """Cell by cell, whatever the order of the files: alike, otherwise, in one alone; and which of them people said is right."""
    reads(api, "ok 0", "more")
    later = again(api, job, b"new", b"rows 25", b"ok")
    say(api, job, {"verdict": "accepted"}, {"verdict": "corrected", "value": "ok 0", "file_id": 1})
    found = api.get(f"/jobs/{job['id']}/comparison", run_id=later, other_run_id=job["latest_run_id"], limit=500)
    totals = found["totals"]
    assert (totals["rows"], totals["rows_only_this"], totals["rows_only_other"]) == (29, 3, 23)
    counted = {"same": 1, "different": 2, "only_this": 3, "only_other": 23, "judged": 2, "right": 2, "other_right": 1}
    assert totals["fields"] == {"text": counted}
    assert [(cell["file"], cell["row"], cell["outcome"]) for cell in found["cells"]][:5] == [
        ("0.txt", 0, "only_this"),
        ("0.txt", 1, "only_this"),
        ("1.txt", 0, "different"),
        ("1.txt", 1, "different"),
        ("1.txt", 2, "only_other"),
    ]
    cell = found["cells"][2]
    assert (cell["this"]["value"], cell["this"]["right"]) == ("ok 0", True)
    assert (cell["other"]["value"], cell["other"]["right"]) == ("rows 0", False)
    assert cell["file_id"] == files(api, job, later)[1]
    assert cell["other_file_id"] == files(api, job, job["latest_run_id"])[1]
    assert found["cells"][-1] == {**found["cells"][-1], "file": "2.txt", "row": 1, "outcome": "only_this"}


@pytest.mark.embedded("what the job type answers is changed in between, which another process would not see")
@pytest.mark.parametrize("limit", [1, 3, 7])
def test_differences_are_paged(api: Api, job: Json, limit: int) -> None:
    """Every differing cell is on exactly one page, those that only the other run has at the end."""
    reads(api, "a", "b")
    later = again(api, job, b"new", b"rows 25")
    query = {"run_id": later, "other_run_id": job["latest_run_id"]}
    whole = api.get(f"/jobs/{job['id']}/comparison", limit=500, **query)
    page = api.get(f"/jobs/{job['id']}/comparison", limit=limit, **query)
    cells = page["cells"]
    while page["next_cursor"]:
        page = api.get(f"/jobs/{job['id']}/comparison", limit=limit, cursor=page["next_cursor"], **query)
        assert (page["totals"], len(page["cells"]) <= limit) == (None, True)
        cells += page["cells"]
    assert cells == whole["cells"]
    assert (cells[-1]["file_id"], cells[-1]["outcome"]) == (None, "only_other")


def test_a_run_is_like_its_like(api: Api, job: Json) -> None:
    """The same content read in the same way differs in nothing."""
    later = again(api, job, b"rows 25", b"ok", b"corrupt")
    found = api.get(f"/jobs/{job['id']}/comparison", run_id=later, other_run_id=job["latest_run_id"])
    assert (found["cells"], found["next_cursor"], found["totals"]["fields"]["text"]["same"]) == ([], None, 26)


def test_what_cannot_be_compared_is_refused(api: Api, job: Json) -> None:
    """A run beside itself, one of another job, none, and a cursor of something else."""
    path, run = f"/jobs/{job['id']}/comparison", job["latest_run_id"]
    api.refused("GET", path, 422, "not_comparable", params={"other_run_id": run})
    api.refused("GET", path, 422, "invalid_request")
    api.refused("GET", path, 404, "not_found", params={"other_run_id": api.job("elsewhere")["latest_run_id"]})
    later = again(api, job, b"ok")
    api.refused("GET", path, 400, "bad_cursor", params={"run_id": later, "other_run_id": run, "cursor": "bm90aGluZw"})
