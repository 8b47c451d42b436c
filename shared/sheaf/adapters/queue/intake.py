"""Messages as rows of the embedded queue, checked on the way in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from sqlite3 import Connection

from sheaf.adapters.queue import checks, schema
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


def accept(connection: Connection, group: Sequence[Sequence[Row]]) -> list[int]:
    """Insert rows of several callers, whose names are forgotten where they may be, and return how many of each were new."""
    connection.execute(schema.FORGET, (group[0][0][-1], 2 * sum(len(part) for part in group)))
    return [connection.executemany(schema.ENQUEUE, part).rowcount for part in group]


def forgotten_before(now: int) -> int:
    """Return the time up to which names that were spent are forgotten."""
    return now - REMEMBERED // timedelta(microseconds=1)
