"""Problems: one table from errors to documents."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, Response, g
from werkzeug.exceptions import BadRequest, MethodNotAllowed, RequestEntityTooLarge

from sheaf.domain import errors
from sheaf.domain.errors import FailureCategory, FileProblem, InvalidInput, SheafError, WrongState
from sheaf.http import problems
from sheaf.http.errors import Forbidden, MalformedBody, Unauthenticated
from sheaf.ports.store import MissingIndex


@pytest.fixture(autouse=True)
def _request() -> Iterator[None]:
    """Problems are answers to a request, which has an id."""
    with Flask("test").test_request_context():
        g.request_id = "r-1"
        yield


def told(error: Exception) -> tuple[int, dict[str, Any], Response]:
    """Status, document and response of an error."""
    response = problems.respond(error)
    document: dict[str, Any] = response.get_json(force=True)
    return response.status_code, document, response


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidInput("m"), 422, "invalid_input"),
        (InvalidInput("m", code="bad_cursor"), 400, "bad_cursor"),
        (InvalidInput("m", code="file_too_large"), 413, "file_too_large"),
        (InvalidInput("m", code="bad_signature"), 403, "bad_signature"),
        (InvalidInput("m", code="url_expired"), 403, "url_expired"),
        (MalformedBody("m"), 400, "malformed_body"),
        (Unauthenticated("m"), 401, "unauthenticated"),
        (Forbidden("m"), 403, "forbidden"),
        (errors.NotFound("m"), 404, "not_found"),
        (errors.Conflict("m", code="name_taken"), 409, "name_taken"),
        (WrongState("m"), 409, "wrong_state"),
        (errors.PreconditionFailed("m"), 412, "precondition_failed"),
        (errors.Unavailable("m"), 503, "unavailable"),
        (FileProblem(FailureCategory.CORRUPT, "m"), 422, "corrupt"),
        (SheafError("m"), 500, "error"),
        (MissingIndex("{an index}"), 500, "internal_error"),
        (RequestEntityTooLarge(), 413, "request_entity_too_large"),
        (MethodNotAllowed(["GET"]), 405, "method_not_allowed"),
        (BadRequest(), 400, "bad_request"),
    ],
)
def test_every_error_has_its_status_and_code(error: Exception, status: int, code: str) -> None:
    """And is a whole document."""
    answered, document, response = told(error)
    assert (answered, document["status"], document["code"]) == (status, status, code)
    assert (document["type"], document["request_id"]) == (f"urn:sheaf:problem:{code}", "r-1")
    assert response.headers["Content-Type"] == "application/problem+json"


def test_every_class_of_the_tree_is_answered() -> None:
    """By its own line of the table or by that of a class above it that is no mere failure."""
    classes = [cls for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, SheafError) and cls is not SheafError]
    assert all(any(base in problems.TABLE for base in cls.__mro__[: cls.__mro__.index(SheafError)]) for cls in classes)


def test_a_class_that_has_no_line_is_answered_as_the_nearest_above() -> None:
    """The MRO decides."""

    class Narrower(WrongState):
        code = "narrower"

    status, document, _ = told(Narrower("m"))
    assert (status, document["code"]) == (409, "narrower")


def test_details_are_members_and_take_no_standard_one_s_place() -> None:
    """Whatever they are called, and whatever they are."""
    document = told(InvalidInput("m", field="name", status="mine", detail="mine", known=frozenset({1})))[1]
    assert (document["field"], document["status"], document["detail"], document["known"]) == ("name", 422, "m", "frozenset({1})")


def test_an_unforeseen_error_is_logged_and_not_told(caplog: pytest.LogCaptureFixture) -> None:
    """The log has its trace under the request's id."""
    with caplog.at_level(logging.ERROR):
        text = problems.respond(RuntimeError("a secret")).get_data(as_text=True)
    assert "secret" not in text
    assert "request r-1 failed" in caplog.text
    assert "a secret" in caplog.text


def test_headers_that_belong_to_an_error_go_with_it() -> None:
    """When to ask again, what to show, what is allowed."""
    assert told(errors.Unavailable("m"))[2].headers["Retry-After"] == "2"
    assert told(Unauthenticated("m"))[2].headers["WWW-Authenticate"] == "Bearer"
    assert told(MethodNotAllowed(["GET"]))[2].headers["Allow"] == "GET"


@pytest.mark.parametrize(
    ("where", "location", "expected"),
    [
        ("#", ("fields", 0, "name"), "#/fields/0/name"),
        ("#", (), "#"),
        ("#", ("a/b~c",), "#/a~1b~0c"),
        ("", ("limit",), "limit"),
        ("", (), "query"),
    ],
)
def test_a_fault_is_pointed_at(where: str, location: tuple[str | int, ...], expected: str) -> None:
    """As RFC 6901 writes pointers, and parameters by their name."""
    assert problems.pointer(where, location) == expected
