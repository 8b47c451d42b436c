"""What Google's libraries raise, as errors of the product."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from sheaf.domain.errors import AccessDenied, InvalidInput, NotFound, PreconditionFailed, SheafError, Unavailable

_DENIED = (AccessDenied, "The credentials do not allow this with {}.")
_SAID: dict[int, tuple[type[SheafError], str]] = {
    HTTPStatus.BAD_REQUEST: (InvalidInput, "Cloud Storage takes no such request about {}."),
    HTTPStatus.UNAUTHORIZED: _DENIED,
    HTTPStatus.FORBIDDEN: _DENIED,
    HTTPStatus.NOT_FOUND: (NotFound, "There is no {}."),
    HTTPStatus.PRECONDITION_FAILED: (PreconditionFailed, "{} is another version than expected."),
}
_NOT_NOW = (Unavailable, "Cloud Storage could not answer about {}.")


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Raise what goes wrong with ``what`` (an object, a bucket) as NotFound, PreconditionFailed, AccessDenied, InvalidInput or Unavailable.

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
    from google.api_core.exceptions import GoogleAPICallError, GoogleAPIError
    from google.auth.exceptions import GoogleAuthError, TransportError
    from google.cloud.storage.exceptions import DataCorruption, InvalidResponse
    from urllib3.exceptions import HTTPError

    match error:
        case GoogleAPICallError():
            return _refused(what, error.code or 0)
        case InvalidResponse():
            return _refused(what, error.response.status_code)
        case GoogleAuthError() if not isinstance(error, TransportError):
            return AccessDenied(f"There are no Google credentials that would open {what}.")
        case OSError():
            return Unavailable(f"{what} could not be read or written: {error.strerror or type(error).__name__}.")
        case GoogleAPIError() | GoogleAuthError() | HTTPError() | DataCorruption():
            return Unavailable(f"{what} could not be read or written: {type(error).__name__}.")
        case _:
            return None


def _refused(what: str, status: int) -> SheafError:
    kind, sentence = _SAID.get(status, _NOT_NOW)
    return kind(sentence.format(what), status=status)
