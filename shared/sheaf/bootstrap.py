"""The composition root: builds the product from settings. Every collaborator can be handed in; nothing is built at import."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from sheaf import catalog
from sheaf.documents.limits import Limits
from sheaf.documents.reading import Formats
from sheaf.ports.folders import Folder
from sheaf.ports.identity import TokenVerifier
from sheaf.ports.jobtype import JobType
from sheaf.services.kernel import Kernel, Policy
from sheaf.settings import Settings

if TYPE_CHECKING:
    from sheaf.extraction.engine import Engine

_DEFAULTS = Limits()


def formats(limits: Limits = _DEFAULTS) -> Formats:
    """Every file format of the catalogue, within these bounds."""
    return Formats(catalog.FORMATS, limits)


def kernel(settings: Settings, **given: Any) -> Kernel:
    """The engine on the stores and the queue that the settings name; ``given`` replaces any part of it."""
    from sheaf.adapters.clock import RandomIds, SystemClock

    readable = formats(Limits(max_bytes=settings.max_file_bytes))
    clock = given.pop("clock", None) or SystemClock()
    parts: dict[str, Any] = {
        "store": lambda: catalog.find(catalog.STORES, settings.store, "store")(settings, clock),
        "blobs": lambda: catalog.find(catalog.BLOBS, settings.blobs, "object_store")(settings, clock),
        "queue": lambda: catalog.find(catalog.QUEUES, settings.queue, "queue")(settings, clock),
        "clock": lambda: clock,
        "ids": RandomIds,
        "reading": lambda: readable,
        "folders": lambda: partial(folder, settings),
        "job_types": lambda: cache(partial(_job_type, readable)),
        "policy": lambda: Policy(max_file_bytes=settings.max_file_bytes),
    }
    return Kernel(**{name: make() for name, make in parts.items() if name not in given}, **given)


def verifier(settings: Settings) -> TokenVerifier:
    """What tells whether the identity tokens of callers are genuine."""
    from sheaf.adapters.clock import SystemClock
    from sheaf.adapters.identity import google

    return google.opened(settings, SystemClock())


def folder(settings: Settings, url: str) -> Folder:
    """The folder elsewhere at an address; raises InvalidInput for an address of no known kind, or that is none."""
    opened: Folder = catalog.find(catalog.FOLDERS, url.partition("://")[0], "folder")(url, settings)
    return opened


def _job_type(readable: Formats, kind: str) -> JobType:
    made: JobType = catalog.find(catalog.JOB_TYPES, kind, "job_type")(engines=engine, formats=readable)
    return made


@cache
def engine(kind: str) -> Engine:
    """An engine of the catalogue; raises InvalidInput for an unknown kind."""
    made: Engine = catalog.find(catalog.ENGINES, kind, "engine")()
    return made
