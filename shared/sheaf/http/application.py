"""What every HTTP application of Sheaf has: request ids, an access log, headers that keep browsers safe, problems for errors."""

from __future__ import annotations

import logging
import re
import time
import uuid
from http import HTTPStatus
from urllib.parse import quote

from flask import Flask, Response, g, request

from sheaf.domain import texts
from sheaf.http import problems

_access = logging.getLogger("sheaf.access")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)

#: Scripts and styles come from files of this origin alone, and no other page may frame ours.
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{directive} {sources}" for directive, sources in _POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def new() -> Flask:
    """A Flask application without routes."""
    app = Flask("sheaf.http", static_folder=None)
    app.before_request(_begin)
    app.after_request(_finish)
    app.register_error_handler(Exception, problems.respond)
    return app


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    g.began = time.perf_counter()


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    for header, value in HEADERS.items():
        response.headers.setdefault(header, value)
    response.headers.setdefault("Cache-Control", "no-store")
    _log_access(response.status_code)
    return response


def _log_access(status: int) -> None:
    """One line a request; the query is left out, since it can hold signatures and what people look for.

    What was only looked at, as those who wait for a run do again and again, is told at DEBUG.
    """
    told = {
        "method": request.method,
        "path": quote(request.root_path + request.path),
        "status": status,
        "ms": round(1000 * (time.perf_counter() - g.began), 1),
        "request_id": g.request_id,
    }
    looked = request.method in {"GET", "HEAD"} and status < HTTPStatus.BAD_REQUEST
    level = logging.DEBUG if looked else logging.INFO
    _access.log(level, " ".join(f"{key}={value}" for key, value in told.items()), extra={"access": told})


def empty(status: int) -> Response:
    """An answer without a body, and so without a type of one."""
    response = Response(status=status)
    del response.headers["Content-Type"]
    return response


def attachment(name: str) -> dict[str, str]:
    """The header that has an answer saved under a name of any script (RFC 6266), never shown as a page."""
    return {"Content-Disposition": texts.attachment(name)}
