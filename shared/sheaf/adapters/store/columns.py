"""Indexed fields as columns of their own, beside the document's JSON.

An index over what is extracted from JSON is brought up to date at every write of the document, changed or not, and each time the whole text
is parsed. Over columns, SQLite touches the indexes of those alone that a statement sets, and a statement sets those alone that differ.

A column holds the field's encoded value. It is NULL, and so outside every index, where the document lacks the field or has a list or an
object there, which no condition compares with. Null stands as negative infinity: no document's number, and before all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheaf.adapters.store.indexes import Indexes
from sheaf.domain.record import record

NULL = float("-inf")
NULL_SQL = "-9e999"

Scalar = str | int | float | None

_ABSENT: list[Any] = []


def name(field: str) -> str:
    """Return the column of a field; SQLite takes large and small letters for the same, so large ones are marked."""
    return "f_" + "".join(f"{letter}$" if letter.isupper() else letter for letter in field)


def value(encoded: Any) -> Scalar:
    """Return what a column holds for an encoded value."""
    if encoded is None:
        return NULL
    return None if isinstance(encoded, list | dict) else encoded


def of_json(field: str) -> str:
    """Return the SQL that makes of a document's JSON what the field's column would hold."""
    path = f"data, '$.{field}'"
    return (
        f"CASE json_type({path}) WHEN 'null' THEN {NULL_SQL} WHEN 'array' THEN NULL WHEN 'object' THEN NULL ELSE json_extract({path}) END"
    )


@record(frozen=True, slots=True)
class Columns:
    """Which fields have columns: by the last part of the collection's address, each field and its column."""

    by_kind: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, indexes: Indexes) -> Columns:
        """The columns that a list of indexes asks for."""
        fields: dict[str, set[str]] = {}
        for index in indexes.declared():
            fields.setdefault(index.kind, set()).update(key.field for key in index.keys)
        return cls({kind: {field: name(field) for field in sorted(found)} for kind, found in fields.items()})

    def names(self, kind: str) -> list[str]:
        """The columns of collections of this name, in order."""
        return list(self.by_kind.get(kind, {}).values())

    def all_names(self) -> set[str]:
        """The names of all columns."""
        return {name for kind in self.by_kind for name in self.names(kind)}

    def whole(self, kind: str, data: Mapping[str, Any]) -> dict[str, Scalar]:
        """Every column of a document and its value; ``data`` is encoded."""
        return {name: value(data.get(field, _ABSENT)) for field, name in self.by_kind.get(kind, {}).items()}

    def changed(self, kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Scalar]:
        """The columns that differ between two states of a document, and their new values."""
        changed = {}
        for field, name in self.by_kind.get(kind, {}).items():
            old, new = before.get(field, _ABSENT), after.get(field, _ABSENT)
            if old is not new and (old != new or type(old) is not type(new)):
                changed[name] = value(new)
        return changed
