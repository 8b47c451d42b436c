"""A job type that reads files which do their reader harm, and the entry of the processes that it is done in."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from sheaf.adapters.processes.pool import Pool
from sheaf.documents.limits import Limits
from sheaf.domain.runs import Run
from sheaf.domain.tasks import Task
from sheaf.jobtypes import apart
from sheaf.jobtypes.apart import Apart
from sheaf.ports.jobtype import JobTypeInfo, Outcome
from tests.faults.kit import INFO, Tiny

MEMORY = 2**29
APART = replace(INFO, apart=True)


@dataclass(slots=True)
class Hostile(Tiny):
    """A :class:`Tiny` that is done apart, and that files may also tell to ``hang``, ``crash``, or ``swell``."""

    info: JobTypeInfo = APART

    def execute(self, run: Run, task: Task, path: Path) -> Outcome:
        """See :class:`sheaf.ports.jobtype.JobType`."""
        said = path.read_bytes()
        if said == b"hang":
            time.sleep(3600)
        if said == b"crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        if said == b"swell":
            bytearray(2 * MEMORY)
        return Tiny.execute(self, run, task, path)


def perform(argument: bytes) -> Iterator[bytes]:
    """What is called in the processes."""
    return apart.perform(argument, lambda _, __: Hostile())


@cache
def pool() -> Pool:
    """The processes, which the tests that use them share."""
    return Pool(keep=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Foreseeing(Apart):
    """Waits a moment for what will hang, and for everything else as long as any machine may take."""

    def execute(self, info: JobTypeInfo, run: Run, task: Task, path: Path, *, seconds: float) -> Outcome:
        """See :class:`sheaf.ports.jobtype.Elsewhere`."""
        del seconds
        return Apart.execute(self, info, run, task, path, seconds=0.2 if path.read_bytes() == b"hang" else 300.0)


def elsewhere() -> Apart:
    """Where the job type is done."""
    return Foreseeing(processes=pool(), entry=f"{__name__}:{perform.__name__}", limits=Limits(), memory=MEMORY)
