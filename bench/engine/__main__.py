"""``python -m bench.engine``: tasks that do nothing through the embedded runtime and, interleaved in the same run, through its peers."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from bench.command import Bench
from bench.engine import report
from bench.engine.contest import SETTLE_S, Ground, ground
from bench.engine.contestants import CONTESTANTS, OURS
from bench.engine.trials import Killing, delay, speed, survival
from bench.report import Row
from bench.timing import alternating
from tools.emulators.process import Missing

SIZES = (10, 1_000, 20_000, 100_000)
#: A run this large is made once; its length evens out what disturbs it.
_LARGE = 50_000
#: A run is given up behind so much and, on top, the time it would take at so few tasks a second.
_PATIENCE_S, _CRAWL = 60.0, 50.0
#: A run of so many tasks tells how long a larger one would take.
_TELLING = 1_000
#: Peers whose run takes more than this share of the longest are measured once.
_OFTEN = 1 / 3
#: Tasks handed over one at a time come this far apart.
_EVERY_S = 0.05

T = TypeVar("T")


def options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen."""
    parser.epilog = "How each contestant is set up stands in bench/engine/contestants/; what is counted, in bench/engine/sink.py."
    parser.add_argument("--contestants", nargs="+", choices=list(CONTESTANTS), default=list(CONTESTANTS), metavar="NAME")
    parser.add_argument("--sizes", nargs="*", type=int, default=list(SIZES), metavar="TASKS", help="tasks of a run (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help=f"rounds of each size below {_LARGE:,} (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=0, help="worker processes of each contestant (default: one a core)")
    parser.add_argument("--settle", type=float, default=SETTLE_S, metavar="S", help="rest behind the warm-up (default: %(default)s)")
    parser.add_argument(
        "--longest", type=float, default=300.0, metavar="S", help="leave out peers that would take longer (default: %(default)s)"
    )
    parser.add_argument("--delays", type=int, default=100, metavar="N", help="tasks handed over one at a time; 0 leaves that out")
    parser.add_argument("--kills", type=int, default=Killing().kills, metavar="N", help="workers killed; 0 leaves that out")


def measure(chosen: argparse.Namespace) -> Iterator[Row]:
    """Every figure, each size's once all its rounds are over."""
    names: list[str] = chosen.contestants
    try:
        with ground(names, workers=chosen.workers, settle_s=chosen.settle) as here:
            yield from _speeds(here, names, chosen)
            yield from _delays(here, names, chosen)
            yield from _kills(here, names, chosen)
    except Missing as missing:
        yield report.not_run(str(missing))
        if names != [OURS]:
            yield from measure(argparse.Namespace(**{**vars(chosen), "contestants": [OURS]}))


def _speeds(here: Ground, names: Sequence[str], chosen: argparse.Namespace) -> Iterator[Row]:
    rates: dict[str, float] = {}
    costs: dict[int, float] = {}
    for size in chosen.sizes:
        slow = [name for name in names if name != OURS and size > rates.get(name, size) * chosen.longest]
        trial = partial(speed, here, tasks=size, patience_s=_PATIENCE_S + size / _CRAWL)
        long = [name for name in names if size > rates.get(name, size) * chosen.longest * _OFTEN]
        measured = _rounds([name for name in names if name not in long], trial, 1 if size > _LARGE else chosen.rounds)
        measured |= _rounds([name for name in long if name not in slow], trial, 1)
        yield from report.speeds(size, measured)
        yield from (report.too_slow(size, name, rates[name]) for name in slow)
        rates |= {name: report.rate(found) for name, found in measured.items() if size >= _TELLING}
        if OURS in measured:
            costs[size] = report.cost(measured[OURS])
    yield from report.flatness(costs)


def _delays(here: Ground, names: Sequence[str], chosen: argparse.Namespace) -> Iterator[Row]:
    if chosen.delays:
        yield from report.delays(_rounds(names, partial(delay, here, count=chosen.delays, every_s=_EVERY_S), chosen.rounds))


def _kills(here: Ground, names: Sequence[str], chosen: argparse.Namespace) -> Iterator[Row]:
    if chosen.kills:
        yield from report.survivals(_rounds(names, partial(survival, here, killing=Killing(kills=chosen.kills)), 1))


def _rounds(names: Sequence[str], trial: Callable[[str], T], rounds: int) -> dict[str, list[T]]:
    return alternating({name: partial(_told, trial, name) for name in names}, rounds)


def _told(trial: Callable[[str], T], name: str) -> T:
    found = trial(name)
    print(f"  {name}: {found}", file=sys.stderr, flush=True)
    return found


BENCH = Bench(
    name="engine",
    about="Tasks that do nothing, with a guarded counter and fan-in, through the embedded runtime and through six queue libraries.",
    options=options,
    measure=measure,
    tiny=("--contestants", OURS, "--sizes", "10", "--rounds", "1", "--workers", "1", "--settle", "0", "--delays", "5", "--kills", "0"),
    short=("--sizes", "10", "1000", "20000", "--rounds", "2", "--longest", "60", "--kills", "0"),
)

if __name__ == "__main__":
    BENCH.main()
