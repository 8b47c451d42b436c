"""What each rule earns: the score of every set with the rule less the score without it."""

from __future__ import annotations

from collections.abc import Sequence

from bench.accuracy.run import Set, score
from sheaf.extraction.engine import Engine
from sheaf.extraction.rules import every_rule, without


def print_ablation(engine: Engine, sets: Sequence[Set]) -> None:
    """A table in Markdown, a line per rule: what it assumes, and its points of a thousand in each set."""
    base = {one.name: _mean(engine, one) for one in sets}
    _print(["rule", *base, "assumes"])
    _print(["---"] * (len(base) + 2))
    _print(["all rules", *(f"{value:.3f}" for value in base.values()), ""])
    for rule in every_rule():
        with without({rule.name}):
            _print([rule.name, *(f"{1000 * (base[one.name] - _mean(engine, one)):+.0f}" for one in sets), rule.assumes])


def _print(cells: Sequence[str]) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)


def _mean(engine: Engine, one: Set) -> float:
    whole = score(engine, one).whole
    return whole.normalised / max(whole.n, 1)
