"""Which port calls can tell in what order they came: only those of one port that meet on a record, one of them writing it."""

from __future__ import annotations

from typing import Any

from sheaf.ports.store import Query
from tests.faults.tools import Call

_READS = frozenset({"get", "get_many", "query", "count", "open", "local", "info", "list", "holds"})


def touch(one: Call | None, other: Call | None) -> bool:
    """Whether it can matter which of two calls is made first; None is a caller's beginning, which touches nothing."""
    if one is None or other is None or one.port != other.port:
        return False
    return any(_looks_at(other, record) for record in _written(one)) or any(_looks_at(one, record) for record in _written(other))


def _written(call: Call) -> list[Any]:
    return [] if call.method in _READS else _named(call)


def _named(call: Call) -> list[Any]:
    """The records that a call names: documents by address, messages by queue and name, objects by path."""
    first = call.arguments[0]
    match call.name:
        case "store.commit":
            return [write.path for write in first]
        case "store.get_many":
            return list(first)
        case "queue.enqueue":
            return [(message.queue, message.name) for message in first]
        case "queue.holds":
            return [call.arguments[:2]]
        case _:
            return [first]


def _looks_at(call: Call, record: Any) -> bool:
    if call.method in {"query", "count"}:
        return _covers(call.arguments[0], record)
    return call.name == "blobs.list" or record in _named(call)


def _covers(query: Query, path: str) -> bool:
    collection = path.rpartition("/")[0]
    return (collection.rpartition("/")[2] if query.group else collection) == query.collection
