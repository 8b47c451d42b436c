"""How a command ends that could not do what it was asked: one sentence or a problem document, and an exit code by kind."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from http import HTTPStatus
from typing import Any

from sheaf.client.errors import ApiError, problem
from sheaf.domain.errors import Conflict, InvalidInput, NotFound, PreconditionFailed, SheafError, Unavailable


class Exit(IntEnum):
    """What the shell is told."""

    FINE = 0
    #: The work failed or only part of it could be done; also whatever has no number of its own.
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    REFUSED = 4
    NOT_ALLOWED = 5
    UNREACHABLE = 6


EXIT_CODES = """\
  0  done
  1  a file could not be read, or a run failed, only partly completed or was cancelled
  2  the command or its input makes no sense as it stands
  3  there is no such job, run, file or template
  4  refused: it clashes with what is there, or the run is in another state
  5  a key is needed, or does not allow this
  6  the server cannot be reached or is not able to answer now"""

_BY_STATUS: Mapping[int, Exit] = {
    HTTPStatus.BAD_REQUEST: Exit.USAGE,
    HTTPStatus.UNPROCESSABLE_ENTITY: Exit.USAGE,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Exit.USAGE,
    HTTPStatus.NOT_FOUND: Exit.NOT_FOUND,
    HTTPStatus.CONFLICT: Exit.REFUSED,
    HTTPStatus.PRECONDITION_FAILED: Exit.REFUSED,
    HTTPStatus.UNAUTHORIZED: Exit.NOT_ALLOWED,
    HTTPStatus.FORBIDDEN: Exit.NOT_ALLOWED,
    HTTPStatus.TOO_MANY_REQUESTS: Exit.UNREACHABLE,
    HTTPStatus.BAD_GATEWAY: Exit.UNREACHABLE,
    HTTPStatus.SERVICE_UNAVAILABLE: Exit.UNREACHABLE,
    HTTPStatus.GATEWAY_TIMEOUT: Exit.UNREACHABLE,
}

_STATUS_OF: Mapping[type[SheafError], HTTPStatus] = {
    InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


def problem_of(error: SheafError) -> Mapping[str, Any]:
    """The problem document of any of our errors: the API's own, or one like it for what went wrong on this side."""
    if isinstance(error, ApiError):
        return error.problem
    status = next((code for kind, code in _STATUS_OF.items() if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR)
    return problem(status, error.kind, error.message)


def exit_code(error: SheafError) -> Exit:
    """What to tell the shell of an error."""
    return _BY_STATUS.get(int(problem_of(error).get("status", 0)), Exit.FAILED)
