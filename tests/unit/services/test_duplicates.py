"""Values wanted in one row alone, among many rows."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from sheaf.domain import paths
from sheaf.domain.rules import Rule
from sheaf.domain.runs import Run
from sheaf.ports.store import Update
from sheaf.services import between, entries, results, violations
from sheaf.services.records import dump
from sheaf.services.results import Filter
from tests.faults.kit import THOROUGH, Bench

if TYPE_CHECKING:
    import pytest

ONCE = Rule(name="once", check="unique(text)")


def ruled(engine: Bench, run: Run, rule: Rule = ONCE) -> Run:
    """The run as if it had had this rule."""
    engine.kernel.store.commit([Update(path=paths.run(run.tenant, run.id), fields=dump({"rules": (rule,)}))])
    return replace(run, rules=(rule,))


def test_parts_are_sorted_into_one(engine: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few records are sorted at once, every repeated row is found and no other."""
    monkeypatch.setattr(entries, "_CHUNK", 3)
    run = ruled(engine, engine.finished([b"rows 7", b"ok", b"rows 5", b"corrupt", b"rows 7"]))
    found = list(results.stream(engine.kernel, run, where=Filter(rule="once")))
    assert [(row.task.filename, row.row.index) for row in found] == [
        *(("0.txt", row) for row in range(7)),
        *(("2.txt", row) for row in range(5)),
        *(("4.txt", row) for row in range(7)),
    ]


def test_what_is_made_is_made_once(engine: Bench) -> None:
    """By the call at the run's end or by who looks first; it is there for everybody after."""
    run = ruled(engine, engine.finished([b"rows 3", b"rows 3"]))
    prefix = f"tenants/{run.tenant}/jobs/{run.job_id}/runs/{run.id}/values/"
    assert list(engine.kernel.blobs.list(prefix)) == []
    between.build(engine.kernel, run.tenant, run.id)
    (made,) = engine.kernel.blobs.list(prefix)
    assert violations.summary(engine.kernel, run).rules[0].rows == 6
    assert [info.generation for info in engine.kernel.blobs.list(prefix)] == [made.generation]


def test_a_long_run_is_summed_up_in_parts(engine: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts add up to the whole."""
    monkeypatch.setattr(violations, "MAX_ROWS", 4)
    monkeypatch.setattr(results, "MAX_SCAN", 2)
    run = ruled(engine, engine.finished([b"rows 7", b"rows 5"]))
    part = violations.summary(engine.kernel, run)
    rows, broken = part.rows, part.rules[0].rows
    while part.cursor:
        part = violations.summary(engine.kernel, run, after=part.cursor)
        rows, broken = rows + part.rows, broken + part.rules[0].rows
    assert (rows, broken) == (12, 10)


def test_memory_is_flat(engine: Bench) -> None:
    """Ten times the rows take little more to sort: they lie on disk in parts."""
    most = 100_000 if THOROUGH else 4_000
    peaks = []
    for count in (most // 10, most):
        run = ruled(engine, engine.finished([f"rows {count}".encode()]))
        tracemalloc.start()
        between.build(engine.kernel, run.tenant, run.id)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert all(after < before + 12 * 2**20 for before, after in pairwise(peaks)), peaks
