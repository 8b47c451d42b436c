"""What there is to choose from."""

from __future__ import annotations

from collections.abc import Mapping

from sheaf import bootstrap, catalog
from sheaf.domain.fields import FieldType
from sheaf.domain.jobs import RunOptions
from sheaf.http.operations import Call, Routes
from sheaf.http.schemas.kinds import Engine, EngineList, FieldTypeInfo, FieldTypeList, JobType, JobTypeList

routes = Routes("kinds", "Job types, field types and engines to choose from.")

_FIELD_TYPES: Mapping[FieldType, Mapping[str, object]] = {
    FieldType.TEXT: {"label": "Text", "description": "Words as they stand there.", "example": "Acme Ltd"},
    FieldType.NUMBER: {"label": "Number", "description": "A number, however it is grouped.", "example": 1234.5},
    FieldType.AMOUNT: {"label": "Amount", "description": "A sum of money.", "example": {"amount": "12.50", "currency": "EUR"}},
    FieldType.DATE: {"label": "Date", "description": "A day, as ISO 8601 has it.", "example": "2026-11-22"},
    FieldType.BOOLEAN: {"label": "Yes or no", "description": "Whether something holds.", "example": True},
    FieldType.CHOICE: {"label": "Choice", "description": "One of the choices that the field names.", "example": "paid"},
    FieldType.LIST: {"label": "List", "description": "Several texts.", "example": ["A-1", "A-2"]},
    FieldType.TABLE: {"label": "Table", "description": "Rows of columns.", "example": [{"item": "Paper", "quantity": 2}]},
}


@routes.get("/job-types")
def list_job_types(call: Call) -> JobTypeList:
    """List every kind of work."""
    return JobTypeList(job_types=[JobType.of(call.kernel.job_types(kind).info) for kind in catalog.JOB_TYPES])


@routes.get("/field-types")
def list_field_types() -> FieldTypeList:
    """List every type of value, each with an example as results carry it."""
    return FieldTypeList(field_types=[FieldTypeInfo.model_validate({"type": kind, **_FIELD_TYPES[kind]}) for kind in FieldType])


@routes.get("/engines")
def list_engines() -> EngineList:
    """List everything that reads documents."""
    chosen = RunOptions().engine
    made = [(kind, bootstrap.engine(kind)) for kind in catalog.ENGINES]
    return EngineList(engines=[Engine(engine=kind, version=engine.version, default=kind == chosen) for kind, engine in made])
