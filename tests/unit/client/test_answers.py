"""Between the API's JSON and its schemas, and what errors are made of."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from sheaf.client.answers import awaited, read, told
from sheaf.client.calls import Calls
from sheaf.client.errors import ApiError, Away, BadRequest, ChangedSince, NotAllowed, NotThere, Refused, error_of
from sheaf.client.models import Field, FieldType, JobInput, Progress, RunOptions, SuggestionList
from sheaf.domain.errors import Unavailable
from sheaf.http.schemas import examples


def test_members_of_a_newer_server_are_passed_over() -> None:
    """On every level of an answer."""
    answer = {**examples.SUGGESTIONS, "new": 1}
    answer["suggestions"] = [{**one, "new": {"a": 1}, "field": {**one["field"], "newer": True}} for one in answer["suggestions"]]
    found = read(SuggestionList, answer)
    assert found.suggestions[0].field.name == "total_due"
    assert read(Progress, {**examples.PROGRESS, "more": []}).percent == examples.PROGRESS["percent"]


@pytest.mark.parametrize("answer", [{**examples.PROGRESS, "status": "dreaming"}, {"hello": 1}, []])
def test_an_answer_that_is_not_understood_is_an_error_of_the_api(answer: object) -> None:
    """Such as a state that only newer servers know: it says which part."""
    with pytest.raises(ApiError, match="no Progress") as caught:
        read(Progress, answer)
    assert caught.value.kind == "unknown_answer"


def test_what_is_not_said_is_not_sent() -> None:
    """The server decides on it, whatever this version's defaults are."""
    body = told(JobInput(name="x", fields=[Field(name="a", type=FieldType.DATE)], options=RunOptions(review_below=0.5)))
    assert body == {"name": "x", "fields": [{"name": "a", "type": "date"}], "options": {"review_below": 0.5}}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *[(400, BadRequest), (413, BadRequest), (422, BadRequest), (401, NotAllowed), (403, NotAllowed), (404, NotThere)],
        *[(409, Refused), (412, ChangedSince), (429, Away), (503, Away), (500, ApiError), (418, ApiError)],
    ],
)
def test_each_status_has_its_error(status: int, kind: type[ApiError]) -> None:
    """With the document's code, its sentence, and the values that it names."""
    error = error_of({"status": status, "code": "some_code", "detail": "No.", "title": "T", "type": "t", "documents": 2})
    assert (type(error), error.kind, error.message, error.status) == (kind, "some_code", "No.", status)
    assert error.details == {"documents": 2}


@pytest.mark.parametrize("document", [{}, {"status": "x", "detail": 3}, {"status": None, "title": "T"}])
def test_an_odd_document_is_an_error_all_the_same(document: dict[str, object]) -> None:
    """Whatever a proxy in between makes of it."""
    error = error_of(document)
    assert (type(error), error.kind) == (ApiError, "api_error")
    assert error.message


def test_an_error_is_known_by_the_answers_status() -> None:
    """Where its document leaves it out."""
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(404, json={"detail": "gone"})), base_url="http://x")
    with client, pytest.raises(NotThere, match="gone"):
        Calls(client, client, where="x").get("/api/jobs/1")


def test_waiting_ends_when_it_is_done_or_the_time_is_over() -> None:
    """With the answer that says so; else with an error that says that the work goes on."""
    looks: Iterator[Progress] = (read(Progress, {**examples.PROGRESS, "status": status}) for status in ("in_progress", "completed"))
    assert awaited(lambda: next(looks), lambda now: now.status == "completed", "It", None).status == "completed"
    with pytest.raises(Unavailable, match="goes on"):
        awaited(lambda: read(Progress, examples.PROGRESS), lambda _: False, "It", 0.0)
