"""What Google's libraries raise, as errors of the product."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial

from sheaf.adapters.refusals import refused, translating
from sheaf.domain.errors import AccessDenied, SheafError, Unavailable

_SERVICE = "Cloud Storage"


def translated(what: str) -> AbstractContextManager[None]:
    """Raise what goes wrong with ``what`` (an object, a place) as NotFound, PreconditionFailed, AccessDenied, InvalidInput, Unavailable."""
    return translating(partial(_told, what))


def _told(what: str, error: Exception) -> SheafError | None:
    """The error to raise instead; None for one that has nothing to do with the service."""
    from google.api_core.exceptions import GoogleAPICallError, GoogleAPIError
    from google.auth.exceptions import GoogleAuthError, TransportError
    from google.cloud.storage.exceptions import DataCorruption, InvalidResponse
    from urllib3.exceptions import HTTPError

    match error:
        case GoogleAPICallError():
            return refused(_SERVICE, what, error.code or 0)
        case InvalidResponse():
            return refused(_SERVICE, what, error.response.status_code)
        case GoogleAuthError() if not isinstance(error, TransportError):
            return AccessDenied(f"There are no Google credentials that would open {what}.")
        case OSError():
            return Unavailable(f"{what} could not be read or written: {error.strerror or type(error).__name__}.")
        case GoogleAPIError() | GoogleAuthError() | HTTPError() | DataCorruption():
            return Unavailable(f"{what} could not be read or written: {type(error).__name__}.")
        case _:
            return None
