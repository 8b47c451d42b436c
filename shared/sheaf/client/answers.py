"""Between the API's JSON and its schemas."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from pydantic import ValidationError

from sheaf.client.errors import error_of
from sheaf.domain.errors import Unavailable
from sheaf.http.schemas.base import Schema

Of = TypeVar("Of", bound=Schema)

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 1.0


def read(kind: type[Of], answer: Any) -> Of:
    """An answer as its schema; members that it does not know, as a newer server may add, are passed over.

    Raises ApiError (``unknown_answer``) for one that lacks what it needs, or has a value of a kind that only another version knows.
    """
    try:
        return kind.model_validate(answer, extra="ignore")
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or "all of it"
        told = f"The answer is no {kind.__name__} as this version of the client knows it ({where}). Is the server another version?"
        raise error_of({"code": "unknown_answer", "detail": told}) from error


def each(kind: type[Of], answers: Iterable[Any]) -> Iterator[Of]:
    """Answers as their schema, one after the other."""
    return (read(kind, one) for one in answers)


def told(body: Schema) -> Any:
    """What of a body was said, as JSON: what is left out is the server's to decide."""
    return body.model_dump(mode="json", by_alias=True, exclude_unset=True)


def awaited(look: Callable[[], Of], done: Callable[[Of], bool], what: str, seconds: float | None) -> Of:
    """Look until it is done, after pauses of up to a second; raises Unavailable (``still_working``) when the time is over."""
    until = None if seconds is None else time.monotonic() + seconds
    pause = _FIRST_PAUSE_S
    while not done(found := look()):
        if until is not None and time.monotonic() >= until:
            raise Unavailable(f"{what} is not done after {seconds:g} seconds; it goes on.", code="still_working")
        time.sleep(pause)
        pause = min(pause * 1.3, _LONGEST_PAUSE_S)
    return found
