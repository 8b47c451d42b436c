"""Learning over HTTP (X13): a version is made from edits by the worker, used by later runs where it is better, and taken back at will."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest

from sheaf.domain import paths
from sheaf.domain.errors import Unavailable
from sheaf.services import learning
from tests.acceptance.api.harness import Api, Json


@pytest.fixture
def job(api: Api) -> Json:
    """A job whose run read four files of different content."""
    return api.finished(b"ok", b"ok 1", b"ok 1 more", b"ok 1 and more", name="learning")


def edit(api: Api, job: Json, count: int) -> None:
    """Say what is true of the first files: the first is accepted, the others corrected."""
    ids = [file["id"] for file in api.get(f"/jobs/{job['id']}/files")["files"]][:count]
    verdicts = [{"verdict": "accepted"}, *({"verdict": "corrected", "value": f"right {at}"} for at in range(1, count))]
    said = [{"file_id": file_id, "field": "text", **verdict} for file_id, verdict in zip(ids, verdicts, strict=True)]
    api.post(f"/jobs/{job['id']}/edits", {"edits": said}, expect=200)


def test_a_version_is_made_and_used_by_later_runs(api: Api, job: Json) -> None:
    """From what people said; the run that was corrected keeps reading as it did, the next one names the version."""
    edit(api, job, 4)
    made = api.post(f"/jobs/{job['id']}/learned", expect=202)
    assert (made["version"], made["status"], made["documents"]) == (1, "training", 4)
    api.drain()
    listed = api.get(f"/jobs/{job['id']}/learned")
    version = listed["versions"][0]
    assert (listed["in_use"], version["status"], version["documents"]) == (1, "accepted", 4)
    assert [(one["field"], one["tried"], one["right_before"], one["right_after"]) for one in version["fields"]] == [("text", 4, 0, 3)]
    with api.kernel.blobs.open(paths.learned_object("default", job["id"], 1)) as file:
        assert sorted(one["text"] for one in orjson.loads(file.read())) == ["ok 0", "right 1", "right 2", "right 3"]
    run = api.post(f"/jobs/{job['id']}/runs")
    assert api.get(f"/jobs/{job['id']}/runs/{run['id']}")["learned"] == 1
    assert api.get(f"/jobs/{job['id']}/runs/{job['latest_run_id']}")["learned"] == 0


def test_a_version_is_taken_back(api: Api, job: Json) -> None:
    """By the number of an earlier one, or 0 for rules alone; one that is not there, or was not accepted, is refused."""
    edit(api, job, 3)
    api.post(f"/jobs/{job['id']}/learned", expect=202)
    api.refused("PUT", f"/jobs/{job['id']}/learned", 409, "not_accepted", json={"version": 1})
    api.drain()
    assert api.get(f"/jobs/{job['id']}")["learned"] == 1
    api.send("PUT", f"/jobs/{job['id']}/learned", json={"version": 0})
    assert api.get(f"/jobs/{job['id']}")["learned"] == 0
    api.refused("PUT", f"/jobs/{job['id']}/learned", 404, "not_found", json={"version": 7})


def test_too_little_teaches_nothing(api: Api, job: Json) -> None:
    """Fewer than three documents with edits are refused with how many there are; withdrawn and rejected ones do not count."""
    edit(api, job, 2)
    problem = api.refused("POST", f"/jobs/{job['id']}/learned", 422, "too_few_examples")
    assert "2 of the job's documents" in problem["detail"]


@pytest.mark.embedded("it is about a message that comes twice, which the queue's tests have on both homes")
def test_learning_twice_is_learning_once(api: Api, job: Json) -> None:
    """A step that is delivered again finds its version made, and changes nothing."""
    edit(api, job, 3)
    api.post(f"/jobs/{job['id']}/learned", expect=202)
    api.drain()
    before = api.get(f"/jobs/{job['id']}/learned")

    learning.train(api.kernel, "default", job["latest_run_id"], 1)
    assert api.get(f"/jobs/{job['id']}/learned") == before


class Failing:
    """A part of the kernel of which one call, the last of its kind, does not come back."""

    def __init__(self, part: Any, name: str, left: int) -> None:
        self._part, self._name, self.left = part, name, left

    def __getattr__(self, name: str) -> Any:
        """The part's own, counted."""
        if name == self._name:
            self.left -= 1
            if self.left == 0:
                raise Unavailable("The power is out.")
        return getattr(self._part, name)


@pytest.mark.embedded("it is about the order of commits, which both stores keep")
@pytest.mark.parametrize(
    ("part", "name", "left"), [("store", "commit", 1), ("store", "commit", 2), ("blobs", "local", 2), ("blobs", "put", 1)]
)
def test_learning_that_breaks_off_is_made_by_the_next_delivery(api: Api, job: Json, part: str, name: str, left: int) -> None:
    """Wherever it breaks off, no version is left accepted and not used, or given up for an outage."""
    edit(api, job, 3)
    api.post(f"/jobs/{job['id']}/learned", expect=202)
    broken: dict[str, Any] = {part: Failing(getattr(api.kernel, part), name, left)}
    try:
        learning.train(replace(api.kernel, **broken), "default", job["latest_run_id"], 1)
    except Unavailable:
        learning.train(api.kernel, "default", job["latest_run_id"], 1)
    listed = api.get(f"/jobs/{job['id']}/learned")
    assert (listed["in_use"], listed["versions"][0]["status"]) == (1, "accepted")


def test_one_version_is_made_at_a_time(api: Api, job: Json) -> None:
    """Another one is refused until then; one that nothing came of is given up after a while."""
    edit(api, job, 3)
    api.post(f"/jobs/{job['id']}/learned", expect=202)
    api.refused("POST", f"/jobs/{job['id']}/learned", 409, "learning")
    api.clock.move(timedelta(hours=1))
    api.post(f"/jobs/{job['id']}/learned", expect=202)
    api.drain()
    versions = api.get(f"/jobs/{job['id']}/learned")["versions"]
    assert [(one["version"], one["status"]) for one in versions] == [(2, "accepted"), (1, "failed")]


def test_learning_goes_on_with_a_further_version(api: Api, job: Json) -> None:
    """A second version is made from the edits of then, and is listed before the first."""
    edit(api, job, 3)
    api.post(f"/jobs/{job['id']}/learned", expect=202)
    api.drain()
    edit(api, job, 4)
    api.post(f"/jobs/{job['id']}/learned", expect=202)
    api.drain()
    listed = api.get(f"/jobs/{job['id']}/learned")
    assert [(one["version"], one["documents"]) for one in listed["versions"]] == [(2, 4), (1, 3)]
    assert listed["in_use"] == 2
