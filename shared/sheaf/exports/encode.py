"""JSON text as every export writes it: UTF-8 whatever the values hold."""

from __future__ import annotations

import json

import orjson

from sheaf.domain.values import Json


def encode(value: Json) -> bytes:
    """Return compact JSON; half a surrogate pair, which no UTF-8 can hold, becomes ``?``."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
