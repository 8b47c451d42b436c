"""What the scheduler calls: the tick and the sweeper."""

from __future__ import annotations

from dataclasses import asdict

import orjson
from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from sheaf.http import application, machinery
from sheaf.http.authentication import Authenticator
from sheaf.services import sweep
from sheaf.services.kernel import Kernel
from sheaf.settings import Settings

_PATHS = ("/tick", "/sweep")


def create_app(kernel: Kernel, settings: Settings, *, authenticator: Authenticator | None = None) -> Flask:
    """The application that answers ``POST /tick`` and ``POST /sweep`` with what was repaired, by kind."""
    callers = authenticator or machinery.callers(settings, "trigger")

    def run_sweep() -> Response:
        callers.identify(request)
        return Response(orjson.dumps({"repairs": asdict(sweep.sweep(kernel))}), content_type="application/json")

    def answer() -> Response:
        if request.path not in _PATHS:
            raise NotFound
        return application.by_method({"POST": run_sweep})

    return application.new(answer)
