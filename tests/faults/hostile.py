"""A job type that reads files which do their reader harm, and the entry of the processes that it is done in."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from sheaf.adapters.processes.pool import Pool
from sheaf.domain.learning import Lesson
from sheaf.domain.runs import Run
from sheaf.domain.tasks import Task
from sheaf.jobtypes import apart
from sheaf.jobtypes.apart import Apart
from sheaf.ports.jobtype import JobTypeInfo, Labelled, Outcome
from tests.faults.kit import INFO, Bench, Tiny, installed

MEMORY = 2**29
APART = replace(INFO, apart=True)


@dataclass(slots=True)
class Hostile(Tiny):
    """A :class:`Tiny` that is done apart, and that files may also tell to ``hang``, ``crash``, or ``swell``.

    As soon as they are read; ``later``, when they are studied; or ``at last``, when they are learned from.
    """

    info: JobTypeInfo = APART

    def execute(self, run: Run, task: Task, path: Path) -> Outcome:
        """See :class:`sheaf.ports.jobtype.JobType`."""
        _harm(path.read_bytes())
        return Tiny.execute(self, run, task, path)

    def study(self, run: Run, task: Task, path: Path) -> bytes:
        """See :class:`sheaf.ports.jobtype.Learner`."""
        said = Tiny.study(self, run, task, path)
        _harm(said.removeprefix(b"later "))
        return said

    def learn(self, run: Run, examples: Sequence[Labelled]) -> Lesson:
        """See :class:`sheaf.ports.jobtype.Learner`: what was said to do harm ``at last`` does it here."""
        for one in examples:
            _harm(one.studied.read_bytes().removeprefix(b"at last "))
        return Tiny.learn(self, run, examples)


def _harm(said: bytes) -> None:
    """Do what a file says to this process."""
    if said == b"hang":
        time.sleep(3600)
    if said == b"crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if said == b"swell":
        bytearray(2 * MEMORY)


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

    def study(self, info: JobTypeInfo, run: Run, task: Task, path: Path, *, seconds: float) -> bytes:
        """See :class:`sheaf.ports.jobtype.Elsewhere`."""
        del seconds
        return Apart.study(self, info, run, task, path, seconds=0.2 if path.read_bytes() == b"later hang" else 300.0)

    def learn(self, info: JobTypeInfo, run: Run, examples: Sequence[Labelled], *, seconds: float) -> Lesson:
        """See :class:`sheaf.ports.jobtype.Elsewhere`."""
        del seconds
        hangs = any(one.studied.read_bytes() == b"at last hang" for one in examples)
        return Apart.learn(self, info, run, examples, seconds=0.2 if hangs else 300.0)


def elsewhere() -> Apart:
    """Where the job type is done."""
    return Foreseeing(processes=pool(), entry=f"{__name__}:{perform.__name__}", settings=b"", memory=MEMORY)


@contextmanager
def reading_apart() -> Iterator[Bench]:
    """An installation whose files are read, studied and learned from in processes of their own."""
    with installed() as made:
        made.job_type.info = APART
        made.kernel = replace(made.kernel, elsewhere=elsewhere)
        yield made
    pool().close()
