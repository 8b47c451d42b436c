"""What a server answers instead of what was asked for; each is also the like of it in :mod:`sheaf.domain.errors`.

ApiError                a problem document (RFC 9457) with its stable ``kind``; 5xx as itself
├── BadRequest          400, 413, 422: the request cannot be meant as it stands     (InvalidInput)
├── NotAllowed          401, 403: a key is missing, or does not allow this          (AccessDenied)
├── NotThere            404: nothing under that id                                  (NotFound)
├── Refused             409: it clashes with what is there, or with the state       (Conflict)
├── ChangedSince        412: it was changed since it was read                       (PreconditionFailed)
└── Away                429, 502, 503, 504: not now, though asked several times     (Unavailable)

A server that cannot be reached at all is Unavailable with the kind ``unreachable``.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from sheaf.domain.errors import AccessDenied, Conflict, InvalidInput, NotFound, PreconditionFailed, SheafError, Unavailable

#: Members that every problem document has; the others are its details.
_STANDARD = frozenset({"type", "title", "status", "code", "detail"})


class ApiError(SheafError):
    """The server answered with a problem document, kept whole in ``problem``; ``details`` are the values that its sentence names."""

    code = "api_error"

    def __init__(self, problem: Mapping[str, Any]) -> None:
        told = str(problem.get("detail") or problem.get("title") or "The server refused.")
        super().__init__(told, code=str(problem.get("code", "api_error")))
        self.problem = problem
        self.details = {name: value for name, value in problem.items() if name not in _STANDARD}

    @property
    def status(self) -> int:
        """HTTP's number; 0 where the document has none."""
        status = self.problem.get("status")
        return status if isinstance(status, int) else 0


class BadRequest(ApiError, InvalidInput):
    """The request cannot be meant as it stands."""


class NotAllowed(ApiError, AccessDenied):
    """A key is missing or wrong, or does not allow this."""


class NotThere(ApiError, NotFound):
    """Nothing under that id."""


class Refused(ApiError, Conflict):
    """It clashes with what is there, or the run or job is in another state."""


class ChangedSince(ApiError, PreconditionFailed):
    """It was changed since it was read."""


class Away(ApiError, Unavailable):
    """The server cannot answer at the moment."""


_KINDS: Mapping[int, type[ApiError]] = {
    HTTPStatus.BAD_REQUEST: BadRequest,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: BadRequest,
    HTTPStatus.UNPROCESSABLE_ENTITY: BadRequest,
    HTTPStatus.UNAUTHORIZED: NotAllowed,
    HTTPStatus.FORBIDDEN: NotAllowed,
    HTTPStatus.NOT_FOUND: NotThere,
    HTTPStatus.CONFLICT: Refused,
    HTTPStatus.PRECONDITION_FAILED: ChangedSince,
    HTTPStatus.TOO_MANY_REQUESTS: Away,
    HTTPStatus.BAD_GATEWAY: Away,
    HTTPStatus.SERVICE_UNAVAILABLE: Away,
    HTTPStatus.GATEWAY_TIMEOUT: Away,
}


def error_of(problem: Mapping[str, Any]) -> ApiError:
    """The error that a problem document stands for."""
    status = problem.get("status")
    return (_KINDS.get(status, ApiError) if isinstance(status, int) else ApiError)(problem)


def problem(status: HTTPStatus, code: str, detail: str) -> Mapping[str, Any]:
    """A problem document."""
    return {"type": "about:blank", "title": status.phrase, "status": status.value, "code": code, "detail": detail}
