"""What every HTTP application of Sheaf has: request ids, an access log, headers that keep browsers safe, problems for errors."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from urllib.parse import quote

from flask import Flask, Response, g, request
from werkzeug.exceptions import MethodNotAllowed

from sheaf.domain import texts
from sheaf.http import problems

_access = logging.getLogger("sheaf.access")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)

#: Scripts and styles come from files of this origin alone, and no other page may frame ours. No answer sets one of these itself.
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


def new(answer: Callable[[], Response]) -> Flask:
    """A Flask application in which ``answer`` answers every request, and raises what there is no answer to.

    It has no rules of the framework's: each of those is compiled when the application is made, in a function at every start.
    """
    app = Flask("sheaf.http", static_folder=None)
    app.before_request(_begin)
    app.before_request(answer)
    app.after_request(_finish)
    app.register_error_handler(Exception, problems.respond)
    return app


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    g.began = time.perf_counter()


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    response.headers.extend(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
    _log_access(response.status_code)
    return response


def _log_access(status: int) -> None:
    """One line a request; the query is left out, since it can hold signatures and what people look for.

    What was only looked at, as those who wait for a run do again and again, is told at DEBUG.
    """
    looked = request.method in {"GET", "HEAD"} and status < HTTPStatus.BAD_REQUEST
    level = logging.DEBUG if looked else logging.INFO
    if not _access.isEnabledFor(level):
        return
    told = {
        "method": request.method,
        "path": quote(request.root_path + request.path),
        "status": status,
        "ms": round(1000 * (time.perf_counter() - g.began), 1),
        "request_id": g.request_id,
    }
    _access.log(level, " ".join(f"{key}={value}" for key, value in told.items()), extra={"access": told})


def by_method(answers: Mapping[str, Callable[[], Response]]) -> Response:
    """The answer of a resource that has these methods; raises werkzeug's 405, which tells them."""
    if request.method == "OPTIONS":
        return options(answers)
    wanted = asked(request.method)
    if wanted not in answers:
        raise MethodNotAllowed(valid_methods=allowed(answers))
    return answers[wanted]()


def options(methods: Iterable[str]) -> Response:
    """What OPTIONS is answered at a resource that has these methods."""
    response = empty(200)
    response.allow.update(allowed(methods))
    return response


def asked(method: str) -> str:
    """The method that is carried out: GET for HEAD, whose answer is sent without its body."""
    return "GET" if method == "HEAD" else method


def allowed(methods: Iterable[str]) -> list[str]:
    """What a resource with these methods answers: HEAD wherever there is GET, and OPTIONS everywhere."""
    return sorted({*methods, "OPTIONS", *(["HEAD"] if "GET" in methods else [])})


def empty(status: int) -> Response:
    """An answer without a body, and so without a type of one."""
    response = Response(status=status)
    del response.headers["Content-Type"]
    return response


def attachment(name: str) -> dict[str, str]:
    """The header that has an answer saved under a name of any script (RFC 6266), never shown as a page."""
    return {"Content-Disposition": texts.attachment(name)}
