"""What an error looks like (RFC 9457)."""

from __future__ import annotations

from pydantic import ConfigDict

from sheaf.http.schemas import examples
from sheaf.http.schemas.base import Schema


class ProblemError(Schema):
    """One thing that is wrong with a request."""

    pointer: str
    """JSON pointer into the body (`#/fields/0/name`), or the parameter's name."""
    message: str


class Problem(Schema):
    """Why a request was refused or failed. Members beyond these carry the values that `detail` names."""

    model_config = ConfigDict(extra="allow", json_schema_serialization_defaults_required=False, **examples.shown(examples.PROBLEM))

    type: str
    title: str
    status: int
    code: str
    """Stable, for machines."""
    detail: str
    """For people: what is wrong and what to do."""
    request_id: str
    errors: list[ProblemError] = []
    """For `invalid_request`: what is wrong with it."""
