"""Messages as rows of the embedded queue, checked on the way in."""

from __future__ import annotations

from datetime import datetime, timedelta

from sheaf.adapters.queue import checks
from sheaf.adapters.queue.pace import micros
from sheaf.ports.queue import Message

#: How long a name is known after its message is done.
REMEMBERED = timedelta(hours=1)

#: Queue, name, payload, when accepted, when due, and until when a spent name may have been spent to be taken as new.
Row = tuple[str, str, bytes, int, int, int]


def row(message: Message, now: datetime) -> Row:
    """Return a message as parameters of ``schema.ENQUEUE``; raises InvalidInput for what is none."""
    name, due, payload, accepted = checks.name(message), checks.due(message, now), checks.payload(message), micros(now)
    return message.queue, name, payload, accepted, micros(due), forgotten_before(accepted)


def forgotten_before(now: int) -> int:
    """Return the time up to which names that were spent are forgotten."""
    return now - REMEMBERED // timedelta(microseconds=1)
