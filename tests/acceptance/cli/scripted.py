"""A worker as the runtime starts it, whose job type does what a file says. Run as a script, with the folder for its marks in MARKS.

``hang`` holds the interpreter's lock for ever, as a fault in a C library does; ``die`` kills its process. Both only the first time.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sheaf import catalog
from sheaf.domain.rows import Cell, CellState, Row
from sheaf.domain.runs import Run
from sheaf.domain.tasks import Task
from sheaf.embedded import consumer, installation
from sheaf.jobtypes.extraction import INFO
from sheaf.ports.jobtype import JobTypeInfo, Outcome
from sheaf.services.messages import QUEUES

#: What it does is to happen to the worker itself.
IN_PLACE = replace(INFO, apart=False)


@dataclass(frozen=True, slots=True)
class Scripted:
    """Reads the first word of a file, and does it."""

    info: JobTypeInfo = IN_PLACE

    def execute(self, run: Run, task: Task, path: Path) -> Outcome:
        """See :class:`sheaf.ports.jobtype.JobType`."""
        word = path.read_text().split()[0]
        first = _first_time(task.id)
        if word == "hang" and first:
            ctypes.PyDLL(None).sleep(10_000)
        if word == "die" and first:
            os.kill(os.getpid(), signal.SIGKILL)
        if word == "slow":
            time.sleep(0.02)
        cells = {field.name: Cell(state=CellState.FOUND, value=task.filename, confidence=1.0) for field in run.fields}
        return Outcome(rows=[Row(cells=cells)], engine="scripted/1")


def _first_time(task_id: str) -> bool:
    try:
        (Path(os.environ["MARKS"]) / task_id).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _make(**_: Any) -> Scripted:
    return Scripted()


if __name__ == "__main__":
    rules = tuple(replace(rule, deadline_s=float(os.environ.get("DEADLINE", rule.deadline_s))) for rule in QUEUES)
    for module in (consumer, installation):
        vars(module)["QUEUES"] = rules
    vars(catalog)["JOB_TYPES"] = {"extraction": "__main__:_make"}
    sys.exit(consumer.main(sys.argv[1:]))
