"""Text: words as they stand in the document."""

from __future__ import annotations

from sheaf.domain.types import loading
from sheaf.domain.types.base import ValueType, string

TYPE = ValueType(
    label="Text",
    description="Words as they stand there.",
    example="Acme Ltd",
    schema=string(),
    load=lambda json, _: loading.text(json),
    parse=str,
    format="case",
)
