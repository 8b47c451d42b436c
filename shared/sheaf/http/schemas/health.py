"""Whether the service is there and able to work."""

from __future__ import annotations

from typing import Literal

from sheaf.http.schemas import examples
from sheaf.http.schemas.base import Schema


class Health(Schema):
    """Liveness is that this is answered at all; readiness is `ready`."""

    model_config = examples.shown(examples.HEALTH)

    status: Literal["ok", "unavailable"]
    ready: bool
    """Whether every check passed."""
    version: str
    checks: dict[str, str]
    """By name: `ok`, or that it failed."""
