"""What a row says: its ratio, its verdict, and how it is shown."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from bench.report import Row, Verdict, as_json, at_least, at_most, markdown, table
from bench.timing import alternating, p95, spread

ROW = Row(bench="engine", what="100 tasks", measured=1_500.0, unit="tasks/s", peer="a peer", beside=1_000.0, goal=at_least(1.5))


def test_a_goal_bounds_the_ratio_where_there_is_a_peer() -> None:
    """Half as much again is met by half as much again, and no less."""
    assert (ROW.ratio, ROW.verdict) == (1.5, Verdict.MET)
    assert replace(ROW, measured=1_499.0).verdict is Verdict.MISSED


def test_a_goal_bounds_the_figure_where_there_is_none() -> None:
    """A limit of memory is one of megabytes."""
    row = Row(bench="engine", what="memory", measured=401.0, unit="MB", goal=at_most(400))
    assert (row.ratio, row.verdict) == (None, Verdict.MISSED)
    assert replace(row, goal=None).verdict is Verdict.SHOWN


@pytest.mark.parametrize("missing", [{"measured": None}, {"beside": None}])
def test_what_could_not_be_run_is_told_as_such(missing: dict[str, None]) -> None:
    """Neither a figure nor its peer is left out in silence."""
    row = replace(ROW, note="no server here", **missing)  # type: ignore[arg-type]  # a field of the row each
    assert row.verdict is Verdict.NOT_RUN
    assert "not run" in table([row])
    assert "no server here" in table([row])


def test_tables_have_a_line_for_each_row() -> None:
    """In text and in Markdown alike."""
    assert table([ROW, ROW]).splitlines()[1].split("  ")[0] == "engine"
    assert markdown([ROW]).splitlines()[2] == "| engine | 100 tasks | 1,500 tasks/s | a peer 1,000 | 1.50 × | ≥ 1.5 × | met |  |"
    assert (as_json(ROW)["ratio"], as_json(ROW)["verdict"], as_json(ROW)["goal"]) == (1.5, "met", "≥ 1.5")


def test_rounds_alternate_and_turn_round() -> None:
    """What drifts on the machine meets both alike."""
    order: list[str] = []

    def came(name: str) -> int:
        order.append(name)
        return len(order)

    answers = alternating({name: partial(came, name) for name in "ab"}, 3)
    assert "".join(order) == "abbaab"
    assert answers == {"a": [1, 4, 5], "b": [2, 3, 6]}


def test_a_single_round_has_no_spread() -> None:
    """And its 95th percentile is itself."""
    assert (spread([2.0]), p95([2.0])) == ("", 2.0)
    assert spread([2.0, 1.0]) == "1–2 in 2 rounds"
