"""Setting a run up over HTTP: fields, options, and the wizard's steps (A5, A6)."""

from __future__ import annotations

import pytest

from tests.acceptance.api.harness import Api


def test_fields_are_set_in_their_order(api: Api) -> None:
    """They replace those that the run has; the job keeps its own."""
    job = api.job()
    fields = [{"name": "total", "type": "amount"}, {"name": "date", "type": "date"}]
    answer = api.send("PUT", f"/jobs/{job['id']}/fields", json={"fields": fields}).json()
    assert answer["job_run_id"] == job["latest_run_id"]
    assert [(field["name"], field["type"]) for field in answer["fields"]] == [("total", "amount"), ("date", "date")]
    assert api.get(f"/jobs/{job['id']}/fields") == answer
    assert api.get(f"/jobs/{job['id']}")["fields"] == job["fields"]


def test_options_that_are_left_out_become_their_default(api: Api) -> None:
    """The options are replaced as a whole."""
    job = api.job(options={"row_mode": "table_row", "persist_data": False})
    options = api.send("PUT", f"/jobs/{job['id']}/options", json={"options": {"persist_data": False}}).json()["options"]
    assert (options["row_mode"], options["persist_data"]) == ("file", False)


def test_the_wizard_goes_one_step_on_and_back_to_any(api: Api) -> None:
    """Upload, fields, review; and from there back to the start."""
    job = api.job()
    at = f"/jobs/{job['id']}/config-step"
    assert api.get(at)["steps"] == ["upload", "fields", "review", "submitted"]
    for step in ("fields", "review", "upload"):
        assert api.post(at, {"config_step": step}, expect=200)["config_step"] == step
    assert api.get(at)["config_step"] == "upload"


@pytest.mark.parametrize("step", ["review", "submitted"])
def test_the_wizard_skips_nothing(api: Api, step: str) -> None:
    """And submitting is a call of its own."""
    job = api.job()
    api.refused("POST", f"/jobs/{job['id']}/config-step", 409, "wrong_state", json={"config_step": step})


def test_a_step_that_does_not_exist_is_refused(api: Api) -> None:
    """With the ones that do."""
    job = api.job()
    problem = api.refused("POST", f"/jobs/{job['id']}/config-step", 422, "invalid_request", json={"config_step": "done"})
    assert "review" in problem["detail"]


@pytest.mark.embedded("it is refused before anything is read or written")
@pytest.mark.parametrize("fields", [[], None, [{"name": "a", "type": "choice"}], [{"name": "a"}, {"name": "a"}]])
def test_a_field_set_that_cannot_be_meant_is_refused(api: Api, fields: object) -> None:
    """And the run keeps the fields it has."""
    job = api.job()
    assert api.send("PUT", f"/jobs/{job['id']}/fields", json={"fields": fields}).status_code == 422
    assert [field["name"] for field in api.get(f"/jobs/{job['id']}/fields")["fields"]] == ["text"]
