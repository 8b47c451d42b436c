"""What boto3 raises, as errors of the product."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from sheaf.domain.errors import AccessDenied, InvalidInput, NotFound, PreconditionFailed, SheafError, Unavailable

_DENIED = (AccessDenied, "The credentials do not allow this with {}.")
_SAID: dict[int, tuple[type[SheafError], str]] = {
    HTTPStatus.BAD_REQUEST: (InvalidInput, "S3 takes no such request about {}."),
    HTTPStatus.UNAUTHORIZED: _DENIED,
    HTTPStatus.FORBIDDEN: _DENIED,
    HTTPStatus.NOT_FOUND: (NotFound, "There is no {}."),
    HTTPStatus.PRECONDITION_FAILED: (PreconditionFailed, "{} is another version than expected."),
}
_NOT_NOW = (Unavailable, "S3 could not answer about {}.")
#: What is told by the code of an error and not by its status (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
_BY_CODE = {
    "InvalidObjectState": (InvalidInput, "{} is archived; restore it first."),
    "RequestTimeout": _NOT_NOW,
    "ExpiredToken": _DENIED,
    "InvalidToken": _DENIED,
}


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Raise what goes wrong with ``what`` (a file, a folder) as NotFound, PreconditionFailed, AccessDenied, InvalidInput or Unavailable.

    Errors of the product itself pass, such as a stream's that holds too much.
    """
    try:
        yield
    except SheafError:
        raise
    except Exception as error:
        told = _told(what, error)
        if told is None:
            raise
        raise told from error


def _told(what: str, error: Exception) -> SheafError | None:
    """The error to raise instead; None for one that has nothing to do with the service."""
    from boto3.exceptions import Boto3Error
    from botocore import exceptions

    match error:
        case exceptions.ClientError():
            status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
            kind, sentence = _BY_CODE.get(error.response.get("Error", {}).get("Code", "")) or _SAID.get(status, _NOT_NOW)
            return kind(sentence.format(what), status=status)
        case (
            exceptions.NoCredentialsError()
            | exceptions.PartialCredentialsError()
            | exceptions.CredentialRetrievalError()
            | exceptions.ProfileNotFound()
            | exceptions.TokenRetrievalError()
        ):
            return AccessDenied(f"There are no AWS credentials that would open {what}.")
        case exceptions.ParamValidationError():
            return InvalidInput(f"S3 takes no such request about {what}.")
        case exceptions.BotoCoreError() | exceptions.HTTPClientError() | Boto3Error() | OSError():
            return Unavailable(f"{what} could not be read or written: {type(error).__name__}.")
        case _:
            return None
