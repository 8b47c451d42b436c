"""The API: every operation of every resource, authenticated, bound, carried out once, and answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request

from sheaf.http import application, authentication, binding, blobs, pages, replay
from sheaf.http.authentication import Authenticator
from sheaf.http.operations import Answer, Call, Operation
from sheaf.http.routes import OPERATIONS
from sheaf.http.schemas.base import Schema
from sheaf.services.kernel import Kernel
from sheaf.settings import Settings


def create_app(kernel: Kernel, settings: Settings, *, authenticator: Authenticator | None = None) -> Flask:
    """The application that serves ``/api``, a page at the root, and ``/blobs`` where the object store's signed URLs are ours to serve.

    Raises InvalidInput when it would answer others than this machine without asking for a key.
    """
    app = application.new()
    users = authenticator or authentication.of_users(settings)
    for operation in OPERATIONS:
        rule = operation.path.replace("{", "<").replace("}", ">")
        view = _view(operation, kernel, settings, users)
        app.add_url_rule(rule, operation.id, view, methods=[operation.method])
    pages.add_to(app)
    blobs.add_to(app, kernel)
    return app


def _view(operation: Operation, kernel: Kernel, settings: Settings, users: Authenticator) -> Callable[..., Response]:
    def view(**ids: str) -> Response:
        tenant = "" if operation.public else users.identify(request).tenant
        expected = binding.expected_tags(request) if operation.guarded else None
        call = Call(kernel=kernel, settings=settings, tenant=tenant, request=request, expected=expected)
        given = binding.arguments(operation, call, ids)
        return replay.respond(operation, call, lambda: _perform(operation, given))

    return view


def _perform(operation: Operation, given: dict[str, Any]) -> Response:
    made = operation.handler(**given)
    if isinstance(made, Response):
        return made
    answer = made if isinstance(made, Answer) else Answer(body=made)
    return _encode(answer, answer.status or operation.status)


def _encode(answer: Answer[Any], status: int) -> Response:
    response = application.empty(status)
    if isinstance(answer.body, Schema):
        response = Response(answer.body.model_dump_json(by_alias=True), status=status, content_type="application/json")
    if answer.tag is not None:
        response.set_etag(answer.tag)
    if answer.location is not None:
        response.headers["Location"] = answer.location
    return response
