"""Messages as rows of the embedded queue, checked on the way in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import orjson

from sheaf.adapters.queue.pace import micros
from sheaf.domain.errors import InvalidInput
from sheaf.ports.queue import MAX_PAYLOAD_BYTES, Message

#: How long a name is known after its message is done.
REMEMBERED = timedelta(hours=1)

_NAME = re.compile(r"[A-Za-z0-9_-]{1,500}", re.ASCII)

#: Queue, name, payload, when accepted, when due, and until when a spent name may have been spent to be taken as new.
Row = tuple[str, str, bytes, int, int, int]


def row(message: Message, now: int) -> Row:
    """Return a message as parameters of ``schema.ENQUEUE``; raises InvalidInput for what is none."""
    if not _NAME.fullmatch(message.name):
        raise InvalidInput(f"No message can be named {message.name[:80]!r}: give 1 to 500 letters, digits, - and _.", field="name")
    return message.queue, message.name, _encode(message.payload), now, _due(message, now), forgotten_before(now)


def forgotten_before(now: int) -> int:
    """Return the time up to which names that were spent are forgotten."""
    return now - REMEMBERED // timedelta(microseconds=1)


def _due(message: Message, now: int) -> int:
    if message.not_before is None:
        return now
    if message.not_before.tzinfo is None:
        raise InvalidInput("The time a message waits for needs a time zone.", field="not_before")
    return max(now, micros(message.not_before))


def _encode(payload: Mapping[str, Any]) -> bytes:
    try:
        encoded = orjson.dumps(payload, option=orjson.OPT_PASSTHROUGH_DATETIME)
        if b"null" in encoded:
            json.dumps(payload, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"The payload of a message is JSON: {error}.", field="payload") from error
    if len(encoded) > MAX_PAYLOAD_BYTES:
        raise InvalidInput(f"A payload has at most {MAX_PAYLOAD_BYTES:,} bytes, not {len(encoded):,}.", field="payload")
    return encoded
