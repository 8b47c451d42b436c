"""Several texts."""

from __future__ import annotations

from sheaf.domain.types import loading
from sheaf.domain.types.base import Json, ValueType


def _load(json: object, _: object) -> tuple[str, ...]:
    return tuple(loading.text(item) for item in loading.array(json))


def _flat(value: tuple[str, ...] | None) -> tuple[str | None]:
    return (None if value is None else "; ".join(value),)


def _schema(_: object) -> dict[str, Json]:
    return {"type": "array", "items": {"type": "string"}}


TYPE = ValueType(
    label="List", description="Several texts.", example=["A-1", "A-2"], schema=_schema, load=_load, flat=_flat, scalar=False, pattern=False
)
