"""The rules of our queues as settings of Cloud Tasks queues: one source for deployment, for loopback and for tests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sheaf.ports.queue import MAX_PER_SECOND, QueueRule
from sheaf.services.messages import QUEUES

#: Most that Cloud Tasks allows a queue (google.cloud.tasks.v2, RateLimits), and bounds of a request (Task.dispatch_deadline).
MOST_CONCURRENT = 5_000
SHORTEST_DEADLINE_S = 15.0
LONGEST_DEADLINE_S = 1_800.0

#: Deliveries are made until one is acknowledged; what is given up, and when, is the product's own decision.
UNLIMITED = -1
#: The most that Cloud Tasks takes for doublings is 16; the longest back-off ends them earlier.
_MOST_DOUBLINGS = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class CloudQueue:
    """A queue as it is to be set up, in the words of google.cloud.tasks.v2.Queue."""

    name: str
    max_dispatches_per_second: float
    max_concurrent_dispatches: int
    max_attempts: int
    #: Seconds; whole ones, as Cloud Tasks keeps no others.
    min_backoff: int
    max_backoff: int
    max_doublings: int

    def message(self, location: str) -> dict[str, Any]:
        """The queue as CreateQueue takes it, at ``projects/P/locations/L``."""
        return {
            "name": f"{location}/queues/{self.name}",
            "rate_limits": {
                "max_dispatches_per_second": self.max_dispatches_per_second,
                "max_concurrent_dispatches": self.max_concurrent_dispatches,
            },
            "retry_config": {
                "max_attempts": self.max_attempts,
                "min_backoff": {"seconds": self.min_backoff},
                "max_backoff": {"seconds": self.max_backoff},
                "max_doublings": self.max_doublings,
            },
        }


def cloud_queue(rule: QueueRule) -> CloudQueue:
    """Return the settings that come closest to a rule within what Cloud Tasks allows."""
    shortest = max(1, math.ceil(rule.min_backoff_s))
    return CloudQueue(
        name=rule.name,
        max_dispatches_per_second=min(MAX_PER_SECOND, rule.max_per_second),
        max_concurrent_dispatches=min(MOST_CONCURRENT, rule.max_concurrent),
        max_attempts=UNLIMITED,
        min_backoff=shortest,
        max_backoff=max(shortest, math.ceil(rule.max_backoff_s)),
        max_doublings=_MOST_DOUBLINGS,
    )


def cloud_queues(rules: Sequence[QueueRule] = QUEUES) -> list[CloudQueue]:
    """Return every queue of an installation."""
    return [cloud_queue(rule) for rule in rules]


def deadline_s(rule: QueueRule) -> float:
    """Return the seconds that a delivery may take, within what Cloud Tasks allows."""
    return min(LONGEST_DEADLINE_S, max(SHORTEST_DEADLINE_S, rule.deadline_s))
