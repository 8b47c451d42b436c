"""The rows of the table: medians of the rounds, what Sheaf is held to, and beside it what each peer came to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise

from bench.engine.contestants import CONTESTANTS, OURS
from bench.engine.trials import Delay, Speed, Survival
from bench.report import Goal, Row, at_least, at_most
from bench.timing import middle, spread
from tools.check_locks import REQUIREMENTS, pins
from tools.emulators import postgres, redis

_BENCH = "engine"
_MB = 1e6
#: Runs smaller than this are over before the peers' polling and Sheaf's steps have come into step; shown, held to nothing.
_SMALLEST_HELD = 1_000

_FASTER = at_least(1.5)
_FLAT = at_most(1.2)
_SMALL = at_most(400.0)
_NONE_LEFT = at_most(0.0)


@cache
def label(name: str) -> str:
    """A contestant's name, with the version that its environment is locked to."""
    environment = CONTESTANTS[name]
    if environment is None:
        return name
    locked = pins((REQUIREMENTS / f"{environment}.txt").read_text(encoding="utf-8"))
    return f"{name} {str(locked[name].specifier).removeprefix('==')}"


def servers() -> str:
    """The servers that the peers work on; raises Missing."""
    return f"PostgreSQL {postgres.version()}, Redis {redis.version()}"


def rate(found: Sequence[Speed]) -> float:
    """Tasks a second, the rounds' median."""
    return middle([one.per_second for one in found])


def cost(found: Sequence[Speed]) -> float:
    """Processor milliseconds per task, the rounds' median."""
    return middle([one.cpu_ms for one in found])


def speeds(size: int, measured: Mapping[str, Sequence[Speed]]) -> Iterator[Row]:
    """Ours beside the best peer, then every peer."""
    peers = {name: found for name, found in measured.items() if name != OURS}
    best = max(peers, key=lambda name: rate(peers[name]), default="")
    cheapest = min(peers, key=lambda name: cost(peers[name]), default="")
    for ours in [measured[name] for name in measured if name == OURS]:
        what, goal = _tasks(size), _FASTER if peers and size >= _SMALLEST_HELD else None
        note = "; ".join(filter(None, [_speed_note(ours), f"peers on {servers()}" if peers else ""]))
        yield _row(what, rate(ours), "tasks/s", (label(best), rate(peers[best])) if best else None, goal=goal, note=note)
        yield _row(f"{what}: CPU per task", cost(ours), "ms", (label(cheapest), cost(peers[cheapest])) if cheapest else None)
        yield _row(f"{what}: largest process", max(one.peak_bytes for one in ours) / _MB, "MB", goal=_SMALL)
    for name, found in peers.items():
        yield _row(
            f"{_tasks(size)}, {label(name)}",
            rate(found),
            "tasks/s",
            note=f"{_speed_note(found)}; CPU {cost(found):.2f} ms a task{_peak(found)}",
        )


def _tasks(size: int) -> str:
    return f"{size:,} tasks"


def _speed_note(found: Sequence[Speed]) -> str:
    unended = sum(one.seconds is None for one in found)
    words = [spread([one.per_second for one in found]), f"all memory {max(one.held_bytes for one in found) / _MB:.0f} MB"]
    return "; ".join(word for word in [*words, f"{unended} rounds did not end" if unended else ""] if word)


def _peak(found: Sequence[Speed]) -> str:
    return f", largest process {max(one.peak_bytes for one in found) / _MB:.0f} MB"


def too_slow(size: int, name: str, last: float) -> Row:
    """A peer that is left out at a size."""
    return Row(
        bench=_BENCH, what=f"{_tasks(size)}, {label(name)}", measured=None, unit="tasks/s", note=f"would take about {size / last:,.0f} s"
    )


def flatness(costs: Mapping[int, float]) -> Iterator[Row]:
    """What a task costs in the largest run, beside what it costs in the smallest that counts."""
    held = sorted(size for size in costs if size >= _SMALLEST_HELD)
    for small, large in [pair for pair in pairwise([held[0], held[-1]]) if pair[0] < pair[1]] if held else []:
        yield _row(f"CPU per task at {large:,}", costs[large], "ms", (f"at {small:,}", costs[small]), goal=_FLAT)


def delays(measured: Mapping[str, Sequence[Delay]]) -> Iterator[Row]:
    """From handing over to beginning, one task at a time."""
    medians = {name: (middle([one.p50_ms for one in found]), middle([one.p95_ms for one in found])) for name, found in measured.items()}
    for name, (p50, p95) in medians.items():
        whose = "" if name == OURS else f", {label(name)}"
        yield _row(f"dispatch p50{whose}", p50, "ms")
        yield _row(f"dispatch p95{whose}", p95, "ms")


def survivals(measured: Mapping[str, Sequence[Survival]]) -> Iterator[Row]:
    """What stayed unfinished."""
    for name, found in measured.items():
        for one in found:
            whose, goal = ("", _NONE_LEFT) if name == OURS else (f", {label(name)}", None)
            yield _row(f"unfinished of {one.tasks:,} after kills{whose}", one.unfinished, "tasks", goal=goal, note=_recovery(one))


def _recovery(one: Survival) -> str:
    if one.recovered_s is None:
        return "given up when nothing had moved for two minutes"
    return f"over {one.recovered_s:.0f} s behind the last kill, finished {one.finishes} times"


def not_run(why: str) -> Row:
    """Peers that cannot be had here."""
    return Row(bench=_BENCH, what="peers", measured=None, unit="tasks/s", note=why)


def _row(
    what: str, measured: float, unit: str, beside: tuple[str, float] | None = None, *, goal: Goal | None = None, note: str = ""
) -> Row:
    peer, figure = beside or ("", None)
    return Row(bench=_BENCH, what=what, measured=measured, unit=unit, peer=peer, beside=figure, goal=goal, note=note)
