"""Shards: every id in exactly one, and their sums."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf.domain.counters import (
    MAX_SHARDS,
    Counts,
    IdRange,
    Usage,
    outcome,
    prefix_range,
    shard_count,
    shard_of,
    shard_range,
    split_range,
    total,
)
from sheaf.domain.states import RunStatus

SHARDS = st.sampled_from([1, 2, 4, 8, 16, 32, 64])
IDS = st.text("0123456789abcdef", min_size=24, max_size=24)
NUMBERS = st.integers(0, 1000)
COUNTS = st.builds(
    Counts,
    completed=NUMBERS,
    failed=NUMBERS,
    cancelled=NUMBERS,
    failures=st.dictionaries(st.sampled_from(["corrupt", "timeout"]), NUMBERS),
    usage=st.builds(Usage, files=NUMBERS, pages=NUMBERS, bytes=NUMBERS, rows=NUMBERS, model_tokens=NUMBERS),
)


def holds(ids: IdRange, task_id: str) -> bool:
    """Whether a range holds an id, as a store compares them."""
    return ids.low <= task_id < ids.high


@given(task_id=IDS, shards=SHARDS)
def test_an_id_lies_in_the_range_of_its_shard_and_in_no_other(task_id: str, shards: int) -> None:
    """Ranges and shard_of agree, and the ranges neither overlap nor leave a gap."""
    assert [n for n in range(shards) if holds(shard_range(n, shards), task_id)] == [shard_of(task_id, shards)]


@pytest.mark.parametrize("shards", [1, 2, 4, 8, 16, 32, 64])
def test_ranges_meet(shards: int) -> None:
    """Each range ends where the next one begins, from the first id to behind the last."""
    ranges = [shard_range(number, shards) for number in range(shards)]
    assert ranges[0].low == "00"
    assert [r.high for r in ranges[:-1]] == [r.low for r in ranges[1:]]
    assert ranges[-1].high > "f" * 24


@given(tasks=st.integers(0, 500_000))
def test_shards_grow_with_the_run_up_to_their_bound(tasks: int) -> None:
    """A run has a power of two of shards, with 250 tasks each at most until there are 64."""
    shards = shard_count(tasks)
    assert shards & (shards - 1) == 0
    assert 1 <= shards <= MAX_SHARDS
    assert tasks <= shards * 250 or shards == MAX_SHARDS
    assert shards == 1 or tasks > shards // 2 * 250


@given(a=st.integers(0, 100_000), b=st.integers(0, 100_000))
def test_a_larger_run_never_has_fewer_shards(a: int, b: int) -> None:
    """The number of shards is monotone."""
    assert shard_count(min(a, b)) <= shard_count(max(a, b))


@given(task_id=IDS, length=st.integers(0, 3))
def test_prefixes_split_an_id_range_without_gap_or_overlap(task_id: str, length: int) -> None:
    """Of the sixteen parts of a prefix range exactly one holds an id that the whole holds."""
    prefix = task_id[:length]
    assert holds(prefix_range(prefix), task_id)
    assert [part for part in split_range(prefix) if holds(prefix_range(part), task_id)] == [task_id[: length + 1]]


@given(parts=st.lists(COUNTS, max_size=6))
def test_sums_add_up(parts: list[Counts]) -> None:
    """A total is the sum of its parts in every number, in whatever order."""
    added = total(parts)
    assert added == total(reversed(parts))
    assert added.done == sum(part.done for part in parts)
    assert added.usage.pages == sum(part.usage.pages for part in parts)
    assert added.failures.get("corrupt", 0) == sum(part.failures.get("corrupt", 0) for part in parts)


@given(counts=COUNTS)
def test_a_retry_keeps_what_succeeded_and_what_was_used(counts: Counts) -> None:
    """Only the failures are open again in a new round."""
    kept = counts.kept_for_retry()
    assert (kept.completed, kept.cancelled, kept.usage) == (counts.completed, counts.cancelled, counts.usage)
    assert (kept.failed, kept.failures) == (0, {})


@pytest.mark.parametrize(
    ("counts", "status"),
    [
        (Counts(completed=3), RunStatus.COMPLETED),
        (Counts(completed=2, failed=1), RunStatus.PARTIALLY_COMPLETED),
        (Counts(failed=3), RunStatus.FAILED),
        (Counts(), RunStatus.COMPLETED),
    ],
)
def test_outcomes(counts: Counts, status: RunStatus) -> None:
    """A run's outcome follows from its counts, unless a cancel was accepted."""
    assert outcome(counts, cancel_requested=False) is status
    assert outcome(counts, cancel_requested=True) is RunStatus.CANCELLED
