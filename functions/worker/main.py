"""The worker function: what the queue calls, one delivery a request."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import functions_framework

from sheaf import bootstrap, settings
from sheaf.http import serving
from sheaf.http.worker import create_app

if TYPE_CHECKING:
    from flask import Flask, Request, Response


@cache
def app() -> Flask:
    """The application, built when the first request comes and kept for the life of this process."""
    given = settings.read()
    return create_app(bootstrap.kernel(given), given)


@functions_framework.http
def worker(request: Request) -> Response:
    """Answer a request."""
    return serving.pass_on(app(), request)
