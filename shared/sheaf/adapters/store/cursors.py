"""Cursors: where a page of a query ended, as text that a client keeps and may have changed.

A cursor holds the sort values and the address of the last document, so that paging needs neither state nor that document any more. It
holds the query's fingerprint too: under another query, or altered, it is refused as :class:`InvalidInput`. It grants nothing, since
the query's own conditions still hold; so it is not signed.
"""

from __future__ import annotations

import base64
import hashlib
import operator
from collections.abc import Mapping
from typing import Any

import orjson

from sheaf.adapters.store import addresses, values
from sheaf.adapters.store.shape import Shape, class_of
from sheaf.domain.errors import InvalidInput
from sheaf.domain.record import record
from sheaf.ports.store import Document, Where

_MAX_CHARACTERS = 20_000
_COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


@record(frozen=True, slots=True)
class Position:
    """The last document of a page: its values of the sort keys, in their order, and its address."""

    values: tuple[Any, ...]
    path: str


def write(shape: Shape, document: Document) -> str:
    """Return the cursor behind ``document``."""
    sort_values = [values.encode_field(sort.field, document.data[sort.field]) for sort in shape.sorts]
    content = values.dump({"query": _fingerprint(shape), "values": sort_values, "path": document.path})
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def read(shape: Shape) -> Position | None:
    """Return where the query continues, None for its beginning; raises InvalidInput when its cursor is none of this query's."""
    if shape.after is None:
        return None
    try:
        position = _decode(shape.after, _fingerprint(shape))
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise _refusal() from error
    if not _belongs(shape, position):
        raise _refusal()
    return position


def _decode(cursor: str, fingerprint: str) -> Position:
    if len(cursor) > _MAX_CHARACTERS:
        raise ValueError(cursor[:40])
    content = values.load(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    if content["query"] != fingerprint:
        raise ValueError(fingerprint)
    return Position(tuple(content["values"]), content["path"])


def _belongs(shape: Shape, position: Position) -> bool:
    """Whether a document at this position could have been an answer, so that the query may go on from there."""
    collection, _ = addresses.split(position.path)
    inside = addresses.kind_of(collection) == shape.kind if shape.group else collection == shape.collection
    classes = [class_of(value) for value in position.values]
    return inside and len(classes) == len(shape.sorts) and all(_within(where, position.values[0]) for where in shape.ranges)


def _within(where: Where, value: Any) -> bool:
    return class_of(value) == class_of(where.value) and bool(_COMPARE[where.op](value, where.value))


def _fingerprint(shape: Shape) -> str:
    parts: Mapping[str, Any] = {
        "collection": [shape.collection, shape.group],
        "equals": sorted([field, [values.encode_field(field, value) for value in allowed]] for field, allowed in shape.equals.items()),
        "ranges": [[where.op, values.encode_field(where.field, where.value)] for where in shape.ranges],
        "sorts": [[sort.field, sort.descending] for sort in shape.sorts],
        "ids": [shape.ids, [[where.op, where.value] for where in shape.id_ranges], shape.id_descending],
    }
    return hashlib.blake2b(orjson.dumps(parts), digest_size=12).hexdigest()


def _refusal() -> InvalidInput:
    return InvalidInput("This cursor does not belong to this query; start again without it.", code="bad_cursor", field="cursor")
