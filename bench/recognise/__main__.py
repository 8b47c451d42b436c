"""``python -m bench.recognise [--rounds N] [FILE …]``: seconds, processor time and memory of scans and photographs."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.command import Bench
from bench.report import Goal, Row, at_most
from bench.timing import Cost, in_process, middle, spread, used
from sheaf import bootstrap

SAMPLES = Path(__file__).parents[2] / "samples"
#: A photographed receipt, and a scanned A4 page: each with the seconds that a page of its kind may take.
_KINDS: Sequence[tuple[str, Path, Goal]] = (
    ("receipt photograph", SAMPLES / "photo-gasthaus.jpg", at_most(3)),
    ("A4 scan", SAMPLES / "scan-fattura-tre-pini.pdf", at_most(5)),
)
_MEMORY = at_most(1024)


@dataclass(frozen=True, slots=True)
class _Read:
    """One file read twice in a process of its own: with the models still to be loaded, and with them there."""

    pages: int
    first: float
    again: float
    cpu: float
    cost: Cost


def options(parser: argparse.ArgumentParser) -> None:
    """The options of this bench."""
    parser.add_argument("--rounds", type=int, default=3, help="processes for each file (default: %(default)s)")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="your own pictures and scans, after those of samples/")


def measure(given: argparse.Namespace) -> Iterator[Row]:
    """Read each file in processes of their own, one at a time."""
    for what, path, goal in (*_KINDS, *((path.name, path, None) for path in given.files)):
        yield from _rows(what, [_read(path) for _ in range(given.rounds)], goal)


def _read(path: Path) -> _Read:
    cost = in_process([sys.executable, "-m", "bench.recognise", "--child", str(path)])
    return _Read(**json.loads(cost.output), cost=cost)


def _rows(what: str, reads: Sequence[_Read], goal: Goal | None) -> Iterator[Row]:
    pages = reads[0].pages
    again, first = [one.again / pages for one in reads], [one.first / pages for one in reads]
    yield _row(f"{what}, a page", middle(again), "s", goal, spread(again))
    yield _row(f"{what}, a page with the models to be loaded", middle(first), "s", goal, spread(first))
    yield _row(f"{what}, processor time a page", middle([one.cpu / pages for one in reads]), "s")
    yield _row(f"{what}, process", middle([one.cost.peak / 2**20 for one in reads]), "MB", _MEMORY if goal else None)


def _row(what: str, measured: float, unit: str, goal: Goal | None = None, note: str = "") -> Row:
    return Row(bench="recognise", what=what, measured=measured, unit=unit, goal=goal, note=note)


def _child(path: Path) -> None:
    formats = bootstrap.formats()
    began = time.perf_counter()
    pages = len(formats.read(path, name=path.name).pages)
    loaded, busy = used()
    formats.read(path, name=path.name)
    ended, cpu = used()
    print(json.dumps({"pages": pages, "first": loaded - began, "again": ended - loaded, "cpu": cpu - busy}))


BENCH = Bench(
    name="recognise",
    about="Time text recognition of scans and photographs.",
    options=options,
    measure=measure,
    tiny=("--rounds", "1"),
    libraries=("onnxruntime", "rapidocr", "opencv-python-headless", "pillow", "pypdfium2"),
)

if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        _child(Path(sys.argv[2]))
    else:
        BENCH.main()
