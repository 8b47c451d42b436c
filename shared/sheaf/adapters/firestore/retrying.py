"""THE place where calls to Firestore are made again, and what their errors mean to the caller.

A call that failed is made again when that can help and cannot harm: after a refusal that is known to have written nothing, and after an
unclear end where a second writing is impossible or changes nothing. Once an end was unclear, a failing guard may be the commit's own
doing, so it is told as Unavailable: nobody may take for not written what was. https://cloud.google.com/apis/design/errors#error_retries
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from sheaf.adapters.firestore.mutations import Nature
from sheaf.domain.errors import AccessDenied, InvalidInput, PreconditionFailed, SheafError, Unavailable
from sheaf.domain.retries import RetryPolicy

Answer = TypeVar("Answer")

#: Reads can be made again whatever became of them, and have no guards.
READ: Final = Nature(guarded=False, repeatable=True)

#: Refused before anything was written: too much at once, on these documents or at all.
_REFUSED = {"ABORTED", "RESOURCE_EXHAUSTED"}
#: The call ended without an answer; it may have been carried out.
_UNCLEAR = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL", "UNKNOWN", "CANCELLED"}
_GUARDS = {"FAILED_PRECONDITION", "ALREADY_EXISTS", "NOT_FOUND"}
_WRONG = {"INVALID_ARGUMENT", "OUT_OF_RANGE"}
_DENIED = {"PERMISSION_DENIED", "UNAUTHENTICATED"}

#: The code of an Unavailable that a commit ends in of which it is not known whether it was written.
IN_DOUBT = "in_doubt"

_LONGEST_DETAIL = 500

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Persistence:
    """How long a call is tried."""

    #: Pauses between the attempts.
    pauses: RetryPolicy = field(default_factory=lambda: RetryPolicy(base_s=0.05, cap_s=2.0))
    #: Seconds after which no further attempt begins.
    total_s: float = 10.0
    #: Seconds that one attempt may take.
    attempt_s: float = 30.0
    sleep: Callable[[float], None] = time.sleep
    seconds: Callable[[], float] = time.monotonic

    def call(self, attempt: Callable[[float], Answer], error: type[Exception], nature: Nature = READ) -> Answer:
        """Return what ``attempt``, given its time-out, answers in the end; ``error`` is how gRPC fails. Raises the caller's errors."""
        begun, tries, unclear = self.seconds(), 0, False
        while True:
            try:
                return attempt(self.attempt_s)
            except error as failure:
                status, said = _told(failure)
            tries += 1
            unclear = unclear or status in _UNCLEAR
            pause = self.pauses.delay(tries, random.Random()).total_seconds()  # noqa: S311 — keeps no secret
            again = status in _REFUSED | _UNCLEAR and (nature.repeatable or not unclear)
            if not again or self.seconds() + pause - begun > self.total_s:
                raise _meaning(status, said, nature, unclear=unclear)
            _LOG.info("Firestore answered %s (%s); attempt %d follows in %.2f s.", status, said, tries + 1, pause)
            self.sleep(pause)


def _told(failure: Any) -> tuple[str, str]:
    return failure.code().name, str(failure.details())[:_LONGEST_DETAIL]


def _meaning(status: str, said: str, nature: Nature, *, unclear: bool) -> SheafError:
    if status in _GUARDS and nature.guarded:
        if unclear:
            said = "Firestore did not answer at first, and then a guard failed: whether this was written is not known."
            return Unavailable(said, code=IN_DOUBT)
        return PreconditionFailed(f"A document is not as a write of it expects: {said}")
    if status in _WRONG:
        return InvalidInput(f"Firestore does not take this: {said}")
    if status in _DENIED:
        return AccessDenied(f"Firestore refuses this process's credentials: {said}")
    return Unavailable(f"Firestore answered {status}: {said}", status=status)
