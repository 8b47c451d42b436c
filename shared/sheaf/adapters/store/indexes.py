"""The list of indexes, ``firestore.indexes.json``, and which of them a query needs.

The file is Firestore's own (https://firebase.google.com/docs/reference/firestore/indexes) and lies in this package, so that it is there
wherever the code is; Firestore, Terraform and the embedded store read this one file. What it means for a query:

* one field filtered or sorted by, inside one collection: covered by itself, unless an override of the field, or of all fields of that
  collection that have none of their own (``*``), says otherwise;
* one field in a collection group: needs a field override with that scope;
* nothing but the address: always covered;
* all else needs a composite index of exactly the query's fields: those compared with ``==`` or ``in`` first, in any order and
  direction, then the sort keys in their order and direction. The address runs as the last field does, unless ``__name__`` says otherwise.

Firestore would also merge several indexes for some queries; it is not relied on.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sheaf.adapters.store.shape import FIELD, Shape
from sheaf.domain.record import record
from sheaf.ports.store import MissingIndex

FILE = "firestore.indexes.json"
_PACKAGE = Path(__file__).parents[2]

#: What an override speaks of that takes the automatic indexes from every field without one of its own.
EVERY_FIELD = "*"

_NAME = "__name__"
_ORDERS = {"ASCENDING": False, "DESCENDING": True}


@record(frozen=True, slots=True)
class Key:
    """One field of an index and its direction."""

    field: str
    descending: bool = False


@record(frozen=True, kw_only=True, slots=True)
class Index:
    """One index: over each collection of a name apart, or over all of them as one group."""

    #: Name of the collections (the last part of their address).
    kind: str
    group: bool
    keys: tuple[Key, ...]
    #: The direction of the address, the last key of every index.
    id_descending: bool


@record(frozen=True, kw_only=True, slots=True)
class Indexes:
    """All indexes there are besides the automatic ones."""

    composite: tuple[Index, ...]
    #: For each overridden field of a collection name: its single-field indexes, which replace the automatic ones.
    overrides: Mapping[tuple[str, str], tuple[Index, ...]]

    def declared(self) -> tuple[Index, ...]:
        """Every index that the file names, but for overrides that only leave a field as it would be without any."""
        named = (indexes for key, indexes in self.overrides.items() if indexes != _automatic(*key))
        return self.composite + tuple(index for indexes in named for index in indexes)

    def cover(self, shape: Shape) -> Index | None:
        """The declared index that covers the query, None when it needs none; raises MissingIndex when there is no such index."""
        if not shape.fields:
            return None
        if (single := _single_key(shape)) is not None:
            return self._cover_single(shape, single)
        for index in self.composite:
            if _covers(index, shape):
                return index
        raise MissingIndex(json.dumps(_composite_entry(shape), indent=2))

    def _cover_single(self, shape: Shape, key: Key) -> Index | None:
        there = self._of_field(shape.kind, key.field)
        wanted = _single(shape.kind, key.field, group=shape.group, descending=key.descending)
        if wanted not in there:
            raise MissingIndex(json.dumps(_override_entry(shape, key, there), indent=2))
        return None if there == _automatic(shape.kind, key.field) else wanted

    def _of_field(self, kind: str, field: str) -> tuple[Index, ...]:
        """The single-field indexes that a field has."""
        default = () if (kind, EVERY_FIELD) in self.overrides else _automatic(kind, field)
        return self.overrides.get((kind, field), default)


@functools.cache
def load() -> Indexes:
    """The product's own list, read once."""
    return parse(json.loads((_PACKAGE / FILE).read_text(encoding="utf-8")))


def parse(content: Mapping[str, Any]) -> Indexes:
    """Return what a file's content declares; raises ValueError for what is not of Firestore's format or not known here."""
    try:
        composite = tuple(_parse_composite(entry) for entry in content["indexes"])
        overrides = {(entry["collectionGroup"], entry["fieldPath"]): _parse_override(entry) for entry in content["fieldOverrides"]}
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"{FILE} is not a list of Firestore indexes: {error!r}") from error
    found = Indexes(composite=composite, overrides=overrides)
    _check_names(found)
    return found


