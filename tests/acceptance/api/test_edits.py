"""Edits over HTTP (X4): what people say of values is kept apart from what was read, shown by later runs, and never by earlier ones."""

from __future__ import annotations

from datetime import timedelta
from json import dumps
from typing import Any

import pytest

from sheaf.domain.edits import Edit, Verdict, carries
from sheaf.domain.rows import Cell, CellState, Row
from sheaf.ports.store import Page, Query
from sheaf.services import edits, results, runs
from sheaf.services.records import dump
from tests.acceptance.api.harness import Api, Json, parsed


@pytest.fixture
def job(api: Api) -> Json:
    """A job whose run ended with a row, a table of 25 rows and a failed file."""
    return api.finished(b"ok", b"rows 25", b"corrupt", name="edited")


def files(api: Api, job: Json, run_id: str | None = None) -> list[str]:
    """The ids of a run's files, in order."""
    query = {"run_id": run_id} if run_id else {}
    return [file["id"] for file in api.get(f"/jobs/{job['id']}/files", **query)["files"]]


def say(api: Api, job: Json, file_id: str, *, row: int = 0, **said: Any) -> Json:
    """The row after something was said of its only field."""
    change = {"file_id": file_id, "row": row, "field": "text", **said}
    row_now: Json = api.post(f"/jobs/{job['id']}/edits", {"edits": [change]}, expect=200)["rows"][0]
    return row_now


def shown(api: Api, job: Json, **query: Any) -> list[Json]:
    """Rows of the job's results."""
    rows: list[Json] = api.get(f"/jobs/{job['id']}/results", **query)["rows"]
    return rows


def again(api: Api, job: Json, *contents: bytes) -> str:
    """A further run of the job over these contents, ended."""
    api.clock.move(timedelta(minutes=1))
    run: Json = api.post(f"/jobs/{job['id']}/runs", {"clone_from_run_id": job["latest_run_id"]})
    api.upload(job["id"], *contents, run_id=run["id"])
    api.post(f"/jobs/{job['id']}/submit", expect=202, run_id=run["id"])
    api.drain()
    return str(run["id"])


def test_a_correction_stands_beside_what_was_read(api: Api, job: Json) -> None:
    """Results and exports show the corrected value; the cell is still as it was read, and the edit says who and when."""
    file_id = files(api, job)[0]
    said = say(api, job, file_id, verdict="corrected", value="right", seen="")
    assert said["values"] == {"text": "right"}
    row = shown(api, job, file_id=file_id)[0]
    assert (row["values"]["text"], row["cells"]["text"]["value"]) == ("right", "ok 0")
    edit = row["edits"]["text"]
    assert (edit["verdict"], edit["value"], edit["by"], edit["run_id"]) == (
        "corrected",
        "right",
        edit["by"] or "nobody",
        job["latest_run_id"],
    )
    assert "right" in api.send("GET", f"/jobs/{job['id']}/export/csv").text


@pytest.mark.parametrize(
    ("said", "value", "doubts"),
    [
        ({"verdict": "accepted"}, "rows 12", {}),
        ({"verdict": "corrected", "value": None}, None, {}),
        ({"verdict": "rejected"}, None, {}),
    ],
)
def test_each_verdict_settles_its_value(api: Api, job: Json, said: Json, value: str | None, doubts: Json) -> None:
    """A value that was spoken of is doubtful no more, far down a table as well; withdrawn, it is as it was."""
    file_id = files(api, job)[1]
    now = say(api, job, file_id, row=12, **said)
    assert (now["values"]["text"], now["doubts"]) == (value, doubts)
    assert shown(api, job, file_id=file_id)[12]["values"]["text"] == value
    back = say(api, job, file_id, row=12, verdict="withdrawn")
    assert (back["values"], back["edits"], back["doubts"]) == ({"text": "rows 12"}, {}, {"text": "unsure"})


