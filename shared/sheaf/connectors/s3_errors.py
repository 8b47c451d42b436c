"""What boto3 raises, as errors of the product."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from sheaf.adapters.refusals import DENIED, NOT_NOW, Said, refused, translating
from sheaf.domain.errors import AccessDenied, InvalidInput, SheafError, Unavailable

#: What is told by the code of an error and not by its status (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
_BY_CODE: Mapping[str, Said] = {
    "InvalidObjectState": (InvalidInput, "{1} is archived; restore it first."),
    "RequestTimeout": NOT_NOW,
    "ExpiredToken": DENIED,
    "InvalidToken": DENIED,
}


def translated(what: str) -> AbstractContextManager[None]:
    """Raise what goes wrong with ``what`` (a file, a folder) as NotFound, PreconditionFailed, AccessDenied, InvalidInput, Unavailable."""
    return translating(partial(_told, what))


def _told(what: str, error: Exception) -> SheafError | None:
    """The error to raise instead; None for one that has nothing to do with the service."""
    from boto3.exceptions import Boto3Error
    from botocore import exceptions

    match error:
        case exceptions.ClientError():
            return _refused(what, error.response)
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


def _refused(what: str, answer: Mapping[str, Any]) -> SheafError:
    status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    return refused("S3", what, status, _BY_CODE.get(answer.get("Error", {}).get("Code", "")))
