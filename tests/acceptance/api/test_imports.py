"""Importing from buckets, seen from outside: asked for, followed, read, repeated, refused."""

from __future__ import annotations

import pytest

from tests.acceptance.api.harness import Api
from tests.contract.buckets import FOLDERS


@pytest.mark.parametrize("scheme", FOLDERS)
def test_a_bucket_is_read(api: Api, scheme: str) -> None:
    """A folder's files come into the run while the worker is called; each tells where it came from; the run reads them."""
    with FOLDERS[scheme]() as bucket:
        for name in ("in/b/2.txt", "in/1.txt", "in/readme.md", "out/3.txt"):
            bucket.write(name, b"ok")
        job = api.job()
        begun = api.post(f"/jobs/{job['id']}/imports", {"url": f"{bucket.url}/in", "pattern": "*.TXT"}, expect=202)
        assert (begun["status"], begun["imported"], begun["job_run_id"]) == ("running", 0, job["latest_run_id"])
        api.refused("POST", f"/jobs/{job['id']}/submit", 409, "import_running")
        api.drain()
        done = api.get(f"/jobs/{job['id']}/imports/{begun['id']}")
        assert (done["status"], done["imported"], done["bytes"], done["refused"]) == ("completed", 2, 4, 0)
        files = api.get(f"/jobs/{job['id']}/files")["files"]
        assert [file["filename"] for file in files] == ["1.txt", "b/2.txt"]
        assert [file["file_url"] for file in files] == [f"{bucket.url}/in/1.txt", f"{bucket.url}/in/b/2.txt"]
        assert all(file["file_version"] for file in files)
        again = api.post(f"/jobs/{job['id']}/imports", {"url": f"{bucket.url}/in/1.txt"}, expect=202)
        api.drain()
        assert api.get(f"/jobs/{job['id']}/imports/{again['id']}")["known"] == 1
        assert api.get(f"/jobs/{job['id']}/imports")["imports"] == [
            api.get(f"/jobs/{job['id']}/imports/{each['id']}") for each in (begun, again)
        ]
    api.post(f"/jobs/{job['id']}/submit", expect=202)
    api.drain()
    assert api.get(f"/jobs/{job['id']}")["status"] == "FINISHED"


REFUSED: list[tuple[dict[str, object], str]] = [
    ({"url": "ftp://bucket/in"}, "unknown_folder"),
    ({"url": "file:///etc"}, "unknown_folder"),
    ({"url": "https://example.com/in"}, "unknown_folder"),
    ({"url": "s3://169.254.169.254/latest"}, "invalid_input"),
    ({"url": "gs://localhost:9000/in"}, "invalid_input"),
    ({"url": "/srv/files"}, "invalid_request"),
    ({"url": "s3://bucket/a\nb"}, "invalid_request"),
    ({"url": "s3://bucket/" + "x" * 1_300}, "invalid_request"),
    ({"url": "s3://bucket/in", "max_files": 0}, "invalid_request"),
    ({"url": "s3://bucket/in", "pattern": ""}, "invalid_request"),
    ({}, "invalid_request"),
]


def test_what_is_no_folder_is_refused(api: Api) -> None:
    """An address of no known kind, or that is none, begins nothing; an unknown kind is told the known ones."""
    job = api.job()
    for body, code in REFUSED:
        problem = api.refused("POST", f"/jobs/{job['id']}/imports", 422, code, json=body)
        assert code != "unknown_folder" or problem["known"] == ["gs", "s3"]
    assert api.get(f"/jobs/{job['id']}/imports")["imports"] == []


def test_a_bucket_that_is_not_there(api: Api) -> None:
    """The import fails and says why."""
    with FOLDERS["gs"]():
        job = api.job()
        begun = api.post(f"/jobs/{job['id']}/imports", {"url": "gs://no-such-bucket-at-all/in"}, expect=202)
        api.drain()
        done = api.get(f"/jobs/{job['id']}/imports/{begun['id']}")
    assert (done["status"], done["imported"]) == ("failed", 0)
    assert "no-such-bucket-at-all" in done["error_message"]


def test_an_import_is_its_jobs_own(api: Api) -> None:
    """It is not found below another job."""
    with FOLDERS["gs"]() as bucket:
        job, other = api.job(), api.job("other")
        begun = api.post(f"/jobs/{job['id']}/imports", {"url": f"{bucket.url}/in"}, expect=202)
        api.refused("GET", f"/jobs/{other['id']}/imports/{begun['id']}", 404, "not_found")
        api.drain()
