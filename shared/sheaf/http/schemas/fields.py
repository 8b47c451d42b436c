"""Fields: what a person wants read from each document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field as Bound
from pydantic import StringConstraints

from sheaf.domain import fields as domain
from sheaf.domain.patterns import MAX_PATTERN
from sheaf.domain.runs import Run as RunRecord
from sheaf.domain.schemes import SCHEMES
from sheaf.http.schemas import examples
from sheaf.http.schemas.base import FieldName, OfRun, Schema, Text

Texts = Annotated[list[Text], Bound(max_length=domain.MAX_ITEMS)]


class Column(Schema):
    """One column of a table: a field of a scalar type."""

    name: FieldName
    """Column name in every result and export."""
    type: domain.FieldType = domain.FieldType.TEXT
    """What its values are normalised to."""
    description: Text = ""
    """What the value is, in the words of its documents."""
    examples: Texts = []
    """Values as printed."""
    synonyms: Texts = []
    """Other labels it is printed under."""
    required: bool = False
    """Whether a row without it is doubtful."""
    default: Text = ""
    """What stands for a value that is not found, as text: `0`, `2026-01-01`, `0.00 EUR`, `P30D`. The cell keeps its state."""
    format: Annotated[str, StringConstraints(max_length=40)] = ""
    """How grids write it: `DD.MM.YYYY` for dates, `#,##0.00` or `0` for numbers; `upper` or `lower` changes the letters of texts."""
    pattern: Annotated[str, StringConstraints(max_length=MAX_PATTERN)] = ""
    """A regular expression (RE2) that the whole value must match, as printed or as normalised; what does not is unreadable."""
    scheme: Annotated[str, StringConstraints(max_length=40), Bound(json_schema_extra={"enum": ["", *SCHEMES]})] = ""
    """For `identifier`: whose check digits it must have; when left out, those of the scheme that its name suggests."""
    choices: Texts = []
    """For `choice`: the allowed values."""


class Field(Column):
    """One value to read from every document."""

    model_config = examples.shown(*examples.FIELDS)

    columns: Annotated[list[Column], Bound(max_length=domain.MAX_FIELDS)] = []
    """For `table`: its columns; without any, those that the document shows."""

    @classmethod
    def of(cls, field: domain.Field) -> Field:
        """The field as it is answered."""
        columns = [Column(**_members(column)) for column in field.columns]
        return cls(**_members(field), columns=columns)


Fields = Annotated[list[Field], Bound(min_length=1, max_length=domain.MAX_FIELDS)]

FieldsOrNone = Annotated[list[Field], Bound(max_length=domain.MAX_FIELDS)]


_PLAIN = ("name", "type", "description", "required", "default", "format", "pattern", "scheme")


def _members(field: domain.Field) -> dict[str, Any]:
    lists = {name: list(getattr(field, name)) for name in ("examples", "synonyms", "choices")}
    return {name: getattr(field, name) for name in _PLAIN} | lists


def records(fields: Sequence[Column]) -> tuple[domain.Field, ...]:
    """The fields as the domain has them."""
    return tuple(_record(field) for field in fields)


def _record(field: Column) -> domain.Field:
    return domain.Field(
        **{name: getattr(field, name) for name in _PLAIN},
        examples=tuple(field.examples),
        synonyms=tuple(field.synonyms),
        choices=tuple(field.choices),
        columns=records(field.columns) if isinstance(field, Field) else (),
    )


class FieldSet(OfRun):
    """What a run reads, in the order of its columns."""

    model_config = examples.shown(examples.FIELD_SET)

    fields: list[Field]

    @classmethod
    def of(cls, run: RunRecord) -> FieldSet:
        """The run's fields."""
        return cls(job_run_id=run.id, fields=[Field.of(field) for field in run.fields])


class FieldSetInput(Schema):
    """What a run is to read; replaces the fields it has."""

    model_config = examples.shown({"fields": examples.FIELDS})

    fields: Fields
