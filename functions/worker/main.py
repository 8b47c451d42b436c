"""The worker function: what the queue calls, one delivery a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import functions_framework

from sheaf.http.serving import Function
from sheaf.http.worker import create_app

if TYPE_CHECKING:
    from flask import Request, Response

_function = Function(create_app)


@functions_framework.http
def worker(request: Request) -> Response:
    """Answer a request."""
    return _function.answer(request)
