"""Applications of ours as serverless functions: built on their first request, answering behind the framework's own."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Request, Response

from sheaf import bootstrap, logs, settings

if TYPE_CHECKING:
    from sheaf.services.kernel import Kernel
    from sheaf.settings import Settings

#: Set by the platform alone (Cloud Run's container contract); there, its front end ends TLS and says so in a header of its own.
_PLATFORM = "K_SERVICE"


class Function:
    """One application of an installation, as the entry point of a function."""

    def __init__(self, make: Callable[[Kernel, Settings], Flask]) -> None:
        self._make = make
        self._app: Flask | None = None
        self._building = threading.Lock()

    def answer(self, request: Request) -> Response:
        """The application's answer; built once, however many first requests come together, and again after a failure."""
        return pass_on(self._app or self._built(), request)

    def _built(self) -> Flask:
        with self._building:
            if self._app is None:
                given = settings.read()
                logs.configure(given)
                self._app = self._make(bootstrap.kernel(given, on_demand=True), given)
            return self._app


def pass_on(app: Flask, request: Request) -> Response:
    """The application's answer to a request that a function was called with; neither body is held in memory.

    The application bounds the body itself and may refuse it unread; the framework, which reads on afterwards, then finds it at its end.
    """
    request.max_content_length = None
    environ = {**request.environ, **_outside(request), "wsgi.input": request.stream, "wsgi.input_terminated": True}
    response = cast("Response", Response.from_app(app, environ))
    request.stream = io.BytesIO()
    return response


def _outside(request: Request, environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """How the caller sees this service, where a front end that can be trusted says so; anybody's header is not believed elsewhere."""
    scheme = request.headers.get("X-Forwarded-Proto", "")
    return {"wsgi.url_scheme": scheme} if environment.get(_PLATFORM) and scheme in {"http", "https"} else {}