def test_the_review_queue_empties(api: Api, job: Json) -> None:
    """Rows with doubtful values are listed until each of them was spoken of."""
    queue = shown(api, job, review="open")
    assert [row["doubts"] for row in queue] == [{"text": "unsure"}] * len(queue) != []
    for row in queue[:1]:
        say(api, job, row["file_id"], row=row["row"], verdict="accepted")
    assert shown(api, job, review="open") == queue[1:]
    assert [(row["file"], row["row"]) for row in shown(api, job, review="edited", field="text")] == [(queue[0]["file"], queue[0]["row"])]


def test_edits_survive_a_later_run(api: Api, job: Json) -> None:
    """The same content read again, whatever its name, shows them; other content does not."""
    say(api, job, files(api, job)[0], verdict="corrected", value="right")
    later = again(api, job, b"rows 2", b"ok")
    rows = shown(api, job, run_id=later)
    assert [row["values"]["text"] for row in rows] == ["rows 0", "rows 1", "right"]
    assert rows[2]["edits"]["text"]["run_id"] == job["latest_run_id"]


def test_a_run_shows_what_was_said_before_it_was_submitted(api: Api, job: Json) -> None:
    """However long before it was created; and an edit that it may show is kept when its own run is edited once more."""
    run = api.post(f"/jobs/{job['id']}/runs", {"clone_from_run_id": job["latest_run_id"]})
    api.upload(job["id"], b"ok", run_id=run["id"])
    api.clock.move(timedelta(minutes=1))
    change = {"file_id": files(api, job, job["latest_run_id"])[0], "field": "text", "verdict": "corrected", "value": "right"}
    api.post(f"/jobs/{job['id']}/edits", {"edits": [change]}, expect=200, run_id=job["latest_run_id"])
    api.clock.move(timedelta(minutes=1))
    api.post(f"/jobs/{job['id']}/submit", expect=202, run_id=run["id"])
    api.drain()
    assert shown(api, job, run_id=run["id"])[0]["values"]["text"] == "right"
    api.clock.move(timedelta(minutes=1))
    api.post(f"/jobs/{job['id']}/edits", {"edits": [{**change, "value": "late"}]}, expect=200, run_id=job["latest_run_id"])
    assert shown(api, job, run_id=run["id"])[0]["values"]["text"] == "right"
    assert shown(api, job, run_id=job["latest_run_id"])[0]["values"]["text"] == "late"


@pytest.mark.embedded("it is refused before anything is written")
def test_edits_of_neighbouring_rows_are_bounded(api: Api, job: Json) -> None:
    """Long corrections push out those that others replaced, and are refused where what stands is too much; withdrawing makes room."""
    file_id = files(api, job)[1]
    for row in range(8):
        say(api, job, file_id, row=row, verdict="corrected", value="x" * 19_000)
    change = {"file_id": file_id, "row": 8, "field": "text", "verdict": "corrected", "value": "y" * 19_900}
    say(api, job, file_id, row=8, verdict="corrected", value="y")
    api.refused("POST", f"/jobs/{job['id']}/edits", 422, "too_much_said", json={"edits": [{**change, "row": 9}, {**change}]})
    say(api, job, file_id, row=0, verdict="withdrawn")
    assert say(api, job, file_id, row=8, verdict="corrected", value="y" * 19_900)["values"]["text"] == "y" * 19_900
    assert max(len(repr(dump(record))) for record in edits.of_job(api.kernel, "default", job["id"])) < 200_000


@pytest.mark.embedded("it is about what is asked of the store")
def test_all_values_of_a_wide_table_can_be_accepted(api: Api) -> None:
    """Of each of ten neighbouring rows, which lie together; what bounds them counts little more than they take."""
    names = [f"c{number}" for number in range(38)]
    data = "\n".join([dumps(dict.fromkeys(names, "1"), separators=(",", ":"))] * 10).encode()
    job = api.job("wide", fields=[{"name": name} for name in names], options={"row_mode": "table_row"})
    api.upload(job["id"], data)
    api.post(f"/jobs/{job['id']}/submit", expect=202)
    api.drain()
    file_id = files(api, job)[0]
    for row in range(10):
        said = [{"file_id": file_id, "row": row, "field": name, "verdict": "accepted"} for name in names]
        assert len(api.post(f"/jobs/{job['id']}/edits", {"edits": said}, expect=200)["rows"][0]["edits"]) == len(names)


