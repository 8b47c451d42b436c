"""When a queue may deliver: its rate, its concurrency and its back-off, decided apart from any file. Times are microseconds since 1970."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sheaf.ports.queue import QueueRule

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SECOND = 1_000_000
#: A queue that was idle may deliver this many seconds' worth at once, as Cloud Tasks does.
_BURST_S = 0.2
#: Processes that look at the clock one after the other may write it down in another order.
_CLOCK_SLACK = _SECOND


def micros(moment: datetime) -> int:
    """Return an aware time as microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(micros_: int) -> datetime:
    """Return microseconds since 1970 as a time in UTC."""
    return _EPOCH + timedelta(microseconds=micros_)


def seconds(span: float) -> int:
    """Return a span of seconds in microseconds."""
    return round(span * _SECOND)


def burst(rule: QueueRule) -> float:
    """Return how many deliveries a rested queue may make at once."""
    return max(1.0, rule.max_per_second * _BURST_S)


def backoff(rule: QueueRule, retry: int) -> int:
    """Return how long the delivery after the one numbered ``retry`` is put off: doubled each time, up to the rule's longest."""
    doublings = min(retry, 40)
    return seconds(min(rule.max_backoff_s, rule.min_backoff_s * 2**doublings))


@dataclass(frozen=True, slots=True)
class Bucket:
    """A token bucket (each delivery takes one token): what was in it when it was last looked at."""

    tokens: float
    at: int

    def now(self, rule: QueueRule, now: int) -> Bucket:
        """The bucket as it has filled up until ``now``."""
        gained = max(0, now - self.at) / _SECOND * rule.max_per_second
        return Bucket(min(burst(rule), self.tokens + gained), now)

    def without(self, taken: int) -> Bucket:
        """The bucket after ``taken`` deliveries."""
        return Bucket(self.tokens - taken, self.at)

    def ready_at(self, rule: QueueRule) -> int:
        """When a token is there; long ago if one was left (another process may have looked in by a clock that is slightly ahead)."""
        if self.tokens >= 1.0:
            return 0
        return self.at + math.ceil((1.0 - self.tokens) * _SECOND / rule.max_per_second)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How one queue stands: what decides whether and when it delivers next."""

    rule: QueueRule
    paused: bool
    bucket: Bucket
    #: When the first waiting message is due; None when nothing waits.
    first_due: int | None
    #: Deliveries under way, and when the first of them counts as lost.
    running: int
    first_deadline: int | None

    def was_set_back(self, now: int) -> bool:
        """Whether the clock has been set back since the last delivery, so that times of this queue lie in the future by mistake."""
        return self.bucket.at > now + _CLOCK_SLACK

    def room(self, now: int) -> int:
        """How many deliveries may begin now."""
        if self.paused or self.first_due is None or self.first_due > now:
            return 0
        return max(0, min(int(self.bucket.now(self.rule, now).tokens), self.rule.max_concurrent - self.running))

    def next_due(self) -> int | None:
        """When something is to be done for this queue next: a delivery, or taking back a lost one; None if nothing ever."""
        starts: int | None = None
        if self.first_due is not None and not self.paused and self.running < self.rule.max_concurrent:
            starts = max(self.first_due, self.bucket.ready_at(self.rule))
        return min((at for at in (starts, self.first_deadline) if at is not None), default=None)
