"""What every queue accepts as a message, whatever keeps it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime

import orjson

from sheaf.domain.errors import InvalidInput
from sheaf.ports.queue import MAX_DELAY, MAX_PAYLOAD_BYTES, Message, QueueRule

_NAME = re.compile(r"[A-Za-z0-9_-]{1,500}", re.ASCII)


def known(rules: Mapping[str, QueueRule], queue: str) -> QueueRule:
    """Return the rule of a queue; raises InvalidInput that lists those there are."""
    rule = rules.get(queue)
    if rule is None:
        raise InvalidInput(f"There is no queue {queue[:80]!r}. Known: {', '.join(sorted(rules))}.", field="queue")
    return rule


def name(message: Message) -> str:
    """Return the message's name; raises InvalidInput for one that no queue takes."""
    if not _NAME.fullmatch(message.name):
        raise InvalidInput(f"No message can be named {message.name[:80]!r}: give 1 to 500 letters, digits, - and _.", field="name")
    return message.name


def due(message: Message, now: datetime) -> datetime:
    """Return when the message may be delivered, ``now`` at the earliest; raises InvalidInput for a time that no queue can keep."""
    if message.not_before is None:
        return now
    if message.not_before.tzinfo is None:
        raise InvalidInput("The time a message waits for needs a time zone.", field="not_before")
    if message.not_before > now + MAX_DELAY:
        raise InvalidInput(f"A message can be put off by at most {MAX_DELAY.days} days.", field="not_before")
    return max(now, message.not_before)


def payload(message: Message) -> bytes:
    """Return the payload as JSON; raises InvalidInput for what is none, or too much of it."""
    try:
        encoded = orjson.dumps(message.payload, option=orjson.OPT_PASSTHROUGH_DATETIME)
        if b"null" in encoded:
            json.dumps(message.payload, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"The payload of a message is JSON: {error}.", field="payload") from error
    if len(encoded) > MAX_PAYLOAD_BYTES:
        raise InvalidInput(f"A payload has at most {MAX_PAYLOAD_BYTES:,} bytes, not {len(encoded):,}.", field="payload")
    return encoded
