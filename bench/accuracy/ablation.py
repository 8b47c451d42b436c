"""What each rule earns: the score of every set with the rule less the score without it."""

from __future__ import annotations

from collections.abc import Sequence

from bench.accuracy.run import Set, score
from sheaf.extraction.engine import Engine
from sheaf.extraction.rules import every_rule, without
from sheaf.extraction.scores import total


def print_ablation(engine: Engine, sets: Sequence[Set]) -> None:
    """A table in Markdown, a line per rule: what it assumes, and its points of a thousand in each set; a folder of sets is one column."""
    columns: dict[str, list[Set]] = {}
    for one in sets:
        columns.setdefault(one.name.partition("/")[0], []).append(one)
    base = {name: _mean(engine, parts) for name, parts in columns.items()}
    _print(["rule", *base, "assumes"])
    _print(["---"] * (len(base) + 2))
    _print(["all rules", *(f"{value:.3f}" for value in base.values()), ""])
    for rule in every_rule():
        with without({rule.name}):
            earned = [f"{1000 * (base[name] - _mean(engine, parts)):+.0f}" for name, parts in columns.items()]
            _print([rule.name, *earned, rule.assumes])


def _print(cells: Sequence[str]) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)


def _mean(engine: Engine, parts: Sequence[Set]) -> float:
    """The normalised score over all values of the parts."""
    whole = total(score(engine, one).whole for one in parts)
    return whole.normalised / max(whole.n, 1)
