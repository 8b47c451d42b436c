"""Fields suggested over HTTP (X11): asked for, found by the worker in the run's first files, kept with the run."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sheaf.services import suggesting
from tests.acceptance.api.harness import Api, Json


@pytest.fixture
def job(api: Api) -> Json:
    """A job whose run was not submitted: two files of words and one that cannot be read."""
    job = api.job("suggested")
    api.upload(job["id"], b"ok", b"corrupt", b"ok more")
    return job


def test_fields_are_suggested_from_the_first_files(api: Api, job: Json) -> None:
    """They are being read, then there, with how many files have each; the run's own fields are as they were."""
    path = f"/jobs/{job['id']}/suggestions"
    asked = api.post(path, expect=202)
    assert (asked["status"], asked["suggestions"], asked["ended_at"]) == ("reading", [], None)
    api.drain()
    found = api.get(path)
    assert (found["job_run_id"], found["status"], found["samples"], found["failed"]) == (job["latest_run_id"], "ready", 2, 1)
    assert [(one["field"]["name"], one["samples"]) for one in found["suggestions"]] == [("f_ok", 2), ("f_more", 1)]
    assert found["row_mode"] == "file"
    taken = [one["field"] for one in found["suggestions"]]
    api.send("PUT", f"/jobs/{job['id']}/fields", json={"fields": taken})
    assert [field["name"] for field in api.get(f"/jobs/{job['id']}/fields")["fields"]] == ["f_ok", "f_more"]


def test_they_are_suggested_anew(api: Api, job: Json) -> None:
    """From the files there are by then; one who asks while they are being read is told so, until that request must be lost."""
    path = f"/jobs/{job['id']}/suggestions"
    api.post(path, expect=202)
    api.refused("POST", path, 409, "suggesting")
    api.drain()
    api.upload(job["id"], b"later")
    assert api.post(path, expect=202)["suggestions"] == []
    api.drain()
    assert len(api.get(path)["suggestions"]) == 3


def test_files_that_cannot_be_read_suggest_nothing(api: Api) -> None:
    """When none can be, the suggestions have failed, and can be asked for again."""
    job = api.job("broken")
    api.upload(job["id"], b"corrupt", b"boom")
    api.post(f"/jobs/{job['id']}/suggestions", expect=202)
    api.drain()
    found = api.get(f"/jobs/{job['id']}/suggestions")
    assert (found["status"], found["samples"], found["failed"], found["suggestions"]) == ("failed", 0, 2, [])
    api.post(f"/jobs/{job['id']}/suggestions", expect=202)


def test_there_is_nothing_to_suggest_from(api: Api) -> None:
    """A run without files is refused; one for which nobody asked has no suggestions."""
    job = api.job("empty")
    api.refused("POST", f"/jobs/{job['id']}/suggestions", 422, "no_samples")
    api.refused("GET", f"/jobs/{job['id']}/suggestions", 404, "not_found")


@pytest.mark.embedded("it is about messages that come twice or never, which the queue's tests have on both homes")
def test_a_lost_request_is_made_again(api: Api, job: Json) -> None:
    """When its answer does not come; the message of the first one, should it come late, changes nothing."""
    path = f"/jobs/{job['id']}/suggestions"
    api.post(path, expect=202)
    api.clock.move(timedelta(minutes=11))
    api.post(path, expect=202)
    suggesting.look(api.kernel, "default", job["latest_run_id"], 1)
    assert api.get(path)["status"] == "reading"
    api.drain()
    before = api.get(path)
    suggesting.look(api.kernel, "default", job["latest_run_id"], 2)
    assert (before["status"], api.get(path)) == ("ready", before)
