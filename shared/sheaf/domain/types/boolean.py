"""Yes and no."""

from __future__ import annotations

from sheaf.domain.errors import InvalidInput
from sheaf.domain.types import loading
from sheaf.domain.types.base import Json, ValueType


def _load(json: object, _: object) -> bool:
    if not isinstance(json, bool):
        raise InvalidInput(f"A value of type boolean cannot be {loading.shown(json)}: give true or false.")
    return json


def _parse(text: str) -> bool:
    return _load({"true": True, "false": False}.get(text.strip().lower(), text), ())


def _schema(_: object) -> dict[str, Json]:
    return {"type": "boolean"}


TYPE = ValueType(
    label="Yes or no", description="Whether something holds.", example=True, schema=_schema, load=_load, parse=_parse, pattern=False
)
