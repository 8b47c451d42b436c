"""When a queue may dispatch and when it tries again, decided apart from any clock. Times are whole microseconds since 1970."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from google.protobuf import duration_pb2, timestamp_pb2

from tools.emulators.tasks import wire
from tools.emulators.tasks.refusals import invalid

SECOND = 1_000_000

#: What the service picks where a queue says nothing, and the most that it allows (google.cloud.tasks.v2, RateLimits and RetryConfig).
DEFAULT_PER_SECOND = MOST_PER_SECOND = 500.0
DEFAULT_CONCURRENT = 1_000
MOST_CONCURRENT = 5_000
DEFAULT_ATTEMPTS = 100
DEFAULT_MIN_BACKOFF = SECOND // 10
DEFAULT_MAX_BACKOFF = 3_600 * SECOND
DEFAULT_DOUBLINGS = 16

#: How low the service may take the rate of a queue whose workers are overloaded, as a share of what was asked for.
_LOWEST_SHARE = 1 / 8
_ROUNDING = 1e-6
_DOUBLINGS_THAT_MATTER = 64


def micros(moment: timestamp_pb2.Timestamp | duration_pb2.Duration) -> int:
    """A time or a span in microseconds."""
    return int(moment.seconds) * SECOND + int(moment.nanos) // 1_000


def timestamp(at: int) -> timestamp_pb2.Timestamp:
    """Microseconds since 1970 as the wire has them."""
    return timestamp_pb2.Timestamp(seconds=at // SECOND, nanos=at % SECOND * 1_000)


def duration(span: int) -> duration_pb2.Duration:
    """A span of microseconds as the wire has it."""
    return duration_pb2.Duration(seconds=span // SECOND, nanos=span % SECOND * 1_000)


@dataclass(frozen=True, kw_only=True, slots=True)
class Retrying:
    """What becomes of a task whose attempt failed."""

    #: -1 is without end.
    attempts: int
    #: 0 is without end; tries go on until both this and the attempts are used up.
    duration: int
    min_backoff: int
    max_backoff: int
    doublings: int

    def backoff(self, failures: int) -> int:
        """How long after the failure of that number, from 1, the next attempt is made: doubled, then linear, then the longest."""
        doubled = self.min_backoff << min(failures - 1, self.doublings, _DOUBLINGS_THAT_MATTER)
        return min(self.max_backoff, doubled * max(1, failures - self.doublings))

    def gives_up(self, attempts: int, since_first: int) -> bool:
        """Whether no further attempt is made."""
        return self.attempts != -1 and attempts >= self.attempts and since_first >= self.duration


def retrying(config: wire.RetryConfig) -> Retrying:
    """The rule of a raw RetryConfig, with the service's defaults; refuses what it cannot mean."""
    asked = Retrying(
        attempts=config.max_attempts or DEFAULT_ATTEMPTS,
        duration=micros(config.max_retry_duration),
        min_backoff=micros(config.min_backoff) or DEFAULT_MIN_BACKOFF,
        max_backoff=micros(config.max_backoff) or DEFAULT_MAX_BACKOFF,
        doublings=config.max_doublings or DEFAULT_DOUBLINGS,
    )
    if asked.attempts < -1 or asked.doublings < 0 or min(asked.duration, asked.min_backoff) < 0 or asked.max_backoff < asked.min_backoff:
        invalid("RetryConfig is out of range: max_attempts >= -1, 0 <= min_backoff <= max_backoff, max_doublings >= 0.")
    return asked


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How fast a queue may dispatch."""

    per_second: float
    concurrent: int

    @property
    def burst(self) -> int:
        """Most tokens of the bucket: the service says it is "generally at least equal to max_dispatches_per_second"."""
        return max(1, math.ceil(self.per_second))


def limits(asked: wire.RateLimits) -> Limits:
    """The limits of a raw RateLimits, with the service's defaults; refuses what is more than it allows."""
    per_second, concurrent = asked.max_dispatches_per_second, asked.max_concurrent_dispatches
    if not 0 <= per_second <= MOST_PER_SECOND:
        invalid(f"max_dispatches_per_second must be at most {MOST_PER_SECOND:g}.")
    if not 0 <= concurrent <= MOST_CONCURRENT:
        invalid(f"max_concurrent_dispatches must be at most {MOST_CONCURRENT}.")
    return Limits(per_second=per_second or DEFAULT_PER_SECOND, concurrent=concurrent or DEFAULT_CONCURRENT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bucket:
    """A token bucket: what was in it when it was last looked at, and how fast it fills."""

    limits: Limits
    tokens: float
    at: int
    #: How much of the rate the service grants while workers say that they are overloaded.
    share: float = 1.0

    @property
    def _rate(self) -> float:
        return self.limits.per_second * self.share

    def filled(self, now: int) -> Bucket:
        """The bucket as it is ``now``."""
        gained = max(0, now - self.at) / SECOND * self._rate
        return replace(self, tokens=min(float(self.limits.burst), self.tokens + gained), at=max(now, self.at))

    def without(self, taken: int) -> Bucket:
        """The bucket after ``taken`` dispatches."""
        return replace(self, tokens=self.tokens - taken)

    @property
    def whole(self) -> int:
        """How many tokens can be taken."""
        return int(self.tokens + _ROUNDING)

    def ready_at(self) -> int:
        """When a token will be there."""
        return self.at if self.whole >= 1 else self.at + math.ceil((1 - self.tokens) * SECOND / self._rate)

    def overloaded(self) -> Bucket:
        """The bucket after a worker asked for less: half the rate, and nothing saved up."""
        return replace(self, share=max(_LOWEST_SHARE, self.share / 2), tokens=min(self.tokens, 0.0))

    def relieved(self) -> Bucket:
        """The bucket after a worker did what it was asked."""
        return self if self.share == 1.0 else replace(self, share=min(1.0, self.share * 2))


def full(limits_: Limits, now: int) -> Bucket:
    """The bucket of a rested queue."""
    return Bucket(limits=limits_, tokens=float(limits_.burst), at=now)