def _check_names(found: Indexes) -> None:
    names = {name for index in found.declared() for name in (index.kind, *(key.field for key in index.keys))}
    names |= {name for override in found.overrides for name in override}
    if any(indexes for (_, field), indexes in found.overrides.items() if field == EVERY_FIELD):
        raise ValueError(f"{FILE} gives every field of a collection an index of its own.")
    if odd := sorted(name for name in names if not FIELD.fullmatch(name) and name != EVERY_FIELD):
        raise ValueError(f"{FILE} names what no query can ask for: {odd[0]!r}")


def _parse_composite(entry: Mapping[str, Any]) -> Index:
    keys = tuple(Key(field["fieldPath"], _ORDERS[field["order"]]) for field in entry["fields"])
    named = keys[-1].field == _NAME
    if len(keys) == 1:
        raise ValueError(f"{FILE}: an index of one field is a field override, not a composite index: {entry}")
    return Index(
        kind=entry["collectionGroup"],
        group=_is_group(entry),
        keys=keys[:-1] if named else keys,
        id_descending=keys[-1].descending,
    )


def _parse_override(entry: Mapping[str, Any]) -> tuple[Index, ...]:
    """The orders of an overridden field; indexes of list members, which no query here uses, are left out."""
    orders = [(_ORDERS[index["order"]], _is_group(index)) for index in entry["indexes"] if "order" in index]
    return tuple(_single(entry["collectionGroup"], entry["fieldPath"], group=group, descending=descending) for descending, group in orders)


def _is_group(entry: Mapping[str, Any]) -> bool:
    return {"COLLECTION": False, "COLLECTION_GROUP": True}[entry["queryScope"]]


def _single(kind: str, field: str, *, group: bool, descending: bool) -> Index:
    return Index(kind=kind, group=group, keys=(Key(field, descending),), id_descending=descending)


def _automatic(kind: str, field: str) -> tuple[Index, ...]:
    return tuple(_single(kind, field, group=False, descending=descending) for descending in (False, True))


def _single_key(shape: Shape) -> Key | None:
    """The one field of a query that a single-field index can serve, with the direction it is read in."""
    if len(shape.fields) != 1:
        return None
    if shape.sorts:
        sort = shape.sorts[0]
        return Key(sort.field, sort.descending) if shape.id_descending == sort.descending else None
    return None if shape.id_descending else Key(shape.fields[0])


def _covers(index: Index, shape: Shape) -> bool:
    split = len(shape.equals)
    return (
        (index.kind, index.group, index.id_descending) == (shape.kind, shape.group, shape.id_descending)
        and {key.field for key in index.keys[:split]} == set(shape.equals)
        and [(key.field, key.descending) for key in index.keys[split:]] == [(sort.field, sort.descending) for sort in shape.sorts]
    )


def _composite_entry(shape: Shape) -> dict[str, Any]:
    keys = [Key(field) for field in shape.equals] + [Key(sort.field, sort.descending) for sort in shape.sorts]
    if keys[-1].descending != shape.id_descending:
        keys.append(Key(_NAME, shape.id_descending))
    return {
        "collectionGroup": shape.kind,
        "queryScope": _scope(group=shape.group),
        "fields": [{"fieldPath": key.field, "order": _order(key)} for key in keys],
    }


def _override_entry(shape: Shape, key: Key, there: tuple[Index, ...]) -> dict[str, Any]:
    wanted = _single(shape.kind, key.field, group=shape.group, descending=key.descending)
    listed = [{"order": _order(index.keys[0]), "queryScope": _scope(group=index.group)} for index in (*there, wanted)]
    return {"collectionGroup": shape.kind, "fieldPath": key.field, "indexes": listed}


def _scope(*, group: bool) -> str:
    return "COLLECTION_GROUP" if group else "COLLECTION"


def _order(key: Key) -> str:
    return "DESCENDING" if key.descending else "ASCENDING"
