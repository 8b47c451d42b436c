"""What the scheduler calls: the tick and the sweeper."""

from __future__ import annotations

from dataclasses import asdict

import orjson
from flask import Flask, Response, request

from sheaf.http import application, machinery
from sheaf.http.authentication import Authenticator
from sheaf.services import sweep
from sheaf.services.kernel import Kernel
from sheaf.settings import Settings


def create_app(kernel: Kernel, settings: Settings, *, authenticator: Authenticator | None = None) -> Flask:
    """The application that answers ``POST /tick`` and ``POST /sweep`` with what was repaired, by kind."""
    app = application.new()
    callers = authenticator or machinery.callers(settings, "trigger")

    def run_sweep() -> Response:
        callers.identify(request)
        return Response(orjson.dumps({"repairs": asdict(sweep.sweep(kernel))}), content_type="application/json")

    app.add_url_rule("/tick", "tick", run_sweep, methods=["POST"])
    app.add_url_rule("/sweep", "sweep", run_sweep, methods=["POST"])
    return app
