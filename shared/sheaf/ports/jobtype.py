"""What a kind of work is: the registry's entry, and the code that does one task of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sheaf.domain.rows import Row
from sheaf.domain.runs import Run
from sheaf.domain.tasks import Task


@dataclass(frozen=True, kw_only=True, slots=True)
class JobTypeInfo:
    """What the console and the API show of a job type (C2)."""

    kind: str
    label: str
    icon: str
    colour: str
    #: The queue its tasks wait in.
    queue: str
    #: Seconds one task may take.
    timeout_s: float
    phases: tuple[str, ...]
    can_cancel: bool = True
    can_retry: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What one task came to; ``rows`` may be a generator and is read once."""

    rows: Iterable[Row] = ()
    rows_in: int | None = None
    pages: int = 0
    model_tokens: int = 0
    engine: str = ""
    notes: Sequence[str] = ()


class JobType(Protocol):
    """One kind of work."""

    info: JobTypeInfo

    def execute(self, run: Run, task: Task, path: Path) -> Outcome:
        """Do one task on its file's bytes at ``path``; raises FileProblem where the file is at fault."""
        ...
