"""Exports over HTTP: named, typed, chosen, refused (A12)."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest

from tests.acceptance.api.harness import Api, Json

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def job(api: Api) -> Json:
    """A job whose run ended with rows and a failed file."""
    return api.finished(b"rows 3", b"corrupt", name="mixed")


@pytest.mark.parametrize(
    ("kind", "suffix", "media"),
    [("csv", "csv", "text/csv"), ("excel", "xlsx", XLSX), ("json", "json", "application/json"), ("jsonl", "jsonl", "application/x-ndjson")],
)
def test_an_export_is_named_after_its_job_and_run(api: Api, job: Json, kind: str, suffix: str, media: str) -> None:
    """And has its media type and its length."""
    answer = api.send("GET", f"/jobs/{job['id']}/export/{kind}")
    name = f"job_{job['id']}_run_{job['latest_run_id']}_results.{suffix}"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert answer.headers["Content-Type"].partition(";")[0] == media
    assert int(answer.headers["Content-Length"]) == len(answer.content)


def test_every_format_holds_every_row(api: Api, job: Json) -> None:
    """Those of failed files too, with why."""

    def content(kind: str) -> bytes:
        return api.send("GET", f"/jobs/{job['id']}/export/{kind}").content

    lines = list(csv.DictReader(io.StringIO(content("csv").decode("utf-8-sig"))))
    assert [line["text"] for line in lines] == ["rows 0", "rows 1", "rows 2", ""]
    assert "corrupt" in lines[3]["error"]
    assert [row["values"].get("text") for row in json.loads(content("json"))] == ["rows 0", "rows 1", "rows 2", None]
    assert [json.loads(line)["row"] for line in content("jsonl").splitlines()] == [0, 1, 2, 0]
    assert "xl/worksheets/sheet1.xml" in zipfile.ZipFile(io.BytesIO(content("excel"))).namelist()


def test_an_export_takes_columns_sources_and_filters(api: Api, job: Json) -> None:
    """The same filters as the results."""
    plain = api.send("GET", f"/jobs/{job['id']}/export/csv", params={"failed": "false", "columns": "text"}).text
    assert len(plain.splitlines()) == 4
    sourced = api.send("GET", f"/jobs/{job['id']}/export/csv", params={"sources": "true"}).text
    assert len(sourced.splitlines()[0].split(",")) > len(plain.splitlines()[0].split(","))


def test_an_export_of_a_run_is_of_that_run(api: Api, job: Json) -> None:
    """Also once there is a later one, whose own is empty."""
    api.post(f"/jobs/{job['id']}/runs", {})
    later = api.send("GET", f"/jobs/{job['id']}/export/jsonl")
    earlier = api.send("GET", f"/jobs/{job['id']}/export/jsonl", params={"run_id": job["latest_run_id"]})
    assert (later.content, len(earlier.content.splitlines())) == (b"", 4)


@pytest.mark.embedded("it is refused before anything is read or written")
@pytest.mark.parametrize("query", [{"columns": "total"}, {"columns": ""}, {"columns": "text,,"}, {"sources": "1"}, {"limit": "5"}])
def test_an_export_that_cannot_be_meant_is_refused(api: Api, job: Json, query: dict[str, str]) -> None:
    """As a problem, not as a file that holds an error."""
    answer = api.send("GET", f"/jobs/{job['id']}/export/csv", params=query)
    assert answer.status_code == 422
    assert "Content-Disposition" not in answer.headers


def test_there_are_no_other_formats(api: Api, job: Json) -> None:
    """Whatever the catalogue calls them inside."""
    for kind in ("xlsx", "pdf", ""):
        api.refused("GET", f"/jobs/{job['id']}/export/{kind}", 404, "not_found")


def test_an_export_s_headers_cost_no_export(api: Api, job: Json) -> None:
    """Whoever asks for them alone gets no body."""
    answer = api.send("HEAD", f"/jobs/{job['id']}/export/csv")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Disposition"].endswith("_results.csv")
