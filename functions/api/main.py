"""The api function: the HTTPS endpoints for front ends and clients, and the object store's signed URLs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import functions_framework

from sheaf.http.api import create_app
from sheaf.http.serving import Function

if TYPE_CHECKING:
    from flask import Request, Response

_function = Function(create_app)


@functions_framework.http
def api(request: Request) -> Response:
    """Answer a request."""
    return _function.answer(request)
