"""``python -m bench.export [--rows N] [--columns N] [--rounds N] [--only NAME …]``: each export against the bare writer library."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from bench.command import Bench
from bench.export.table import Making, fields, rows
from bench.export.writers import WRITERS
from bench.report import Goal, Row, at_most
from bench.timing import Cost, alternating, in_process, middle, spread

#: What each is held to, where a goal is set: the same values written with no care taken.
_GOALS: dict[str, Goal] = {"csv": at_most(1.5), "xlsx": at_most(1.2)}


def options(parser: argparse.ArgumentParser) -> None:
    """The options of this bench."""
    parser.add_argument("--rows", type=int, default=100_000, help="default: %(default)s")
    parser.add_argument("--columns", type=int, default=20, help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=3, help="writings of each, alternating (default: %(default)s)")
    parser.add_argument("--only", nargs="+", choices=list(WRITERS), metavar="NAME", help="only these")


def measure(given: argparse.Namespace) -> Iterator[Row]:
    """Measure every writer in a process of its own."""
    wanted = [name for name in WRITERS if not given.only or name in given.only]
    command = [sys.executable, "-m", "bench.export", "--child", str(given.rows), str(given.columns)]
    taken = alternating({name: partial(in_process, [*command, name]) for name in wanted}, given.rounds)
    for name in wanted:
        if not name.startswith("bare "):
            yield from _rows(name, f"{given.rows:,} × {given.columns} to {name}", taken)


def _rows(name: str, what: str, taken: dict[str, list[Cost]]) -> Iterator[Row]:
    ours, bare = taken[name], taken.get(f"bare {name}", [])
    cpu = [float(cost.output) for cost in ours]
    peer, beside = (f"bare {name}", middle([float(cost.output) for cost in bare])) if bare else ("", None)
    goal = _GOALS.get(name) if bare else None
    yield Row(bench="export", what=what, measured=middle(cpu), unit="s", peer=peer, beside=beside, goal=goal, note=spread(cpu))
    yield Row(bench="export", what=f"{what}, memory", measured=max(cost.peak for cost in ours) / 2**20, unit="MB")


def _child(count: int, columns: int, name: str) -> None:
    """Print the processor seconds of one writing, without those that the making of its rows takes."""
    made = fields(columns)
    making = Making(rows(count, made))
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "results").open("wb") as out:
        began = time.process_time()
        WRITERS[name](making, made, out)
    print(time.process_time() - began - making.seconds)


def main(arguments: Sequence[str]) -> None:
    """Run the bench, or one writer of it."""
    if arguments[:1] == ["--child"]:
        _child(int(arguments[1]), int(arguments[2]), arguments[3])
    else:
        BENCH.main(arguments)


BENCH = Bench(
    name="export",
    about="Time each export against the bare writer library; processor seconds, the making of the rows taken off.",
    options=options,
    measure=measure,
    tiny=("--rows", "50", "--columns", "5", "--rounds", "1"),
    libraries=("xlsxwriter", "orjson"),
)

if __name__ == "__main__":
    main(sys.argv[1:])
