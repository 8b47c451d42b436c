"""The composition root: builds the product from settings. Every collaborator can be handed in; nothing is built at import."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from sheaf import catalog
from sheaf.documents import reading
from sheaf.documents.model import Limits
from sheaf.documents.sniff import sniff, sniff_file
from sheaf.extraction.engine import Engine
from sheaf.ports.files import Packed
from sheaf.ports.jobtype import JobType
from sheaf.services.kernel import Kernel, Policy
from sheaf.services.messages import QUEUES
from sheaf.settings import Settings


class Reading:
    """The formats, as the services see them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def sniff(self, head: bytes, name: str) -> str:
        """See :class:`sheaf.ports.files.FileReading`."""
        return sniff(head, name)

    def sniff_file(self, path: Path, name: str) -> str:
        """See :class:`sheaf.ports.files.FileReading`."""
        return sniff_file(path, name)

    def is_container(self, format_: str) -> bool:
        """See :class:`sheaf.ports.files.FileReading`."""
        return reading.is_container(format_)

    def members(self, path: Path, name: str) -> Iterator[Packed]:
        """See :class:`sheaf.ports.files.FileReading`."""
        return (Packed(m.name, m.size, m.open) for m in reading.members(path, name=name, limits=self._limits))


def kernel(settings: Settings, **given: Any) -> Kernel:
    """The engine on the embedded stores below ``settings.data_dir``; ``given`` replaces any part of it."""
    from sheaf.adapters.blobs.disk import DiskBlobs
    from sheaf.adapters.clock import RandomIds, SystemClock
    from sheaf.adapters.keys import installation_key
    from sheaf.adapters.queue.embedded import EmbeddedQueue
    from sheaf.adapters.store.sqlite import SqliteStore

    limits = Limits(max_bytes=settings.max_file_bytes)
    clock = given.pop("clock", None) or SystemClock()
    parts: dict[str, Any] = {
        "store": lambda: SqliteStore(settings.data_dir / "store.sqlite3"),
        "blobs": lambda: DiskBlobs(settings.data_dir / "objects", key=installation_key(settings.data_dir / "signing.key"), clock=clock),
        "queue": lambda: EmbeddedQueue(settings.data_dir / "queue.sqlite3", QUEUES, clock=clock),
        "clock": lambda: clock,
        "ids": RandomIds,
        "reading": lambda: Reading(limits),
        "job_types": lambda: cache(partial(_job_type, limits)),
        "policy": lambda: Policy(max_file_bytes=settings.max_file_bytes),
    }
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Kernel(**{name: make() for name, make in parts.items() if name not in given}, **given)


def _job_type(limits: Limits, kind: str) -> JobType:
    made: JobType = catalog.find(catalog.JOB_TYPES, kind, "job_type")(engines=engine, limits=limits)
    return made


@cache
def engine(kind: str) -> Engine:
    """An engine of the catalogue; raises InvalidInput for an unknown kind."""
    made: Engine = catalog.find(catalog.ENGINES, kind, "engine")()
    return made
