"""The log of a run."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sheaf.http.schemas import examples
from sheaf.http.schemas.base import Listed, OfRun, Schema
from sheaf.services.events import Event as Record
from sheaf.services.events import Level


class Event(Schema):
    """One entry."""

    id: str
    at: datetime
    kind: str
    """Stable name of what happened."""
    level: Level
    message: str
    context: dict[str, Any]

    @classmethod
    def of(cls, event: Record) -> Event:
        """The entry as it is answered."""
        return cls(id=event.id, at=event.at, kind=event.kind, level=event.level, message=event.message, context=dict(event.context))


class Log(OfRun, Listed):
    """What happened to a run, oldest first."""

    model_config = examples.shown(examples.LOG)

    events: list[Event]
