"""A commit in Firestore's terms: its writes, their preconditions, and what is answered.

Firestore leaves a document's update time as it is when a write changes nothing, and so every version that was read before
(https://firebase.google.com/docs/firestore/reference/rpc/google.firestore.v1#writeresult). So each write sets a random mark, and thereby
always changes the document; that is what makes a version guard fail when its own commit is sent again.

Several writes of one document reach Firestore as one mutation, which bears one precondition. What the commit did to the document itself
is therefore judged here: a create over what it has just made, or a version that it has just replaced, cannot hold.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from sheaf.adapters.firestore import encoding
from sheaf.adapters.store import values
from sheaf.adapters.store.commits import Prepared
from sheaf.domain.errors import PreconditionFailed
from sheaf.ports.store import Create, Delete, Increment, Put, Update, Write, Written

_VERSION = re.compile(r"(-?\d{1,12})\.(\d{9})", re.ASCII)
_SIMPLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_MARK_BITS = 62


class _Left(Enum):
    """What the earlier writes of a commit leave at an address."""

    UNTOUCHED = auto()
    THERE = auto()
    GONE = auto()


@dataclass(frozen=True, slots=True)
class Nature:
    """What may be concluded when nothing is known of a commit that was sent."""

    #: Some write bears a condition.
    guarded: bool
    #: It may be sent again: once written, it fails a guard of its own, or else it sets the same values once more.
    repeatable: bool


def fill(request: Any, documents: str, prepared: Sequence[Prepared]) -> None:
    """Write a commit into a ``CommitRequest``; raises PreconditionFailed for a guard that the commit itself breaks."""
    left: dict[str, _Left] = {}
    for each in prepared:
        write = each.write
        before = left.get(write.path, _Left.UNTOUCHED)
        _check(write, before)
        _fill(request.writes.add(), f"{documents}/{write.path}", write, before)
        left[write.path] = _Left.GONE if isinstance(write, Delete) else _Left.THERE


def nature(writes: Sequence[Write]) -> Nature:
    """Tell what sending these writes twice would do."""
    last = {write.path: write for write in writes}
    versioned = any(isinstance(write, Update | Delete) and write.version is not None for write in writes)
    creates = [write for write in writes if isinstance(write, Create)]
    breaks_itself = versioned or any(not isinstance(last[write.path], Delete) for write in creates)
    adds = any(isinstance(value, Increment) for write in writes if isinstance(write, Update) for value in write.fields.values())
    guarded = versioned or bool(creates) or any(isinstance(write, Update) for write in writes)
    return Nature(guarded, breaks_itself or not adds)


def answers(response: Any, prepared: Sequence[Prepared]) -> list[Written]:
    """Return what a ``CommitResponse`` says of each write.

    The writes of one document share one time; only the last leaves a version that a guard can name.
    """
    last = {each.write.path: number for number, each in enumerate(prepared)}
    found = []
    for number, (each, result) in enumerate(zip(prepared, response.write_results, strict=True)):
        own = encoding.version(response.commit_time)
        version = "" if isinstance(each.write, Delete) else own if last[each.write.path] == number else f"{own}-{number}"
        found.append(Written(version, dict(zip(each.increments, map(encoding.decode, result.transform_results), strict=True))))
    return found


def field_path(name: str) -> str:
    """Return a top-level field's name as it stands in masks, queries and transforms."""
    if _SIMPLE.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace("`", "\\`")
    return f"`{escaped}`"


def _check(write: Write, before: _Left) -> None:
    if not _may_hold(write, before):
        raise PreconditionFailed(f"{write.path} is not as this write of it expects.", path=write.path)


def _may_hold(write: Write, before: _Left) -> bool:
    """Whether the write's condition holds as far as the commit itself decides it: nobody knows the version that it gives."""
    match write:
        case Create():
            return before is not _Left.THERE
        case Put():
            return True
        case Update():
            return before is not _Left.GONE and (write.version is None or (before is _Left.UNTOUCHED and _is_version(write.version)))
        case Delete():
            return write.version is None or (before is _Left.UNTOUCHED and _is_version(write.version))


def _is_version(version: str) -> bool:
    return _VERSION.fullmatch(version) is not None


def _fill(into: Any, name: str, write: Write, before: _Left) -> None:
    match write:
        case Create():
            _fill_whole(into.update, name, write.data.items())
            if before is _Left.UNTOUCHED:
                into.current_document.exists = False
        case Put():
            _fill_whole(into.update, name, write.data.items())
        case Update():
            _fill_update(into, name, write)
            if before is _Left.UNTOUCHED:
                _guard(into.current_document, write.version)
        case Delete():
            into.delete = name
            if write.version is not None:
                _guard(into.current_document, write.version)


def _fill_whole(into: Any, name: str, data: Iterable[tuple[str, Any]]) -> None:
    into.name = name
    for field, value in data:
        encoding.encode(value, into.fields[field])
    into.fields[values.WRITE_MARK].integer_value = secrets.randbits(_MARK_BITS)


def _fill_update(into: Any, name: str, write: Update) -> None:
    """Without a mask the whole document would be replaced, so it names the changed fields alone, and the mark at least."""
    fields = {field: value for field, value in write.fields.items() if not isinstance(value, Increment)}
    _fill_whole(into.update, name, fields.items())
    into.update_mask.field_paths.extend(field_path(field) for field in (*fields, values.WRITE_MARK))
    for field, value in write.fields.items():
        if isinstance(value, Increment):
            transform = into.update_transforms.add()
            transform.field_path = field_path(field)
            encoding.encode(value.by, transform.increment)


def _guard(into: Any, version: str | None) -> None:
    found = None if version is None else _VERSION.fullmatch(version)
    if found is None:
        into.exists = True
    else:
        into.update_time.seconds, into.update_time.nanos = int(found[1]), int(found[2])
