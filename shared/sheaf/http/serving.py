"""An application of ours behind another's request, as serverless functions are called."""

from __future__ import annotations

import io
from typing import cast

from flask import Flask, Request, Response


def pass_on(app: Flask, request: Request) -> Response:
    """The application's answer to a request that a function was called with; neither body is held in memory.

    The application bounds the body itself and may refuse it unread; the framework, which reads on afterwards, then finds it at its end.
    """
    request.max_content_length = None
    environ = {**request.environ, "wsgi.input": request.stream, "wsgi.input_terminated": True}
    response = cast("Response", Response.from_app(app, environ))
    request.stream = io.BytesIO()
    return response
