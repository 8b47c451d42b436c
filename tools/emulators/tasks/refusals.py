"""How the double refuses a call."""

from __future__ import annotations

from typing import Literal, NoReturn

Code = Literal["ALREADY_EXISTS", "FAILED_PRECONDITION", "INVALID_ARGUMENT", "NOT_FOUND", "UNAVAILABLE"]


class Refused(Exception):
    """A call that the service answers with a status of gRPC instead (https://cloud.google.com/tasks/docs/reference/rpc/google.rpc)."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def invalid(message: str) -> NoReturn:
    """Refuse what the caller must not send."""
    raise Refused("INVALID_ARGUMENT", message)


def missing(message: str) -> NoReturn:
    """Refuse what names nothing."""
    raise Refused("NOT_FOUND", message)