def test_a_page_of_a_long_file_reads_the_edits_of_its_rows(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not those of all its rows, however far down the page is; all are found where all rows are gone through."""
    job = api.finished(b"rows 900", name="long")
    file_id = files(api, job)[0]
    said = [{"file_id": file_id, "row": row, "field": "text", "verdict": "corrected", "value": f"{row}"} for row in range(0, 900, 10)]
    api.post(f"/jobs/{job['id']}/edits", {"edits": said}, expect=200)
    run = runs.get(api.kernel, "default", job["latest_run_id"])
    place = results.page(api.kernel, run, limit=300).cursor
    read: list[str] = []
    query = api.kernel.store.query

    def watched(asked: Query) -> Page:
        page = query(asked)
        read.extend(document.path for document in page.documents)
        return page

    monkeypatch.setattr(api.kernel.store, "query", watched)
    page = results.page(api.kernel, run, after=place, limit=15)
    assert [row.cells["text"].value for row in page.rows if row.edits] == ["300", "310"]
    assert sum("/edits/" in path for path in read) < 25
    everything = [row.row.index for row in results.stream(api.kernel, run) if row.edits]
    assert everything == list(range(0, 900, 10))


def test_edits_never_reach_back(api: Api, job: Json) -> None:
    """What is said in a later run changes nothing that an earlier one shows."""
    say(api, job, files(api, job)[0], verdict="corrected", value="first")
    later = again(api, job, b"ok")
    say_later = {"file_id": files(api, job, later)[0], "field": "text", "verdict": "corrected", "value": "second"}
    api.post(f"/jobs/{job['id']}/edits", {"edits": [say_later]}, expect=200, run_id=later)
    assert shown(api, job, run_id=job["latest_run_id"])[0]["values"]["text"] == "first"
    assert shown(api, job, run_id=later)[0]["values"]["text"] == "second"
    third = again(api, job, b"ok")
    assert shown(api, job, run_id=third)[0]["values"]["text"] == "second"


def test_what_a_later_run_shows_is_not_taken_from_it(api: Api, job: Json) -> None:
    """An earlier run's edit that a later run shows stays there when the earlier run is edited once more."""
    file_id = files(api, job)[0]
    for value in ("typo", "first"):
        say(api, job, file_id, verdict="corrected", value=value)
    later = again(api, job, b"ok")
    api.clock.move(timedelta(minutes=1))
    change = {"file_id": file_id, "field": "text", "verdict": "corrected", "value": "second"}
    api.post(f"/jobs/{job['id']}/edits", {"edits": [change]}, expect=200, run_id=job["latest_run_id"])
    assert shown(api, job, run_id=later)[0]["values"]["text"] == "first"
    assert shown(api, job, run_id=job["latest_run_id"])[0]["values"]["text"] == "second"
    history = api.get(f"/jobs/{job['id']}/edits")["cells"][0]["edits"]
    assert [edit["value"] for edit in history] == ["first", "second"]


@pytest.mark.embedded("it is decided on what both stores hold alike")
def test_an_edit_of_another_type_says_nothing(api: Api, job: Json) -> None:
    """Once a field has another type, what was said of its texts counts no more: a run shows what it reads, and takes new edits."""
    say(api, job, files(api, job)[0], verdict="corrected", value="right")
    api.clock.move(timedelta(minutes=1))
    run = api.post(f"/jobs/{job['id']}/runs", {"clone_from_run_id": job["latest_run_id"]})
    api.send("PUT", f"/jobs/{job['id']}/fields", params={"run_id": run["id"]}, json={"fields": [{"name": "text", "type": "number"}]})
    retyped = runs.get(api.kernel, "default", run["id"])
    assert [field.type.value for field in retyped.fields] == ["number"]
    kept = next(edits.of_job(api.kernel, "default", job["id"])).cells
    row = Row(cells={"text": Cell(state=CellState.MISSING)})
    assert edits.of_row(retyped, kept, row) == {}
    assert edits.of_row(runs.get(api.kernel, "default", job["latest_run_id"]), kept, row)["text"].value == "right"


def test_an_edit_of_a_tables_row_needs_the_same_value_there(api: Api) -> None:
    """Rows of a table are known by number alone: a later run that reads another value at that number is not corrected by it."""
    job = api.finished(b"rows 3", name="table", options={"row_mode": "table_row"})
    file_id = files(api, job)[0]
    say(api, job, file_id, row=1, verdict="corrected", value="right")
    later = again(api, job, b"rows 3")
    assert shown(api, job, run_id=later)[1]["values"]["text"] == "right"
    run = runs.get(api.kernel, "default", later)
    edit = Edit(id="e", verdict=Verdict.CORRECTED, value="right", was={"value": "rows 1"}, at=run.created_at, run_id=job["latest_run_id"])
    assert carries(edit, Cell(state=CellState.FOUND, value="rows 1"), run)
    assert not carries(edit, Cell(state=CellState.FOUND, value="Ann"), run)


def test_the_slower_of_two_is_told(api: Api, job: Json) -> None:
    """Who saw another edit than the one that stands is refused, and nothing changes."""
    file_id = files(api, job)[0]
    first = say(api, job, file_id, verdict="corrected", value="mine", seen="")
    change = {"file_id": file_id, "field": "text", "verdict": "corrected", "value": "yours", "seen": ""}
    api.refused("POST", f"/jobs/{job['id']}/edits", 409, "edited_since", json={"edits": [change]})
    assert shown(api, job)[0]["values"]["text"] == "mine"
    say(api, job, file_id, verdict="accepted", seen=first["edits"]["text"]["id"])


@pytest.mark.embedded("it is refused before anything is written")
@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"field": "other"}, 422, "invalid_input"),
        ({"file_id": "unknown"}, 404, "not_found"),
        ({"row": 7}, 404, "not_found"),
        ({"verdict": "corrected", "value": 3}, 422, "bad_value"),
        ({"verdict": "corrected", "value": "x" * 30_000}, 422, "bad_value"),
        ({"verdict": "perhaps"}, 422, "invalid_request"),
        ({"row": -1}, 422, "invalid_request"),
    ],
)
def test_what_makes_no_sense_is_refused(api: Api, job: Json, change: Json, status: int, code: str) -> None:
    """Unknown fields, files and rows, and values that the field cannot hold."""
    given = {"file_id": files(api, job)[0], "field": "text", "verdict": "accepted", **change}
    api.refused("POST", f"/jobs/{job['id']}/edits", status, code, json={"edits": [given]})
    assert parsed(api.send("GET", f"/jobs/{job['id']}/edits"), 200)["cells"] == []


def test_a_failed_file_has_nothing_to_edit(api: Api, job: Json) -> None:
    """It has no values."""
    change = {"file_id": files(api, job)[2], "field": "text", "verdict": "accepted"}
    api.refused("POST", f"/jobs/{job['id']}/edits", 404, "not_found", json={"edits": [change]})


def test_the_history_is_listed(api: Api, job: Json) -> None:
    """Every cell that was spoken of, with what was said."""
    file_id = files(api, job)[1]
    for row, value in ((3, "a"), (14, "b"), (3, "c")):
        say(api, job, file_id, row=row, verdict="corrected", value=value)
        api.clock.move(timedelta(seconds=1))
    cells = api.get(f"/jobs/{job['id']}/edits", limit=1)
    assert cells["next_cursor"]
    listed = [*cells["cells"], *api.get(f"/jobs/{job['id']}/edits", cursor=cells["next_cursor"])["cells"]]
    assert [(cell["row"], [edit["value"] for edit in cell["edits"]]) for cell in listed] == [(14, ["b"]), (3, ["c"])]
