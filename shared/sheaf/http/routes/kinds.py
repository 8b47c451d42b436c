"""What there is to choose from."""

from __future__ import annotations

from sheaf import bootstrap, catalog
from sheaf.domain.fields import FieldType
from sheaf.domain.jobs import RunOptions
from sheaf.http.operations import Call, Routes
from sheaf.http.schemas.kinds import Engine, EngineList, FieldTypeInfo, FieldTypeList, JobType, JobTypeList

routes = Routes("kinds", "Job types, field types and engines to choose from.")


@routes.get("/job-types")
def list_job_types(call: Call) -> JobTypeList:
    """List every kind of work."""
    return JobTypeList(job_types=[JobType.of(call.kernel.job_types(kind).info) for kind in catalog.JOB_TYPES])


@routes.get("/field-types")
def list_field_types() -> FieldTypeList:
    """List every type of value, each with an example as results carry it."""
    return FieldTypeList(field_types=[FieldTypeInfo.of(kind) for kind in FieldType])


@routes.get("/engines")
def list_engines() -> EngineList:
    """List everything that reads documents."""
    chosen = RunOptions().engine
    made = [(kind, bootstrap.engine(kind)) for kind in catalog.ENGINES]
    return EngineList(engines=[Engine(engine=kind, version=engine.version, default=kind == chosen) for kind, engine in made])
