"""Documents as Firestore's values, and back.

A value becomes Firestore's of the same kind. Firestore refuses a list that lies directly in a list, so such a list is kept as bytes, a kind
that documents have no other use for: JSON as the embedded store writes it (:mod:`sheaf.adapters.store.values`). No query looks into lists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sheaf.adapters.store import values
from sheaf.ports.store import Document

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_NULL = 0
#: Under which a list within a list is kept in its JSON.
_LIST = "list"


def encode(value: Any, into: Any) -> None:
    """Write a storable value into an empty ``Value`` message."""
    match value:
        case None:
            into.null_value = _NULL
        case bool():
            into.boolean_value = value
        case str():
            into.string_value = value
        case int():
            into.integer_value = value
        case float():
            into.double_value = value
        case datetime():
            _encode_datetime(value, into.timestamp_value)
        case Mapping():
            _encode_map(value, into.map_value)
        case _:
            _encode_list(value, into.array_value)


def decode(value: Any) -> Any:
    """Return what a ``Value`` message stands for."""
    return _DECODERS[value.WhichOneof("value_type")](value)


def decode_fields(fields: Any) -> dict[str, Any]:
    """Return a document's data from its fields."""
    return {name: decode(fields[name]) for name in fields if name != values.WRITE_MARK}


def document(found: Any, root: str) -> Document:
    """Return a ``Document`` message as the port's; ``root`` is the name that all documents' names begin with."""
    return Document(found.name[len(root) + 1 :], decode_fields(found.fields), version(found.update_time))


def version(moment: Any) -> str:
    """Return a document's version: the time of its last write, exactly."""
    return f"{moment.seconds}.{moment.nanos:09d}"


def _encode_datetime(moment: datetime, into: Any) -> None:
    since = moment - _EPOCH
    into.seconds = since // _SECOND
    into.nanos = since.microseconds * 1000


def _encode_map(content: Mapping[str, Any], into: Any) -> None:
    into.SetInParent()
    for name, item in content.items():
        encode(item, into.fields[name])


def _encode_list(content: Any, into: Any) -> None:
    into.SetInParent()
    for item in content:
        value = into.values.add()
        if isinstance(item, list | tuple):
            value.bytes_value = values.dump(values.encode({_LIST: item}))
        else:
            encode(item, value)


def _decode_datetime(value: Any) -> datetime:
    moment = value.timestamp_value
    return _EPOCH + timedelta(seconds=moment.seconds, microseconds=moment.nanos // 1000)


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "null_value": lambda _: None,
    "boolean_value": lambda value: value.boolean_value,
    "string_value": lambda value: value.string_value,
    "integer_value": lambda value: value.integer_value,
    "double_value": lambda value: value.double_value,
    "timestamp_value": _decode_datetime,
    "map_value": lambda value: {name: decode(item) for name, item in value.map_value.fields.items()},
    "array_value": lambda value: [decode(item) for item in value.array_value.values],
    "bytes_value": lambda value: values.load(value.bytes_value)[_LIST],
}
