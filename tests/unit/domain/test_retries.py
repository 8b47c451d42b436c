"""Back-off: bounded, growing, capped; and what an exception means."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf.domain.errors import FailureCategory, FileProblem, InvalidInput, Unavailable
from sheaf.domain.retries import MAX_MESSAGE, RETRYABLE, Failure, RetryPolicy, failure_of, next_attempt

NOW = datetime(2026, 11, 22, tzinfo=UTC)
POLICIES = st.builds(
    RetryPolicy,
    max_retries=st.integers(0, 20),
    base_s=st.floats(0.01, 100),
    factor=st.floats(1, 5),
    cap_s=st.floats(1, 10_000),
)


def longest(policy: RetryPolicy, retry: int) -> timedelta:
    """The delay at the top of the jitter."""
    return policy.delay(retry, Chosen(1.0))


class Chosen(random.Random):
    """A source of one chosen number."""

    def __init__(self, number: float) -> None:
        super().__init__()
        self._number = number

    def random(self) -> float:
        """The number."""
        return self._number


@given(policy=POLICIES, retry=st.integers(1, 30), seed=st.integers(0, 100))
def test_a_delay_lies_in_the_upper_half_below_its_longest(policy: RetryPolicy, retry: int, seed: int) -> None:
    """Jitter takes away at most half, and the cap holds."""
    delay = policy.delay(retry, random.Random(seed))
    assert longest(policy, retry) / 2 - timedelta(microseconds=1) <= delay <= longest(policy, retry)
    assert delay <= timedelta(seconds=policy.cap_s)


@given(policy=POLICIES, retry=st.integers(1, 29))
def test_delays_grow_until_they_are_capped(policy: RetryPolicy, retry: int) -> None:
    """A later retry never waits less at its longest."""
    assert longest(policy, retry) <= longest(policy, retry + 1)


@given(category=st.sampled_from(FailureCategory), retries=st.integers(0, 10), limit=st.integers(0, 10))
def test_only_what_can_mend_is_tried_again_and_not_for_ever(category: FailureCategory, retries: int, limit: int) -> None:
    """There is a next attempt if and only if the failure can mend and retries are left, and it lies ahead."""
    failure = Failure(category=category, message="no")
    again = next_attempt(failure, retries=retries, policy=RetryPolicy(max_retries=limit), now=NOW, rng=random.Random(1))
    assert (again is not None) == (category in RETRYABLE and retries < limit)
    assert again is None or again > NOW


@pytest.mark.parametrize(
    ("error", "category"),
    [
        (FileProblem(FailureCategory.ENCRYPTED, "locked"), FailureCategory.ENCRYPTED),
        (Unavailable("no answer"), FailureCategory.UNAVAILABLE),
        (InvalidInput("cannot be stored"), FailureCategory.INTERNAL),
        (TimeoutError(), FailureCategory.TIMEOUT),
        (MemoryError(), FailureCategory.TOO_LARGE),
        (ValueError("secret detail"), FailureCategory.INTERNAL),
    ],
)
def test_every_exception_has_a_category(error: BaseException, category: FailureCategory) -> None:
    """A failure says what kind it is, and keeps an unforeseen exception's words to the log."""
    failure = failure_of(error)
    assert failure.category is category
    assert "secret" not in failure.message


def test_a_message_is_fit_to_be_stored() -> None:
    """An overlong message is cut, and what UTF-8 cannot say is replaced."""
    failure = failure_of(FileProblem(FailureCategory.CORRUPT, "\ud800" + "x" * 10_000))
    assert len(failure.message.encode()) == MAX_MESSAGE
