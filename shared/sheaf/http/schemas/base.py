"""What every schema is made of: strict about what comes in, bounded, and described where it is declared."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints


class Schema(BaseModel):
    """A JSON object with known members and no others; the docstrings below its members are their descriptions in the document.

    Its validator is built when it is first used: an instance that has just started answers before it has built those of all operations.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        defer_build=True,
        validate_by_name=True,
        json_schema_serialization_defaults_required=True,
    )


#: As :func:`sheaf.domain.paths.check_id` has it.
ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=2_000)]
#: A column's name, as :mod:`sheaf.domain.fields` has it.
FieldName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")]
FileName = Annotated[str, StringConstraints(min_length=1, max_length=1_024)]
Cursor = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]

_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


def _integer(text: Any) -> Any:
    """Query strings are text: digits and nothing else make a number, where pydantic would also take " 1_0.0 "."""
    if isinstance(text, str) and not _INTEGER.fullmatch(text):
        raise ValueError("give a whole number in digits")
    return text


def _boolean(text: Any) -> Any:
    if isinstance(text, str):
        if text not in _BOOLEANS:
            raise ValueError("give true or false")
        return _BOOLEANS[text]
    return text


def _whole(number: Any) -> Any:
    """JSON knows one kind of number: 3.0 is as whole as 3."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


#: A whole number in a body.
Whole = BeforeValidator(_whole)
#: A whole number in a query string.
QueryWhole = BeforeValidator(_integer)
#: How many, in either direction.
Count = Annotated[int, Field(ge=0), Whole]
#: A yes or no in a query string.
QueryBool = Annotated[bool, BeforeValidator(_boolean)]


class PageQuery(Schema):
    """Which part of a list to answer."""

    limit: Annotated[int, Field(ge=1, le=500), QueryWhole] = 50
    """Most items of one answer."""
    cursor: Cursor | None = None
    """Continue behind an earlier answer: its `next_cursor`."""


class RunQuery(Schema):
    """Which run of the job is meant."""

    run_id: Id | None = None
    """A run of this job; its latest one when left out."""


class RunPageQuery(RunQuery, PageQuery):
    """Which part of which run's list to answer."""


class OfRun(Schema):
    """An answer about one run of a job."""

    job_run_id: Id
    """The run that this is about."""


class Listed(Schema):
    """A page of a list."""

    next_cursor: str | None
    """Give it as `cursor` for what follows; null when nothing does."""


def given(schema: Schema, *names: str) -> dict[str, Any]:
    """Those of the members that are not left out and not null."""
    return {name: value for name in names if (value := getattr(schema, name)) is not None}
