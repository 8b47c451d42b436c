"""One of the choices that the field names."""

from __future__ import annotations

from sheaf.domain.fields import Field
from sheaf.domain.types import loading
from sheaf.domain.types.base import Json, ValueType


def _schema(field: Field) -> dict[str, Json]:
    return {"type": "string", "enum": list(field.choices)}


TYPE = ValueType(
    label="Choice",
    description="One of the choices that the field names.",
    example="paid",
    schema=_schema,
    load=lambda json, _: loading.text(json),
    parse=str,
    pattern=False,
)
