"""From a request to a handler's arguments: bounded, checked against the schemas, and refused with everything that is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import Request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import UnsupportedMediaType

from sheaf.domain import paths
from sheaf.domain.errors import InvalidInput
from sheaf.http.errors import MalformedBody
from sheaf.http.operations import Call, Operation
from sheaf.http.problems import invalid_request

if TYPE_CHECKING:
    from sheaf.http.schemas.base import Schema

#: Most bytes of a JSON body, and of what surrounds the files in a form.
MAX_BODY_BYTES = 4 * 2**20
#: Name of the parts of a form that are files.
FORM_PART = "file"

_JSON = "application/json"
_FORM = "multipart/form-data"
_TAG = re.compile(r'\s*(?:"([^"\x00-\x20]*)"|(\*))\s*')
_MAX_TAGS = 20


def arguments(operation: Operation, call: Call, ids: dict[str, str]) -> dict[str, Any]:
    """The handler's arguments; raises InvalidInput, MalformedBody, or werkzeug's 413 and 415."""
    request, bound = call.request, dict[str, Any](_checked(ids))
    if operation.takes("call"):
        bound["call"] = call
    query = operation.schema("query")
    if query is not None:
        bound["query"] = _query(request, query)
    elif request.args:
        raise InvalidInput("This takes no parameters.", code="invalid_request")
    return bound | _content(operation, call)


def _checked(ids: dict[str, str]) -> dict[str, str]:
    try:
        return {name: paths.check_id(value, name) for name, value in ids.items()}
    except InvalidInput as error:
        raise InvalidInput(error.message, code="invalid_request", **error.details) from error


def _query(request: Request, schema: type[Schema]) -> Schema:
    repeated = [name for name, values in request.args.lists() if len(values) > 1]
    if repeated:
        raise InvalidInput(f"{repeated[0][:80]!r} is given more than once.", code="invalid_request", field=repeated[0][:80])
    from pydantic import ValidationError

    try:
        return schema.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise invalid_request("", error) from error


def _content(operation: Operation, call: Call) -> dict[str, Any]:
    """The body, or the uploads of a form, by what the handler takes."""
    schema, request = operation.schema("body"), call.request
    if operation.takes("uploads") and request.mimetype == _FORM:
        request.max_content_length = call.kernel.policy.max_file_bytes + MAX_BODY_BYTES
        return {"body": None, "uploads": _uploads(request)}
    request.max_content_length = MAX_BODY_BYTES
    if schema is None:
        _refuse_body(request)
        return {}
    body = _json(request, schema, optional=operation.body_optional)
    return {"body": body, "uploads": []} if operation.takes("uploads") else {"body": body}


def _refuse_body(request: Request) -> None:
    if request.method != "GET" and request.get_data() not in {b"", b"{}"}:
        raise InvalidInput("This takes no body.", code="invalid_request")


def _json(request: Request, schema: type[Schema], *, optional: bool) -> Schema:
    from pydantic import ValidationError

    raw = request.get_data()
    if not raw:
        if optional:
            return schema()
        raise MalformedBody("This takes a body of JSON.")
    if request.mimetype != _JSON:
        raise UnsupportedMediaType(f"Send the body as {_JSON}.")
    try:
        return schema.model_validate_json(raw, strict=True)
    except ValidationError as error:
        raise invalid_request("#", error) from error


def _uploads(request: Request) -> list[FileStorage]:
    strays = sorted({*request.form, *request.files} - {FORM_PART})
    files = [part for part in request.files.getlist(FORM_PART) if part.filename]
    if strays or not files:
        raise InvalidInput(f"Send files, each as a part named {FORM_PART!r} with a file name, and nothing else.", code="invalid_request")
    return files


def expected_tags(request: Request) -> frozenset[str] | None:
    """The versions that ``If-Match`` allows (RFC 9110, 13.1.1); None for any, with or without the header."""
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    tags = [_TAG.fullmatch(part) for part in header.split(",", _MAX_TAGS)]
    return frozenset(match[1] for match in tags if match and match[1] is not None)
