"""An import: files on their way from a folder elsewhere into a run."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase

from sheaf.domain.record import record

#: Refused files that an import names; the others are counted alone.
MAX_NAMED = 20


class ImportStatus(StrEnum):
    """Where an import stands; all but the first are final."""

    RUNNING = "running"
    COMPLETED = "completed"
    #: The folder could not be read to its end; what was imported before stays.
    FAILED = "failed"
    #: The run was cancelled meanwhile.
    CANCELLED = "cancelled"


@record(frozen=True, kw_only=True, slots=True)
class RefusedFile:
    """A file that was found and not imported."""

    name: str
    reason: str


@record(frozen=True, kw_only=True, slots=True)
class Import:
    """What is imported into a run, and how far that has come."""

    id: str
    tenant: str
    run_id: str
    job_id: str
    #: A folder, or one file.
    url: str
    #: Only files whose path below the folder looks so (``*.pdf``), whatever their case.
    pattern: str = "*"
    max_files: int
    status: ImportStatus = ImportStatus.RUNNING
    #: Everything up to this name has been dealt with.
    after: str = ""
    imported: int = 0
    bytes: int = 0
    #: Found, and in the run already in that very version.
    known: int = 0
    refused: int = 0
    refused_files: tuple[RefusedFile, ...] = ()
    #: Whether there were more files than it was to take.
    more: bool = False
    #: Calls that have worked on it, and those since it last moved.
    calls: int = 0
    idle_calls: int = 0
    error_message: str | None = None
    created_at: datetime
    last_active_at: datetime
    completed_at: datetime | None = None

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self.status is not ImportStatus.RUNNING

    def wants(self, name: str) -> bool:
        """Whether a file of that name is to be imported."""
        return fnmatchcase(name.casefold(), self.pattern.casefold())
