"""What there is to choose from."""

from __future__ import annotations

from sheaf import bootstrap, catalog
from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import FieldType
from sheaf.domain.jobs import RunOptions
from sheaf.http.operations import Call, Routes
from sheaf.http.schemas.kinds import Engine, EngineList, FieldTypeInfo, FieldTypeList, JobType, JobTypeList
from sheaf.settings import Settings

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
def list_engines(call: Call) -> EngineList:
    """List everything that reads documents, and what this installation lacks for it."""
    return EngineList(engines=[_engine(kind, call.settings) for kind in catalog.ENGINES])


def _engine(kind: str, settings: Settings) -> Engine:
    default = kind == RunOptions().engine
    try:
        version = bootstrap.engine(kind, settings).version
    except InvalidInput as error:
        return Engine(engine=kind, version="", default=default, ready=False, reason=error.message)
    return Engine(engine=kind, version=version, default=default, ready=True, reason=None)
