"""Counters of a run: how its tasks are spread over shards, and what the shards add up to.

Task ids are uniformly spread hexadecimal digits, so a shard is a range of ids: the tasks of a shard can be counted, listed and dispatched
by range, and any process can tell a task's shard from its id alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, fields, replace

from sheaf.domain.record import record
from sheaf.domain.states import RunStatus

#: Ranges are cut by an id's first digits: this many in all.
_SLOTS = 256
_SLOT_DIGITS = 2
_TASKS_PER_SHARD = 250
MAX_SHARDS = 64

#: Behind every hexadecimal digit: the open end of the last range.
ID_END = "g"


@record(frozen=True, slots=True)
class IdRange:
    """Ids from ``low`` (included) to ``high`` (excluded)."""

    low: str = "0"
    high: str = ID_END


def shard_count(tasks: int) -> int:
    """How many shards a run of so many tasks counts on: a power of two, one for small runs."""
    shards = 1
    while shards < MAX_SHARDS and tasks > shards * _TASKS_PER_SHARD:
        shards *= 2
    return shards


def shard_of(task_id: str, shards: int) -> int:
    """The shard that counts this task."""
    return int(task_id[:_SLOT_DIGITS], 16) * shards // _SLOTS


def shard_range(shard: int, shards: int) -> IdRange:
    """The ids that :func:`shard_of` puts into ``shard``."""
    width = _SLOTS // shards
    end = (shard + 1) * width
    return IdRange(f"{shard * width:02x}", f"{end:02x}" if end < _SLOTS else ID_END)


def split_range(prefix: str) -> list[str]:
    """The sixteen id prefixes below ``prefix``."""
    return [prefix + digit for digit in "0123456789abcdef"]


def prefix_range(prefix: str) -> IdRange:
    """The ids that start with ``prefix``; every id for the empty one."""
    return IdRange(prefix, prefix + ID_END) if prefix else IdRange()


@record(frozen=True, kw_only=True, slots=True)
class Usage:
    """What was used, for metering (A14)."""

    files: int = 0
    pages: int = 0
    bytes: int = 0
    rows: int = 0
    model_tokens: int = 0
    #: Of those: the tokens of answers, those whose price was known, and what these cost in millionths of a US dollar.
    model_tokens_out: int = 0
    model_tokens_priced: int = 0
    model_micros: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(Usage)})


@record(frozen=True, kw_only=True, slots=True)
class Counts:
    """How many tasks of a run ended, and how; ``failures`` by category."""

    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    failures: dict[str, int] = field(default_factory=dict)
    usage: Usage = Usage()

    @property
    def done(self) -> int:
        """Tasks that ended, in whatever way."""
        return self.completed + self.failed + self.cancelled

    def __add__(self, other: Counts) -> Counts:
        kinds = self.failures.keys() | other.failures.keys()
        return Counts(
            completed=self.completed + other.completed,
            failed=self.failed + other.failed,
            cancelled=self.cancelled + other.cancelled,
            failures={kind: self.failures.get(kind, 0) + other.failures.get(kind, 0) for kind in sorted(kinds)},
            usage=self.usage + other.usage,
        )

    def kept_for_retry(self) -> Counts:
        """What a new round starts from: its failed tasks are open again, what was used stays used."""
        return replace(self, failed=0, failures={})


def total(counts: Iterable[Counts]) -> Counts:
    """The sum."""
    result = Counts()
    for each in counts:
        result += each
    return result


def outcome(counts: Counts, *, cancel_requested: bool) -> RunStatus:
    """How a run ends whose every task has ended."""
    if cancel_requested:
        return RunStatus.CANCELLED
    if not counts.failed:
        return RunStatus.COMPLETED
    return RunStatus.PARTIALLY_COMPLETED if counts.completed else RunStatus.FAILED
