"""The API: every operation of every resource, authenticated, bound, carried out once, and answered."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from sheaf.domain.paths import SIGNED
from sheaf.http import application, authentication, binding, replay, routes, routing
from sheaf.http.authentication import Authenticator, Identity
from sheaf.http.operations import Answer, Call, Operation
from sheaf.services.kernel import Kernel
from sheaf.settings import Settings


def create_app(kernel: Kernel, settings: Settings, *, authenticator: Authenticator | None = None) -> Flask:
    """The application that serves ``/api``, a page at the root, and ``/blobs`` where the object store's signed URLs are ours to serve.

    Raises InvalidInput when it would answer others than this machine without asking for a key.
    """
    users = authenticator or authentication.of_users(settings)

    def answer() -> Response:
        path = request.path
        if routes.is_known(path):
            return _operation(path, kernel, settings, users)
        return _blobs(kernel, path.removeprefix(SIGNED)) if path.startswith(SIGNED) else _page(path)

    return application.new(answer)


def _operation(path: str, kernel: Kernel, settings: Settings, users: Authenticator) -> Response:
    if request.method == "OPTIONS":
        return application.options(routing.methods(path))
    operation, ids = routing.find(request.method, path)
    return _answer(operation, ids, kernel, settings, users)


def _blobs(kernel: Kernel, path: str) -> Response:
    from sheaf.http import blobs

    return application.by_method(dict.fromkeys(("GET", "PUT"), partial(blobs.serve, kernel, path)))


def _page(path: str) -> Response:
    from sheaf.http import pages

    page = pages.PAGES.get(path)
    if page is None:
        raise NotFound
    return application.by_method({"GET": page})


def _answer(operation: Operation, ids: dict[str, str], kernel: Kernel, settings: Settings, users: Authenticator) -> Response:
    tenant, caller = ("", "") if operation.public else _who(users.identify(request))
    expected = binding.expected_tags(request) if operation.guarded else None
    call = Call(
        kernel=kernel,
        settings=settings,
        tenant=tenant,
        caller=caller,
        request=request,
        expected=expected,
    )
    given = binding.arguments(operation, call, ids)
    return replay.respond(operation, call, lambda: _perform(operation, given))


def _who(identity: Identity) -> tuple[str, str]:
    return identity.tenant, identity.subject


def _perform(operation: Operation, given: dict[str, Any]) -> Response:
    made = operation.handler(**given)
    if isinstance(made, Response):
        return made
    answer = made if isinstance(made, Answer) else Answer(body=made)
    return _encode(answer, answer.status or operation.status)


def _encode(answer: Answer[Any], status: int) -> Response:
    response = application.empty(status)
    if answer.body is not None:
        response = Response(answer.body.model_dump_json(by_alias=True), status=status, content_type="application/json")
    if answer.tag is not None:
        response.set_etag(answer.tag)
    if answer.location is not None:
        response.headers["Location"] = answer.location
    return response
