"""Numbers that name something, written without spaces as their scheme has it: ``"DE89370400440532013000"``."""

from __future__ import annotations

from sheaf.domain.types import loading
from sheaf.domain.types.base import ValueType, string

TYPE = ValueType(
    label="Identifier",
    description="A number that names something, its check digits looked at where its scheme has any.",
    example="DE89370400440532013000",
    schema=string(),
    load=lambda json, _: loading.text(json),
    parse=str,
    format="case",
)
