"""Benches are run one after the other, whatever becomes of one of them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.command import BROKE_DOWN, Bench, finish, run
from bench.report import Row, Verdict, at_most, markdown

FIGURE = Row(bench="first", what="a figure", measured=3.0, unit="s", peer="another", beside=2.0, goal=at_most(1.2))


def _breaking(_options: argparse.Namespace) -> Iterator[Row]:
    yield FIGURE
    raise RuntimeError("the server\n ended with 1")


def _whole(_options: argparse.Namespace) -> Iterator[Row]:
    yield FIGURE


def _bench(name: str, measure: object) -> tuple[Bench, argparse.Namespace]:
    return Bench(name=name, about="", options=lambda _: None, measure=measure, tiny=()), argparse.Namespace()  # type: ignore[arg-type]  # told by each test


def test_a_bench_that_breaks_down_says_why_and_stops_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What it had measured stays, its row stands in the table and in the file, and the program ends with 1."""
    report = tmp_path / "bench.json"
    rows = run([_bench("first", _breaking), _bench("second", _whole)], report)
    assert [(row.bench, row.what, row.verdict) for row in rows] == [
        ("first", "a figure", Verdict.MISSED),
        ("first", BROKE_DOWN, Verdict.NOT_RUN),
        ("first", "a figure", Verdict.MISSED),
    ]
    assert rows[1].note == "RuntimeError: the server ended with 1"
    assert [row["what"] for row in json.loads(report.read_text(encoding="utf-8"))["rows"]] == [row.what for row in rows]
    captured = capsys.readouterr()
    assert "RuntimeError: the server ended with 1" in captured.out
    assert "Traceback" in captured.err
    with pytest.raises(SystemExit, match="1"):
        finish(rows)


def test_a_goal_that_is_missed_is_no_failure() -> None:
    """It is what the bench was run for."""
    finish([FIGURE])


def test_what_ended_is_kept_when_a_later_bench_is_stopped(tmp_path: Path) -> None:
    """Whoever stops the program at the second bench has the figures of the first."""

    def stopped(_options: argparse.Namespace) -> Iterator[Row]:
        raise KeyboardInterrupt

    report = tmp_path / "bench.json"
    with pytest.raises(KeyboardInterrupt):
        run([_bench("first", _whole), _bench("second", stopped)], report)
    assert [row["what"] for row in json.loads(report.read_text(encoding="utf-8"))["rows"]] == ["a figure"]


def test_a_document_s_table_has_ratio_goal_and_verdict() -> None:
    """One line a figure, for docs/performance.md."""
    assert markdown([FIGURE]).splitlines()[-1] == "| first | a figure | 3 s | another 2 | 1.50 × | ≤ 1.2 × | missed |  |"
