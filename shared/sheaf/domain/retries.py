"""When to try again: decisions, returned as values and never slept."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from sheaf.domain.errors import FailureCategory, FileProblem, SheafError, Unavailable
from sheaf.domain.record import record
from sheaf.domain.texts import storable

#: Categories a further attempt can mend; the others speak of the file and stay as they are. What has taken all the time there is, or has
#: brought down its process, is not tried again by itself: a person may.
RETRYABLE = frozenset({FailureCategory.UNAVAILABLE, FailureCategory.INTERNAL, FailureCategory.FILE_MISSING})

#: Categories that speak of the machinery alone; they use up a bound of their own, and none of the file's retries.
INFRASTRUCTURE = frozenset({FailureCategory.UNAVAILABLE})

#: Failures of a container that another try of it may mend.
MENDABLE = RETRYABLE | {FailureCategory.TIMEOUT, FailureCategory.CRASHED}

#: Characters of a failure's message that are kept.
MAX_MESSAGE = 500

#: A task whose worker was lost this often without an answer is failed as ``crashed``: the file takes workers down.
MAX_LOST = 5


@record(frozen=True, kw_only=True, slots=True)
class RetryPolicy:
    """Exponential back-off with full jitter over its upper half (B4)."""

    max_retries: int = 3
    base_s: float = 2.0
    factor: float = 2.0
    cap_s: float = 600.0

    def delay(self, retry: int, rng: random.Random) -> timedelta:
        """How long to wait before the ``retry``-th further attempt, 1 for the first."""
        longest = min(self.cap_s, self.base_s * self.factor ** (retry - 1))
        return timedelta(seconds=longest * (0.5 + rng.random() / 2))


#: An outside service that does not answer is asked again for half an hour and more, whatever the job says of its files.
OUTAGES = RetryPolicy(max_retries=12)


@record(frozen=True, kw_only=True, slots=True)
class Failure:
    """Why an attempt failed, as kept with the task and shown to people."""

    category: FailureCategory
    message: str


def failure_of(error: BaseException) -> Failure:
    """What an exception out of an attempt means; the message of an unforeseen one stays in the log, not with the task."""
    match error:
        case FileProblem():
            return Failure(category=error.category, message=storable(error.message, MAX_MESSAGE))
        case Unavailable():
            return Failure(category=FailureCategory.UNAVAILABLE, message=storable(error.message, MAX_MESSAGE))
        case SheafError():
            return Failure(category=FailureCategory.INTERNAL, message=storable(error.message, MAX_MESSAGE))
        case TimeoutError():
            return Failure(category=FailureCategory.TIMEOUT, message="Reading the file took longer than the job type allows.")
        case MemoryError():
            return Failure(category=FailureCategory.TOO_LARGE, message="Reading the file needs more memory than the worker has.")
        case _:
            return Failure(category=FailureCategory.INTERNAL, message=f"Reading the file failed unexpectedly ({type(error).__name__}).")


def next_attempt(failure: Failure, *, retries: int, policy: RetryPolicy, now: datetime, rng: random.Random) -> datetime | None:
    """When to try again after ``failure`` with ``retries`` further attempts of its kind already made, or None to give up."""
    if failure.category not in RETRYABLE or retries >= policy.max_retries:
        return None
    return now + policy.delay(retries + 1, rng)
