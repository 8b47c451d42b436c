"""What was used (metering)."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from sheaf.domain.counters import Usage as Record
from sheaf.http.schemas import examples
from sheaf.http.schemas.base import Count, OfRun, Schema


class Usage(Schema):
    """Files read and what that took."""

    files: Count = 0
    pages: Count = 0
    bytes: Count = 0
    rows: Count = 0
    model_tokens: Count = 0
    """Tokens that model-backed engines were charged for."""

    @classmethod
    def of(cls, usage: Record) -> Usage:
        """The usage as it is answered."""
        return cls(files=usage.files, pages=usage.pages, bytes=usage.bytes, rows=usage.rows, model_tokens=usage.model_tokens)


class RunUsage(OfRun):
    """What a run used, and what its job's ended runs used together."""

    model_config = examples.shown(examples.RUN_USAGE)

    run: Usage
    job: Usage


class MonthQuery(Schema):
    """Which month is meant."""

    month: Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")] | None = None
    """Year and month, such as 2026-11; the present one (UTC) when left out."""


class MonthUsage(Schema):
    """What runs that ended in a month used."""

    model_config = examples.shown(examples.MONTH_USAGE)

    month: str
    usage: Usage
