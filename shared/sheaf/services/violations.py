"""Which of a run's rules do not hold, and of which rows: the sum that a person looks at before the rows themselves."""

from __future__ import annotations

from dataclasses import dataclass

from sheaf.domain.rules import Rule, Violation
from sheaf.domain.runs import Run
from sheaf.services import results
from sheaf.services.kernel import Kernel
from sheaf.services.results import Filter, ResultRow

#: Rows judged for one answer; a longer run's goes on behind its cursor.
MAX_ROWS = 5_000
#: Rows shown of each rule.
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule, how many of the rows break it, and the first of them."""

    rule: Rule
    rows: int
    first: list[tuple[ResultRow, Violation]]


@dataclass(frozen=True, slots=True)
class Summary:
    """Every rule of a run over so many of its rows; ``cursor`` goes on behind them."""

    rules: list[Broken]
    rows: int
    cursor: str | None


def summary(kernel: Kernel, run: Run, *, after: str | None = None) -> Summary:
    """What the run's rules say of its rows as people left them; raises InvalidInput for a broken cursor."""
    found: dict[str, list[tuple[ResultRow, Violation]]] = {rule.name: [] for rule in run.rules}
    counts, rows = dict.fromkeys(found, 0), 0
    while True:
        page = results.page(kernel, run, where=Filter(failed=False), after=after, limit=results.MAX_SCAN)
        for result in page.rows:
            for violation in result.violations:
                counts[violation.rule] += 1
                if len(found[violation.rule]) < _SHOWN:
                    found[violation.rule].append((result, violation))
        rows, after = rows + len(page.rows), page.cursor
        if after is None or rows >= MAX_ROWS:
            return Summary([Broken(rule, counts[rule.name], found[rule.name]) for rule in run.rules], rows, after)
