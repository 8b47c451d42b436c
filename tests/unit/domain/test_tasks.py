"""Claims: who may start a task, when, and what a claim writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf.domain.errors import FailureCategory
from sheaf.domain.retries import MAX_LOST, Failure
from sheaf.domain.runs import Run
from sheaf.domain.states import TASK_ENDED, RunStatus, TaskStatus
from sheaf.domain.tasks import (
    EARLY,
    MAX_ATTEMPTS_KEPT,
    Refusal,
    Seen,
    Task,
    claimed,
    open_in,
    refusal,
    shown_status,
    with_attempt,
    worn_out,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOON, AGO = NOW + timedelta(seconds=30), NOW - timedelta(seconds=30)
LEASE = timedelta(seconds=45)
SEEN = Seen(message="m", retry=0)

RUN = Run(
    id="r", tenant="t", job_id="j", number=1, status=RunStatus.IN_PROGRESS, created_at=AGO, last_active_at=AGO, sealed_at=AGO, tasks_total=1
)
TASK = Task(
    id="00",
    tenant="t",
    run_id="r",
    job_id="j",
    position="0",
    filename="f",
    file_url="",
    file_size=0,
    format="text",
    blob="",
    created_at=AGO,
)
HELD = replace(TASK, status=TaskStatus.PROCESSING, lease_expires_at=SOON, lease_token=3, delivery="m", delivery_retry=0)


@pytest.mark.parametrize(
    ("task", "run", "seen", "expected"),
    [
        (TASK, RUN, SEEN, None),
        (TASK, replace(RUN, status=RunStatus.COMPLETED), SEEN, Refusal.RUN_OVER),
        (TASK, replace(RUN, cancel_requested_at=AGO), SEEN, Refusal.CANCELLING),
        (TASK, replace(RUN, sealed_at=None), SEEN, Refusal.NOT_SEALED),
        (replace(TASK, status=TaskStatus.COMPLETED), RUN, SEEN, Refusal.ALREADY_ENDED),
        (replace(TASK, status=TaskStatus.CANCELLED), RUN, SEEN, Refusal.ALREADY_ENDED),
        (replace(TASK, status=TaskStatus.FAILED), RUN, SEEN, Refusal.ALREADY_ENDED),
        (replace(TASK, status=TaskStatus.FAILED), replace(RUN, round=2), SEEN, None),
        (replace(TASK, status=TaskStatus.COMPLETED), replace(RUN, round=2), SEEN, Refusal.ALREADY_ENDED),
        (replace(TASK, status=TaskStatus.FAILED, round=2), replace(RUN, round=2), SEEN, Refusal.ALREADY_ENDED),
        (HELD, RUN, SEEN, Refusal.LEASED),
        (HELD, RUN, Seen(message="m", retry=1), None),
        (HELD, RUN, Seen(message="other", retry=1), Refusal.LEASED),
        (replace(HELD, delivery_retry=2), RUN, Seen(message="m", retry=1), Refusal.LEASED),
        (replace(HELD, lease_expires_at=AGO), RUN, SEEN, None),
        (replace(HELD, lease_expires_at=NOW), RUN, SEEN, None),
        (replace(TASK, status=TaskStatus.QUEUED, next_retry_at=SOON), RUN, SEEN, Refusal.NOT_DUE),
        (replace(TASK, status=TaskStatus.QUEUED, next_retry_at=NOW + EARLY), RUN, SEEN, None),
        (replace(TASK, status=TaskStatus.QUEUED, next_retry_at=AGO), RUN, SEEN, None),
    ],
)
def test_who_may_start(task: Task, run: Run, seen: Seen, expected: Refusal | None) -> None:
    """A delivery starts a task that is open, due and not held, in a sealed run that goes on, and nothing else."""
    assert refusal(task, run, seen, NOW) is expected


TASKS = st.builds(
    replace,
    st.just(TASK),
    status=st.sampled_from(TaskStatus),
    round=st.integers(1, 3),
    lease_token=st.integers(0, 9),
    lease_expires_at=st.sampled_from([None, AGO, SOON]),
    next_retry_at=st.sampled_from([None, AGO, SOON]),
)


@given(task=TASKS, later=st.integers(0, 2))
def test_whatever_may_start_is_claimed_once(task: Task, later: int) -> None:
    """A claim raises the token, holds the task against the same delivery, and belongs to the present round."""
    run = replace(RUN, round=task.round + later)
    if refusal(task, run, SEEN, NOW) is not None:
        return
    assert open_in(task, run)
    held = replace(task, **claimed(task, run, SEEN, now=NOW, lease=LEASE))
    assert (held.lease_token, held.round, held.status) == (task.lease_token + 1, run.round, TaskStatus.PROCESSING)
    assert refusal(held, run, SEEN, NOW) is Refusal.LEASED
    assert refusal(held, run, SEEN, NOW + LEASE) is None


def test_a_lost_worker_is_an_attempt() -> None:
    """Taking over from a worker that never answered says so in the task, and counts it."""
    held = replace(HELD, **claimed(HELD, RUN, Seen(message="m", retry=1), now=NOW, lease=LEASE))
    assert [attempt.failure.category for attempt in held.attempts] == [FailureCategory.CRASHED]
    assert (held.lost_count, held.retry_count) == (1, 0)
    assert held.attempts[0].number == HELD.lease_token


def test_a_new_round_counts_its_retries_anew() -> None:
    """What an earlier round used up of retries is given back, its attempts are kept."""
    failed = replace(TASK, status=TaskStatus.FAILED, retry_count=3, lost_count=2, attempts=with_attempt(TASK, _failure(), NOW))
    again = replace(failed, **claimed(failed, replace(RUN, round=2), SEEN, now=NOW, lease=LEASE))
    assert (again.retry_count, again.lost_count, again.attempts) == (0, 0, failed.attempts)


@given(times=st.integers(1, MAX_ATTEMPTS_KEPT * 2))
def test_attempts_are_kept_up_to_a_bound(times: int) -> None:
    """Only the latest attempts stay with a task that was tried again and again."""
    task = TASK
    for number in range(times):
        task = replace(task, lease_token=number)
        task = replace(task, attempts=with_attempt(task, _failure(), NOW))
    assert len(task.attempts) == min(times, MAX_ATTEMPTS_KEPT)
    assert task.attempts[-1].number == times - 1


def test_a_file_that_takes_workers_down_is_given_up() -> None:
    """Up to a bound the loss of a worker is bad luck, from there on it is the file."""
    assert [worn_out(count) for count in (0, MAX_LOST - 1, MAX_LOST)] == [False, False, True]


@given(status=st.sampled_from(TaskStatus), task_round=st.integers(1, 2), sealed=st.booleans(), over=st.booleans())
def test_shown_status(status: TaskStatus, task_round: int, *, sealed: bool, over: bool) -> None:
    """A task is shown as stored, but for one that only waits for its message: that one is queued."""
    run = replace(RUN, round=2, sealed_at=AGO if sealed else None, status=RunStatus.FAILED if over else RunStatus.IN_PROGRESS)
    task = replace(TASK, status=status, round=task_round)
    waits = sealed and not over and open_in(task, run) and status in {TaskStatus.PENDING, *TASK_ENDED}
    assert shown_status(task, run) is (TaskStatus.QUEUED if waits else status)


def _failure() -> Failure:
    return Failure(category=FailureCategory.TIMEOUT, message="too slow")
