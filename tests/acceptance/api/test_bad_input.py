"""Every operation with input that cannot be meant: each is refused as a problem, and none fails."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from sheaf.http.operations import Operation
from sheaf.http.routes import operations
from tests.acceptance.api.harness import FIELDS, Api, Json

pytestmark = pytest.mark.embedded("it is refused before anything is read or written")

WITH_IDS = [operation for operation in operations() if operation.parameters]
WITH_RUN = [operation for operation in WITH_IDS if (query := operation.schema("query")) is not None and "run_id" in query.model_fields]
WITH_BODY = [operation for operation in operations() if operation.takes("body")]

#: Bodies that are as they should be, so that what is refused is something else.
BODIES: dict[str, Any] = {
    "create_job": {"name": "new", "fields": FIELDS},
    "change_job": {"description": "new"},
    "create_run": {},
    "set_fields": {"fields": FIELDS},
    "set_options": {"options": {}},
    "go_to_step": {"config_step": "fields"},
    "add_files": {"files": [{"name": "a.txt"}]},
    "start_import": {"url": "gs://bucket/in"},
    "create_template": {"name": "new", "fields": FIELDS},
    "change_template": {"description": "new"},
    "edit_values": {"edits": [{"file_id": "a", "field": "text", "verdict": "accepted"}]},
    "use_learned": {"version": 0},
    "set_rules": {"rules": []},
}

#: Parameters that an operation cannot do without.
QUERIES: dict[str, dict[str, str]] = {"compare_runs": {"other_run_id": "a"}}

#: Bodies that no operation takes, each with the status of its refusal.
BAD_BODIES = {
    b"{": 400,
    b"\xff\xfe{}": 400,
    b'{"name": "\\ud800"}': 400,
    b"[" * 100_000: 400,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000: 400,
    b"null": 422,
    b"[]": 422,
    b'"text"': 422,
    b'{"unknown": 1}': 422,
}


def send(api: Api, operation: Operation, ids: Json, **parts: Any) -> Any:
    """Call an operation with a good body, unless another is given."""
    body = {"json": BODIES[operation.id]} if operation.takes("body") else {}
    path = operation.path.removeprefix("/api").format(**ids)
    query = {"params": QUERIES.get(operation.id, {}) | parts.pop("params", {})}
    return api.send(operation.method, path, **query, **(parts if "content" in parts else body | parts))


def known(api: Api) -> Json:
    """Ids that lead to something."""
    job = api.job()
    file = api.upload(job["id"], b"ok")[0]
    begun = api.post(f"/jobs/{job['id']}/imports", {"url": "gs://bucket/in"}, expect=202)
    template = api.post("/templates", {"name": "T", "fields": FIELDS})
    return {
        "job_id": job["id"],
        "run_id": job["latest_run_id"],
        "file_id": file["id"],
        "task_id": file["id"],
        "import_id": begun["id"],
        "template_id": template["id"],
    }


@pytest.mark.parametrize("operation", WITH_IDS, ids=lambda operation: operation.id)
def test_an_id_that_leads_nowhere_is_not_found(api: Api, operation: Operation) -> None:
    """Each of the path's ids in turn."""
    ids = known(api)
    for name in operation.parameters:
        answer = send(api, operation, ids | {name: "nowhere"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("operation", WITH_IDS, ids=lambda operation: operation.id)
def test_an_id_that_cannot_be_one_is_refused(api: Api, operation: Operation) -> None:
    """Before anything is looked up by it."""
    for name, bad in product(operation.parameters, ("%2E%2E", "a%00b", "x" * 65, "a b", "-a", "%C3%A9", "a%0Ab", "abc%0A", "'")):
        ids = dict.fromkeys(operation.parameters, "a") | {name: bad}
        assert send(api, operation, ids).status_code in {404, 422}


@pytest.mark.parametrize("operation", WITH_RUN, ids=lambda operation: operation.id)
def test_a_run_of_another_job_is_not_found(api: Api, operation: Operation) -> None:
    """Also one that does not exist, and one that cannot."""
    ids, other = known(api), api.job("other")
    for run_id, status in ((other["latest_run_id"], 404), ("nowhere", 404), ("..", 422), ("", 422)):
        assert send(api, operation, ids, params={"run_id": run_id}).status_code == status


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.id)
def test_a_parameter_that_nobody_knows_is_refused(api: Api, operation: Operation) -> None:
    """A slip of the pen must not look like no filter."""
    answer = send(api, operation, known(api), params={"colour": "red"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.id)
def test_a_body_that_is_no_object_of_this_kind_is_refused(api: Api, operation: Operation) -> None:
    """Broken, too deep, of another shape, or with members that nobody knows."""
    ids = known(api)
    for content, status in BAD_BODIES.items():
        answer = send(api, operation, ids, content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == status, content[:50]


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.id)
def test_a_body_of_another_kind_is_refused(api: Api, operation: Operation) -> None:
    """What is not said to be JSON is not read as JSON: no page of another site can send it unasked."""
    ids = known(api)
    for kind in ({"Content-Type": "text/plain"}, {}):
        answer = send(api, operation, ids, content=b'{"name": "x"}', headers=kind)
        assert answer.status_code == 415


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.id)
def test_a_body_that_is_too_long_is_refused(api: Api, operation: Operation) -> None:
    """Without being read to its end."""
    answer = send(api, operation, known(api), content=b" " * (4 * 2**20 + 1), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "request_entity_too_large")


@pytest.mark.parametrize(
    "operation", [each for each in operations() if each.method == "POST" and not each.takes("body")], ids=lambda each: each.id
)
def test_a_body_where_none_is_taken_is_refused(api: Api, operation: Operation) -> None:
    """Whoever sends one means something by it."""
    assert send(api, operation, known(api), json={"force": True}).status_code == 422


def test_a_missing_body_is_told_from_a_wrong_one(api: Api) -> None:
    """It is asked for."""
    assert "JSON" in api.refused("POST", "/jobs", 400, "malformed_body")["detail"]


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/jobs"), ("PUT", "/health"), ("POST", "/openapi.json"), ("TRACE", "/jobs")])
def test_a_method_that_a_path_does_not_have_is_refused(api: Api, method: str, path: str) -> None:
    """With those it has."""
    answer = api.send(method, path)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/jobs/", "/jobs//runs", "/../secrets", "/jobs/a/b/c"])
def test_a_path_that_is_none_is_not_found(api: Api, path: str) -> None:
    """As a problem like any other."""
    assert api.client.get(f"/api{path}", follow_redirects=True).status_code in {404, 422}
