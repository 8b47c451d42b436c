"""What there is to choose from."""

from __future__ import annotations

from sheaf import bootstrap, catalog
from sheaf.domain.fields import FieldType as Kind
from sheaf.domain.jobs import RunOptions
from sheaf.http.operations import Call, Routes
from sheaf.http.schemas.kinds import Engine, EngineList, FieldType, FieldTypeList, JobType, JobTypeList

routes = Routes("kinds", "Job types, field types and engines to choose from.")


@routes.get("/job-types")
def list_job_types(call: Call) -> JobTypeList:
    """List every kind of work."""
    return JobTypeList(job_types=[JobType.of(call.kernel.job_types(kind).info) for kind in catalog.JOB_TYPES])


@routes.get("/field-types")
def list_field_types() -> FieldTypeList:
    """List every type of value, each with an example as results carry it."""
    return FieldTypeList(field_types=[_field_type(kind) for kind in Kind])


def _field_type(kind: Kind) -> FieldType:
    match kind:
        case Kind.TEXT:
            return FieldType(type=kind, label="Text", description="Words as they stand there.", example="Acme Ltd")
        case Kind.NUMBER:
            return FieldType(type=kind, label="Number", description="A number, however it is grouped.", example=1234.5)
        case Kind.AMOUNT:
            value = {"amount": "12.50", "currency": "EUR"}
            return FieldType(type=kind, label="Amount", description="A sum of money and its currency.", example=value)
        case Kind.DATE:
            return FieldType(type=kind, label="Date", description="A day, as ISO 8601.", example="2026-11-22")
        case Kind.BOOLEAN:
            return FieldType(type=kind, label="Yes or no", description="Whether something holds.", example=True)
        case Kind.CHOICE:
            return FieldType(type=kind, label="Choice", description="One of the choices that the field names.", example="paid")
        case Kind.LIST:
            return FieldType(type=kind, label="List", description="Several texts.", example=["A-1", "A-2"])
        case Kind.TABLE:
            rows = [{"description": "Paper", "quantity": 2}]
            return FieldType(type=kind, label="Table", description="Rows of columns, each of a type of its own.", example=rows)


@routes.get("/engines")
def list_engines() -> EngineList:
    """List everything that reads documents."""
    chosen = RunOptions().engine
    made = [(kind, bootstrap.engine(kind)) for kind in catalog.ENGINES]
    return EngineList(engines=[Engine(engine=kind, version=engine.version, default=kind == chosen) for kind, engine in made])
