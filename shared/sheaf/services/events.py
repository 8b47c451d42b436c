"""The log of a run: what happened to it as a whole, every attempt that is made again, and per round what failed for good."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sheaf.domain import paths
from sheaf.ports.store import Create, Order, Query
from sheaf.services.kernel import Kernel
from sheaf.services.records import dump, load


class Level(StrEnum):
    """How much an entry matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One entry of a run's log."""

    id: str
    at: datetime
    #: Stable name of what happened: ``submitted``, ``sealed``, ``attempt_failed``, ``files_failed``, ``finished`` …
    kind: str
    level: Level = Level.INFO
    message: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events, oldest first; ``cursor`` continues."""

    events: list[Event]
    cursor: str | None


def entry(
    kernel: Kernel, tenant: str, run_id: str, kind: str, message: str, *, level: Level = Level.INFO, key: str = "", **context: Any
) -> Create:
    """The write that logs something, to go into the commit that does it.

    ``key`` makes the entry the only one of its name in the run, so that a commit that would log it twice fails instead.
    """
    id_ = paths.digest(run_id, key)[:24] if key else kernel.ids.new()
    event = Event(id=id_, at=kernel.clock.now(), kind=kind, level=level, message=message, context=context)
    return Create(path=f"{paths.events(tenant, run_id)}/{id_}", data=dump(event))


def log(kernel: Kernel, tenant: str, run_id: str, *, after: str | None = None, limit: int = 200) -> EventPage:
    """A page of a run's log, oldest first."""
    page = kernel.store.query(Query(collection=paths.events(tenant, run_id), order=(Order("at"),), limit=limit, after=after))
    return EventPage([load(document, Event).value for document in page.documents], page.cursor)
