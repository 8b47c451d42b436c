"""The OpenAPI 3.1 document, written from the operations and their schemas (https://spec.openapis.org/oas/v3.1.1.html).

``python -m sheaf.http.openapi [PATH]`` writes it to ``docs/openapi.json``, or to the path that is given.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import orjson

from sheaf import __version__
from sheaf.http.binding import FORM_PART
from sheaf.http.components import Components
from sheaf.http.operations import Operation
from sheaf.http.problems import MEDIA_TYPE
from sheaf.http.replay import HEADER, REPLAYED
from sheaf.http.routes import operations, resources
from sheaf.http.schemas.base import ID_PATTERN
from sheaf.http.schemas.problems import Problem

_Json = dict[str, Any]

_DESCRIPTION = """\
Sheaf turns piles of files into checked tables. A **job** is saved work; each execution of it is an isolated **run**; each file of a run
is a **task**, which yields **rows**.

* Where a request about a run names none (`run_id`), the job's latest run is meant; answers say which it was (`job_run_id`).
* Lists come in pages: `limit` items, and a `next_cursor` to continue with.
* Errors are problem documents (RFC 9457) with a stable `code`.
* Creating calls take an `Idempotency-Key`: repeated under the same key within 24 hours, they do nothing and give the first answer.
* Edits take `If-Match` with the `ETag` that was read, and are refused when the record was changed since.
"""
_TEXT: _Json = {"type": "string"}
_PARAMETERS: _Json = {
    "IdempotencyKey": {
        "name": HEADER,
        "in": "header",
        "description": "Up to 255 characters of your choice, new for each thing to be done, the same when the call is repeated.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "The `ETag` of what was read; the change is made only if it is still that.",
        "schema": _TEXT,
        "example": '"5d41402abc4b2a76b9719d91"',
    },
}
_HEADERS: _Json = {
    "ETag": {"description": "Version of the record.", "schema": _TEXT},
    "Location": {"description": "Where the created record is found.", "schema": _TEXT},
    REPLAYED: {"description": "`true` on an answer that was given before.", "schema": _TEXT},
    "ContentDisposition": {"description": "The file's name.", "schema": _TEXT},
}
_FILE: _Json = {"type": "string", "contentMediaType": "application/octet-stream"}
_FORM: _Json = {
    "type": "object",
    "properties": {FORM_PART: {"type": "array", "minItems": 1, "items": _FILE}},
    "required": [FORM_PART],
    "additionalProperties": False,
}
_PROBLEMS: Mapping[HTTPStatus, str] = {
    HTTPStatus.BAD_REQUEST: "The body is no JSON, or the cursor belongs to another list.",
    HTTPStatus.UNAUTHORIZED: "Credentials are missing or wrong.",
    HTTPStatus.FORBIDDEN: "The caller may not do this.",
    HTTPStatus.NOT_FOUND: "There is no such thing.",
    HTTPStatus.CONFLICT: "The request clashes with what is there, or is not possible in the present state.",
    HTTPStatus.PRECONDITION_FAILED: "The record was changed since it was read.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body or a file is too large.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body's media type is not taken here.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The request cannot be meant as it stands; `errors` names each fault.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The service failed; `request_id` leads to its log.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The service cannot answer at the moment; try again after `Retry-After` seconds.",
}


@cache
def document() -> _Json:
    """The whole document; the same on every call, and not to be changed."""
    components = Components(operations(), Problem)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sheaf",
            "version": __version__,
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "Where this document was read."}],
        "security": [{"key": []}, {}],
        "tags": [{"name": routes.tag, "description": routes.description} for routes in resources()],
        "paths": _paths(components),
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "Not asked for on loopback without a key."}},
            "parameters": _PARAMETERS,
            "headers": _HEADERS,
            "responses": {status.name: _problem(components, text) for status, text in _PROBLEMS.items()},
            "schemas": components.schemas,
        },
    }


def _paths(components: Components) -> _Json:
    paths: _Json = {}
    for operation in operations():
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(components, operation)
    return paths


def _operation(components: Components, operation: Operation) -> _Json:
    made: _Json = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": operation.description or operation.summary,
        "parameters": list(_parameters(components, operation)),
        "responses": {str(operation.status): _success(components, operation)} | _failures(operation),
    }
    if operation.public:
        made["security"] = [{}]
    if operation.takes("body"):
        made["requestBody"] = _body(components, operation)
    return made


def _parameters(components: Components, operation: Operation) -> Iterator[_Json]:
    for name in operation.parameters:
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": ID_PATTERN}}
    yield from components.query(operation)
    if operation.keyed:
        yield {"$ref": "#/components/parameters/IdempotencyKey"}
    if operation.guarded and operation.method != "GET":
        yield {"$ref": "#/components/parameters/IfMatch"}


def _body(components: Components, operation: Operation) -> _Json:
    content = {"application/json": components.content(operation, "body")}
    if operation.takes("uploads"):
        content["multipart/form-data"] = {"schema": _FORM}
    return {"required": not operation.body_optional or operation.takes("uploads"), "content": content}


def _success(components: Components, operation: Operation) -> _Json:
    made: _Json = {"description": HTTPStatus(operation.status).phrase}
    headers = list(_headers(operation))
    if headers:
        made["headers"] = {name: {"$ref": f"#/components/headers/{name.replace('-D', 'D')}"} for name in headers}
    if operation.schema("return") is not None:
        made["content"] = {"application/json": components.content(operation, "return")}
    elif operation.media and operation.status == HTTPStatus.OK:
        made["content"] = {media: {"schema": {}} for media in operation.media}
        made["description"] = " ".join(operation.media.values())
    return made


def _headers(operation: Operation) -> Iterator[str]:
    if operation.guarded:
        yield "ETag"
    if (operation.status == HTTPStatus.CREATED and operation.keyed) or operation.status == HTTPStatus.FOUND:
        yield "Location"
    if operation.keyed:
        yield REPLAYED
    if operation.media and operation.status == HTTPStatus.OK:
        yield "Content-Disposition"


def _failures(operation: Operation) -> _Json:
    return {str(status.value): {"$ref": f"#/components/responses/{status.name}"} for status in sorted(_statuses(operation))}


def _statuses(operation: Operation) -> Iterator[HTTPStatus]:
    yield from (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE)
    if not operation.public:
        yield from (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    if operation.parameters:
        yield HTTPStatus.NOT_FOUND
    if operation.method != "GET":
        yield from (HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    elif operation.media:
        yield HTTPStatus.CONFLICT
    if operation.takes("body"):
        yield HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    if operation.takes("body") or operation.takes("query"):
        yield HTTPStatus.BAD_REQUEST
    if operation.guarded and operation.method != "GET":
        yield HTTPStatus.PRECONDITION_FAILED


def _problem(components: Components, description: str) -> _Json:
    return {"description": description, "content": {MEDIA_TYPE: components.problem}}


def encoded() -> bytes:
    """The document as text that differs only where it says something else."""
    return orjson.dumps(document(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def main(arguments: list[str]) -> int:
    """Write the document; answers the exit code."""
    path = Path(arguments[0] if arguments else "docs/openapi.json")
    path.write_bytes(encoded())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
