"""Rows of columns: an array of objects, one a row, with a key for every column; without columns, the document's own, as texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field
from sheaf.domain.types import loading, value_type
from sheaf.domain.types.base import Json, ValueType, nullable, string


def _load(json: object, columns: Sequence[Field]) -> tuple[Mapping[str, Any], ...]:
    return tuple(_row(row, columns) for row in loading.array(json))


def _row(row: object, columns: Sequence[Field]) -> Mapping[str, Any]:
    if not isinstance(row, Mapping):
        raise InvalidInput(f"A row of a table cannot be {loading.shown(row)}: give an object with a key for every column.")
    if not columns:
        return {str(name): None if value is None else loading.text(value) for name, value in row.items()}
    known = {column.name: column.type for column in columns}
    if unknown := [name for name in row if name not in known]:
        raise InvalidInput(f"The table has no column {loading.shown(unknown[0])}.")
    return {name: None if row.get(name) is None else value_type(kind).load(row[name], ()) for name, kind in known.items()}


def _schema(field: Field) -> dict[str, Json]:
    if not field.columns:
        row: dict[str, Json] = {"type": "object", "additionalProperties": nullable(string()(field))}
        return {"type": "array", "items": row}
    cells: dict[str, Json] = {column.name: nullable(value_type(column.type).schema(column)) for column in field.columns}
    row = {"type": "object", "properties": cells, "required": list(cells)}
    return {"type": "array", "items": row}


TYPE = ValueType(
    label="Table",
    description="Rows of columns.",
    example=[{"item": "Paper", "quantity": 2}],
    schema=_schema,
    load=_load,
    scalar=False,
    pattern=False,
)
