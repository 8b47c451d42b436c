"""Rules between rows: what they look rows up in is made when a run has ended, and its rows are judged by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from sheaf.domain.between import Lookup, Sought, between
from sheaf.domain.edits import content_key
from sheaf.domain.judging import Cells
from sheaf.domain.rows import Row
from sheaf.domain.rules import Match, Violation
from sheaf.domain.runs import Run
from sheaf.domain.tasks import Task
from sheaf.services import edits, runs
from sheaf.services.duplicates import Duplicates
from sheaf.services.entries import Entries, made, opened
from sheaf.services.kernel import Kernel
from sheaf.services.lookups import Lookups
from sheaf.services.places import Place, Places


def build(kernel: Kernel, tenant: str, run_id: str) -> None:
    """Make what the run's rules look rows up in; does nothing for one that has not ended, or where it is made."""
    run = runs.get(kernel, tenant, run_id)
    for sought in between(run.rules, run.fields) if run.ended else ():
        made(kernel, run, sought)


@contextmanager
def finding(kernel: Kernel, run: Run) -> Iterator[Finder | None]:
    """What judges a run's rows beside others while the context lasts; None where no rule asks, or the run has not ended."""
    asked = between(run.rules, run.fields) if run.ended else ()
    if not asked:
        yield None
        return
    with ExitStack() as stack:
        places = Places(kernel, run, edits.any_of(kernel, run))
        found = [_finder(kernel, sought, stack.enter_context(opened(kernel, run, sought)), places) for sought in asked]
        yield Finder(run, found)


def _finder(kernel: Kernel, sought: Sought, entries: Entries, places: Places) -> Duplicates | Lookups:
    return Lookups(kernel, sought, entries, places) if isinstance(sought, Lookup) else Duplicates(sought, entries, places)


@dataclass(frozen=True, slots=True)
class Finder:
    """Judges a run's rows by its rules between rows."""

    run: Run
    found: Sequence[Duplicates | Lookups]

    def judge(self, task: Task, row: Row, cells: Cells) -> Iterator[Match | Violation]:
        """What the rules say of a row that people left with these cells."""
        content = bytes.fromhex(content_key(task, self.run.options.row_mode))
        mine = Place(b"", content, row.index, task.id.encode(), self.run.id.encode())
        for each in self.found:
            told = each.judge(mine, task.filename, row.cells, cells)
            if told is not None:
                yield told
