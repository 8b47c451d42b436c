"""The engine's bench on its own side, really run at a tiny size, and what it makes of figures; the peers are not needed."""

from __future__ import annotations

import os
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from bench.engine import report, trees
from bench.engine.contest import ground
from bench.engine.contestants import CONTESTANTS, OURS, module
from bench.engine.trials import Delay, Killing, Speed, Survival, survival
from bench.report import Verdict
from tools import environments, install
from tools.emulators import postgres, redis
from tools.emulators.process import Missing

SPEED = Speed(tasks=1_000, seconds=0.5, handed_s=0.1, cpu_s=1.0, peak_bytes=50_000_000, held_bytes=90_000_000)
SLOWER = replace(SPEED, seconds=1.0, cpu_s=2.0)


def test_a_killed_worker_loses_nothing() -> None:
    """The trial that peers are put through, in small: every task is counted, and the run is over once."""
    killing = Killing(tasks=40, every_s=0.01, nap_s=0.005, kills=1, kill_every_s=0.2, patience_s=60.0)
    with ground([OURS], workers=1, settle_s=0.0) as here:
        survived = survival(here, OURS, killing)
    assert (survived.unfinished, survived.finishes) == (0, 1)
    assert survived.recovered_s is not None


def test_the_best_peer_is_the_one_to_beat() -> None:
    """Ours is held to the fastest, whatever the order of the list, and every peer has a row of its own."""
    rows = list(report.speeds(1_000, {"huey": [SLOWER], OURS: [replace(SPEED, seconds=0.25)], "pgqueuer": [SPEED]}))
    assert rows[0].what == "1,000 tasks"
    assert rows[0].peer == report.label("pgqueuer")
    assert (rows[0].measured, rows[0].beside, rows[0].ratio, rows[0].verdict) == (4_000, 2_000, 2.0, Verdict.MET)
    assert [row.what for row in rows[3:]] == [f"1,000 tasks, {report.label(name)}" for name in ("huey", "pgqueuer")]


def test_a_round_that_did_not_end_is_told_and_counts_as_nothing() -> None:
    """A peer that loses tasks is not left out of the table."""
    *_, row = report.speeds(1_000, {"huey": [replace(SPEED, seconds=None)]})
    assert row.measured == 0
    assert "1 rounds did not end" in row.note


def test_ten_tasks_are_shown_and_held_to_nothing() -> None:
    """So few say how long the steps of a run take, not what a task costs."""
    (ours, *_) = report.speeds(10, {OURS: [SPEED], "huey": [SPEED]})
    assert ours.goal is None


@pytest.mark.parametrize(("large", "verdict"), [(1.2, Verdict.MET), (1.3, Verdict.MISSED)])
def test_a_task_may_not_cost_much_more_among_many(large: float, verdict: Verdict) -> None:
    """The largest run is held to the smallest that counts, and the sizes between are shown elsewhere."""
    (row,) = report.flatness({10: 9.0, 1_000: 1.0, 20_000: 5.0, 100_000: large})
    assert (row.ratio, row.verdict) == (large, verdict)
    assert not list(report.flatness({1_000: 1.0}))


def test_what_is_left_after_kills_is_a_failure_of_ours_alone() -> None:
    """A peer's loss is shown with why it was given up."""
    lost = Survival(tasks=100, counted=99, finishes=0, recovered_s=None)
    ours, peer = report.survivals({OURS: [lost], "huey": [lost]})
    assert (ours.measured, ours.verdict, peer.verdict) == (1, Verdict.MISSED, Verdict.SHOWN)
    assert "given up" in peer.note


def test_delays_are_medians_of_the_rounds() -> None:
    """One bad round is not the figure."""
    p50, p95 = report.delays({OURS: [Delay(p50_ms=1, p95_ms=2), Delay(p50_ms=3, p95_ms=9), Delay(p50_ms=2, p95_ms=4)]})
    assert (p50.measured, p95.measured) == (2, 4)


@pytest.mark.parametrize("name", CONTESTANTS)
def test_every_contestant_is_a_module_that_says_how_it_is_set_up(name: str) -> None:
    """And runs in an environment that a lock makes."""
    spec = find_spec(module(name))
    assert spec is not None
    assert spec.origin is not None
    assert "\nABOUT = " in Path(spec.origin).read_text(encoding="utf-8")
    environment = CONTESTANTS[name]
    assert environment is None or install.lock(environment).exists()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="not run: the bench reads Linux's /proc")
def test_a_process_is_at_the_end_of_its_own_tree() -> None:
    """What is killed are the processes that have none below them, and what is measured are all."""
    assert trees.members([os.getpid()])[0] == os.getpid()
    assert trees.cpu_s([os.getpid()]) > 0
    assert trees.peaks([os.getpid()])[os.getpid()] > 1_000_000
    assert trees.leaves(os.getpid())


def test_a_server_that_cannot_be_had_is_missing_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to install, so that the bench can say what it left out."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgres, "_DEBIAN", tmp_path)
    monkeypatch.setattr(environments, "environment", lambda _: tmp_path / "bin" / "python")
    with pytest.raises(Missing, match="PostgreSQL"):
        postgres.folder_of_programs()
    with pytest.raises(Missing, match="Redis"):
        redis.program()
