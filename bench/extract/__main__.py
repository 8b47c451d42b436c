"""``python -m bench.extract [--files N] [--rounds N] [--folder FOLDER]``: whole runs over PDFs against a bare loop, alternating."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench.command import Bench
from bench.extract import documents, loop, run
from bench.extract.answer import Answer
from bench.extract.material import pages_of
from bench.report import Goal, Row, at_least, at_most
from bench.timing import Cost, alternating, in_process, middle, spread

_WAYS = {"loop": loop.read, "run": run.read}


@dataclass(frozen=True, slots=True)
class _Reading:
    """One reading of all files, in a process of its own."""

    answer: Answer
    cost: Cost


#: What is told of both ways: its name, unit, goal, and where it is.
_FIGURES: Sequence[tuple[str, str, Goal | None, Callable[[_Reading], float]]] = (
    ("a run", "s", at_most(1.2), lambda one: one.answer.seconds),
    ("processor time", "s", None, lambda one: one.cost.cpu),
    ("largest process", "MB", None, lambda one: one.cost.peak / 2**20),
)


def options(parser: argparse.ArgumentParser) -> None:
    """The options of this bench."""
    parser.add_argument("--files", type=int, default=500, help="made-up invoices of one to three pages (default: %(default)s)")
    parser.add_argument("--folder", type=Path, help="read the PDFs of this folder instead")
    parser.add_argument("--rounds", type=int, default=3, help="readings of each kind, alternating (default: %(default)s)")


def measure(given: argparse.Namespace) -> Iterator[Row]:
    """Read the files in both ways, in alternating rounds."""
    with tempfile.TemporaryDirectory(prefix="sheaf-bench-") as folder:
        paths = sorted(given.folder.glob("*.pdf")) if given.folder else documents.write(Path(folder), given.files)
        if not paths:
            sys.exit(f"There is no PDF in {given.folder}.")
        taken = alternating({way: partial(_reading, way, paths) for way in _WAYS}, given.rounds)
        yield from _rows(len(paths), taken)
        yield from _goals(len(paths), sum(map(pages_of, paths)), taken["run"])


def _reading(way: str, paths: Sequence[Path]) -> _Reading:
    cost = in_process([sys.executable, "-m", "bench.extract", "--child", way], stdin=json.dumps([str(path) for path in paths]))
    return _Reading(Answer(**json.loads(cost.output)), cost)


def _rows(files: int, taken: dict[str, list[_Reading]]) -> Iterator[Row]:
    bare, runs = taken["loop"], taken["run"]
    for what, unit, goal, of in _FIGURES:
        ours, theirs = [of(one) for one in runs], [of(one) for one in bare]
        note = f"{spread(ours)}; beside {spread(theirs)}" if len(ours) > 1 else ""
        yield _row(files, what, middle(ours), unit, peer="bare loop", beside=middle(theirs), goal=goal, note=note)
    intake = [one.answer.intake_seconds for one in runs]
    yield _row(files, "taken in", middle(intake), "s", note=spread(intake))
    yield _row(files, "failed", sum(one.answer.failed for one in runs), "files", goal=at_most(0))


def _goals(files: int, pages: int, runs: Sequence[_Reading]) -> Iterator[Row]:
    """What a whole run does of pages, from its submit to its end, whatever a bare loop does."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    clock, cpu = [pages / one.answer.seconds / cores for one in runs], [pages / one.cost.cpu for one in runs]
    yield _row(files, "pages of a core by the clock", middle(clock), "pages/s", goal=at_least(10), note=f"{pages} pages")
    yield _row(files, "pages of a core's processor time", middle(cpu), "pages/s", goal=at_least(10), note=spread(cpu))
    yield _row(files, "memory of the largest process", max(one.cost.peak for one in runs) / 2**20, "MB", goal=at_most(1024))


def _row(files: int, what: str, measured: float, unit: str, **more: Any) -> Row:
    return Row(bench="extract", what=f"{files} PDFs, {what}", measured=measured, unit=unit, **more)


def _child(way: str) -> None:
    print(json.dumps(asdict(_WAYS[way]([Path(path) for path in json.load(sys.stdin)]))))


BENCH = Bench(
    name="extract",
    about="Time whole runs over PDFs against a bare loop over the same parser and engine.",
    options=options,
    measure=measure,
    tiny=("--files", "3", "--rounds", "1"),
    libraries=("pypdfium2", "rapidfuzz"),
)

if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        _child(sys.argv[2])
    else:
        BENCH.main()
