"""What object stores elsewhere refuse, as errors of the product."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus

from sheaf.domain.errors import AccessDenied, InvalidInput, NotFound, PreconditionFailed, SheafError, Unavailable

#: The error that stands for a refusal, and what it says of the service and of what was asked for.
Said = tuple[type[SheafError], str]

DENIED: Said = (AccessDenied, "The credentials do not allow this with {1}.")
NOT_NOW: Said = (Unavailable, "{0} could not answer about {1}.")
_BY_STATUS: Mapping[int, Said] = {
    HTTPStatus.BAD_REQUEST: (InvalidInput, "{0} takes no such request about {1}."),
    HTTPStatus.UNAUTHORIZED: DENIED,
    HTTPStatus.FORBIDDEN: DENIED,
    HTTPStatus.NOT_FOUND: (NotFound, "There is no {1}."),
    HTTPStatus.PRECONDITION_FAILED: (PreconditionFailed, "{1} is another version than expected."),
}


def refused(service: str, what: str, status: int, said: Said | None = None) -> SheafError:
    """The error for an HTTP status, unless it is known what it means here."""
    kind, sentence = said or _BY_STATUS.get(status, NOT_NOW)
    return kind(sentence.format(service, what), status=status)


@contextmanager
def translating(told: Callable[[Exception], SheafError | None]) -> Iterator[None]:
    """Raise what ``told`` makes of an error instead of it; those of the product itself pass, such as a stream's that holds too much."""
    try:
        yield
    except SheafError:
        raise
    except Exception as error:
        instead = told(error)
        if instead is None:
            raise
        raise instead from error
