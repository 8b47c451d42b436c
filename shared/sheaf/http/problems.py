"""Errors as problem documents (RFC 9457), by one table from the domain's error tree to HTTP."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson
from flask import Response, g
from werkzeug.exceptions import HTTPException

from sheaf.domain.errors import (
    AccessDenied,
    Conflict,
    FileProblem,
    InvalidInput,
    NotFound,
    PreconditionFailed,
    SheafError,
    Unavailable,
    WrongState,
)
from sheaf.domain.record import record
from sheaf.http.errors import Forbidden, MalformedBody, Unauthenticated
from sheaf.ports.store import MissingIndex

if TYPE_CHECKING:
    from pydantic import ValidationError

_log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
#: Most faults of one request that are told.
_MAX_ERRORS = 50
_MAX_INPUT_CHARACTERS = 200


@record(frozen=True, slots=True)
class Kind:
    """How one kind of error is answered; ``headers`` go with it."""

    status: HTTPStatus
    title: str
    headers: Mapping[str, str] | None = None


#: How each class of errors is answered, unless a narrower one is listed.
TABLE: Mapping[type[BaseException], Kind] = {
    InvalidInput: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The request cannot be meant as it stands"),
    MalformedBody: Kind(HTTPStatus.BAD_REQUEST, "The body cannot be read"),
    Unauthenticated: Kind(HTTPStatus.UNAUTHORIZED, "Credentials are missing or wrong", {"WWW-Authenticate": "Bearer"}),
    Forbidden: Kind(HTTPStatus.FORBIDDEN, "This caller may not do this"),
    NotFound: Kind(HTTPStatus.NOT_FOUND, "There is no such thing"),
    Conflict: Kind(HTTPStatus.CONFLICT, "The request clashes with what is there"),
    WrongState: Kind(HTTPStatus.CONFLICT, "This is not possible in the present state"),
    AccessDenied: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "Another service refuses the access it needs"),
    PreconditionFailed: Kind(HTTPStatus.PRECONDITION_FAILED, "It was changed since it was read"),
    Unavailable: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The service cannot answer at the moment", {"Retry-After": "2"}),
    FileProblem: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The file cannot be read"),
    MissingIndex: Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "The service failed"),
    Exception: Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "The service failed"),
}

_UNSIGNED = Kind(HTTPStatus.FORBIDDEN, "The URL does not allow this")

#: Codes that HTTP has a narrower answer for than their class's.
CODES: Mapping[str, Kind] = {
    "file_too_large": Kind(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The file is too large"),
    "bad_cursor": Kind(HTTPStatus.BAD_REQUEST, "The cursor belongs to another list"),
    "idempotency_key_in_use": Kind(HTTPStatus.CONFLICT, "The same request is being carried out", {"Retry-After": "1"}),
    "bad_signature": _UNSIGNED,
    "url_expired": _UNSIGNED,
}


def respond(error: Exception) -> Response:
    """The problem document of an error; what was not foreseen is logged under the request's id and told without detail."""
    match error:
        case HTTPException():
            return _of_http(error)
        case SheafError():
            return _of_domain(error)
        case _:
            return _of_failure(error)


def _of_domain(error: SheafError) -> Response:
    kind = CODES.get(error.kind) or _kind(error)
    return document(kind.status, code=error.kind, title=kind.title, detail=error.message, headers=kind.headers, members=error.details)


def _kind(error: Exception) -> Kind:
    """The nearest class in the error's MRO decides."""
    return next(TABLE[cls] for cls in type(error).__mro__ if cls in TABLE)


def _of_http(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    headers = {name: value for name, value in error.get_headers() if name.lower() not in {"content-type", "content-length"}}
    code = status.name.lower()
    return document(status, code=code, title=status.phrase, detail=error.description or status.description, headers=headers)


def _of_failure(error: Exception) -> Response:
    kind = _kind(error)
    _log.error("request %s failed", g.request_id, exc_info=error)
    detail = "The service failed unexpectedly. Give the request's id to whoever runs it."
    return document(kind.status, code="internal_error", title=kind.title, detail=detail)


def document(
    status: HTTPStatus,
    *,
    code: str,
    title: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> Response:
    """A problem document; ``members`` cannot take the place of what every problem has."""
    standard = {
        "type": f"urn:sheaf:problem:{code}",
        "title": title,
        "status": status.value,
        "code": code,
        "detail": detail,
        "request_id": g.request_id,
    }
    body = orjson.dumps({**(members or {}), **standard}, default=str)
    return Response(body, status=status.value, headers=dict(headers or {}), content_type=MEDIA_TYPE)


def invalid_request(where: str, error: ValidationError) -> SheafError:
    """What is wrong with a part of a request (``#`` for the body, "" for its parameters), by everything its schema found."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    if faults[0]["type"] == "json_invalid":
        return MalformedBody(f"The body is not JSON: {faults[0]['msg'].removeprefix('Invalid JSON: ')}.")
    errors = [{"pointer": pointer(where, fault["loc"]), "message": fault["msg"][:_MAX_INPUT_CHARACTERS]} for fault in faults]
    first = errors[0]
    more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
    detail = f"{first['pointer']}: {first['message']}{more}."
    return InvalidInput(detail, code="invalid_request", errors=errors[:_MAX_ERRORS])


def pointer(where: str, location: Sequence[str | int]) -> str:
    """A JSON pointer into the body (RFC 6901, as a fragment), or a parameter's name."""
    if not where:
        return str(location[0])[:_MAX_INPUT_CHARACTERS] if location else "query"
    parts = (str(part).replace("~", "~0").replace("/", "~1")[:_MAX_INPUT_CHARACTERS] for part in location)
    return "/".join((where, *parts))
