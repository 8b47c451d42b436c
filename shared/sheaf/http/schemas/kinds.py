"""What there is to choose from: job types, field types, engines."""

from __future__ import annotations

from pydantic import JsonValue

from sheaf.domain.fields import FieldType
from sheaf.domain.types import value_type
from sheaf.domain.types.base import no_text
from sheaf.http.schemas import examples
from sheaf.http.schemas.base import Schema
from sheaf.ports.jobtype import JobTypeInfo


class JobType(Schema):
    """One kind of work."""

    type: str
    label: str
    icon: str
    colour: str
    queue: str
    timeout_s: float
    """Seconds that one file may take."""
    phases: list[str]
    can_cancel: bool
    can_retry: bool

    @classmethod
    def of(cls, info: JobTypeInfo) -> JobType:
        """The job type as it is answered."""
        same = ("label", "icon", "colour", "queue", "timeout_s", "can_cancel", "can_retry")
        return cls(type=info.kind, phases=list(info.phases), **{name: getattr(info, name) for name in same})


class JobTypeList(Schema):
    """Every kind of work."""

    model_config = examples.shown(examples.JOB_TYPES)

    job_types: list[JobType]


class FieldTypeInfo(Schema):
    """One type of value."""

    type: FieldType
    label: str
    description: str
    example: JsonValue
    """A value of it, as results carry it."""
    columns: list[str]
    """What CSV and Excel add to the field's name, one for each of its columns."""
    format: str
    """Which formats its values can be written in: `date`, `number`, `case`, or none."""
    default: bool
    """Whether a field of it can have a default."""
    pattern: bool
    """Whether a field of it can have a pattern."""

    @classmethod
    def of(cls, kind: FieldType) -> FieldTypeInfo:
        """The type as it is answered."""
        told = value_type(kind)
        return cls(
            type=kind,
            label=told.label,
            description=told.description,
            example=told.example,
            columns=list(told.columns),
            format=told.format,
            default=told.parse is not no_text,
            pattern=told.pattern,
        )


class FieldTypeList(Schema):
    """Every type of value."""

    model_config = examples.shown(examples.FIELD_TYPES)

    field_types: list[FieldTypeInfo]


class Engine(Schema):
    """Something that reads documents."""

    engine: str
    version: str
    """Empty where it is not ready."""
    default: bool
    ready: bool
    """Whether this installation is set up for it."""
    reason: str | None
    """What is missing where it is not."""


class EngineList(Schema):
    """Everything that reads documents."""

    model_config = examples.shown(examples.ENGINES)

    engines: list[Engine]
