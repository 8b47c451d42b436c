"""A job type that does nothing, and the worker that knows it: the runtime's own, with one more line in the catalogue."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from bench.engine import settings
from sheaf import catalog
from sheaf.documents.reading import Formats
from sheaf.domain.runs import Run
from sheaf.domain.tasks import Task
from sheaf.embedded import consumer
from sheaf.ports.jobtype import JobTypeInfo, Outcome

KIND = "noop"
#: As :data:`sheaf.embedded.pool.COMMAND`, with this module in the consumer's place.
COMMAND: Sequence[str] = (sys.executable, "-P", "-m", "bench.engine.noop")

_INFO = JobTypeInfo(kind=KIND, label="Nothing", icon="dot", colour="grey", queue="files", timeout_s=240.0, phases=("extracting",))


@dataclass(frozen=True, slots=True)
class Noop:
    """Does nothing, for as long as :data:`~bench.engine.settings.NAP` says, and notes when it began."""

    engines: object
    formats: Formats
    kept: object = None
    costs: object = None
    info: JobTypeInfo = _INFO

    def execute(self, run: Run, task: Task, path: Path) -> Outcome:
        """See :class:`sheaf.ports.jobtype.JobType`."""
        del run, task, path
        began = time.time()
        if nap := settings.nap():
            time.sleep(nap)
        return Outcome(notes=(repr(began),))


@contextmanager
def catalogued() -> Iterator[None]:
    """The catalogue with this job type in it, while the block runs."""
    with patch.dict(catalog.JOB_TYPES, {KIND: "bench.engine.noop:Noop"}):
        yield


if __name__ == "__main__":
    with catalogued():
        sys.exit(consumer.main(sys.argv[1:]))
