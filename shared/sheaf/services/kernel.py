"""What every service is given: the ports, and the policy numbers of the engine."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sheaf.domain.errors import InvalidInput
from sheaf.domain.record import record
from sheaf.services.tally import Tally

if TYPE_CHECKING:
    from sheaf.ports.blobs import BlobStore
    from sheaf.ports.clock import Clock, Ids
    from sheaf.ports.files import FileReading
    from sheaf.ports.folders import Folder
    from sheaf.ports.jobtype import Elsewhere, JobType
    from sheaf.ports.queue import TaskQueue
    from sheaf.ports.store import DocumentStore


@record(frozen=True, kw_only=True, slots=True)
class Policy:
    """Numbers that bound the engine's work; tests make them small."""

    #: Tasks that one dispatch call lists and enqueues before it splits its range into sixteen.
    dispatch_page: int = 400
    #: A lease outlives its task's time-out by this much, so that a worker that is about to answer is not overtaken.
    lease_margin: timedelta = timedelta(seconds=15)
    #: A run that nothing happened to for so long is looked at by the sweeper.
    stalled_after: timedelta = timedelta(seconds=60)
    #: How long after its due time a retry counts as lost.
    retry_grace: timedelta = timedelta(seconds=60)
    #: Tasks repaired per sweep and kind.
    sweep_page: int = 500
    #: Members one container may hand to a run, over all its levels.
    max_members: int = 10_000
    max_member_depth: int = 3
    #: Bytes one container may unpack to, over all its levels.
    max_unpacked_bytes: int = 2 * 2**30
    #: Files of one run.
    max_files: int = 200_000
    max_file_bytes: int = 200 * 2**20
    #: Files up to this size are claimed and ended together where a worker holds several.
    small_bytes: int = 64 * 2**10
    #: A file that is done together with others holds them up for so long at most where it is done elsewhere; then it is done alone.
    patience: timedelta = timedelta(seconds=5)
    #: Rows in one result object.
    rows_per_object: int = 1_000
    #: A single row up to this size (encoded) stays in its task's document.
    inline_bytes: int = 48_000


def no_folders(url: str) -> Folder:
    """Refuse every address: for an engine that was given no folders elsewhere."""
    raise InvalidInput(f"{url[:100]!r} is no folder that this installation opens.", code="unknown_folder", field="url")


@record(frozen=True, kw_only=True, slots=True)
class Kernel:
    """The ports of one installation."""

    store: DocumentStore
    blobs: BlobStore
    queue: TaskQueue
    clock: Clock
    ids: Ids
    reading: FileReading
    job_types: Callable[[str], JobType]
    #: Does the tasks of job types that ask for it in processes of their own; None has all done in this one.
    elsewhere: Callable[[], Elsewhere] | None = None
    policy: Policy = Policy()
    rng: random.Random = field(default_factory=random.Random)
    #: Faults and repairs that this process has met: see :mod:`sheaf.services.metrics`.
    tally: Tally = field(default_factory=Tally)
    #: Folders from which files of this machine may be imported by path; none on a server.
    import_roots: tuple[Path, ...] = ()
    #: Opens folders elsewhere by their address; raises InvalidInput for one of no known kind.
    folders: Callable[[str], Folder] = no_folders
