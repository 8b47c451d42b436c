"""The task queue: named messages delivered at least once, in any order, to one handler."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sheaf.domain.record import record

#: Most bytes of one encoded payload (Cloud Tasks' limit for a task is 100 KB in all).
MAX_PAYLOAD_BYTES = 90_000
#: Most deliveries of one queue in a second (Cloud Tasks' limit); a rule at this rate asks for no slower pace.
MAX_PER_SECOND = 500.0

#: How far ahead a message may be put off (Cloud Tasks' horizon).
MAX_DELAY = timedelta(days=30)


@record(frozen=True, kw_only=True, slots=True)
class Message:
    """A call to make: what the worker is asked to do, on which queue, not before when."""

    queue: str
    #: Unique per queue while the message lives, and for a short while after: a hash, never a sequence.
    name: str
    payload: Mapping[str, Any]
    #: Deliver no earlier than this, at most :data:`MAX_DELAY` ahead; None is at once.
    not_before: datetime | None = None


@record(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One delivery of a message to the handler."""

    queue: str
    name: str
    payload: Mapping[str, Any]
    #: 0 on the first delivery; grows each time the earlier one was answered with a failure, timed out or was lost.
    retry: int = 0


@record(frozen=True, kw_only=True, slots=True)
class QueueRule:
    """How one queue delivers; the catalogue of queues is the one source for adapters and Terraform."""

    name: str
    #: 0 is most urgent; consumers with a free hand take from the most urgent queue first.
    priority: int = 1
    max_per_second: float = MAX_PER_SECOND
    max_concurrent: int = 1000
    #: Seconds a handler may take before the delivery counts as lost and is made again.
    deadline_s: float = 600.0
    min_backoff_s: float = 1.0
    max_backoff_s: float = 300.0


class TaskQueue(Protocol):
    """Where work waits for a worker."""

    def enqueue(self, messages: Sequence[Message], *, lasting: bool = True) -> int:
        """Accept every message, durably, and say how many were new; one whose name is known already is left out without error.

        What need not be ``lasting`` may be undone by a power cut, and then so are all answers given since. It is for what comes again by
        itself: because the delivery that enqueues it is then made again, or because the sweeper finds that it is missing.

        Not atomic over the messages: after Unavailable some may have been accepted, and the same call may be made again.
        Raises InvalidInput, and accepts none, for a payload over :data:`MAX_PAYLOAD_BYTES`, a delay over :data:`MAX_DELAY` or an
        unknown queue; AccessDenied where the queue does not take messages from this installation.
        """
        ...

    def holds(self, queue: str, name: str) -> bool:
        """Whether a message of that name is waiting or being delivered now. Raises as :meth:`enqueue` does."""
        ...
