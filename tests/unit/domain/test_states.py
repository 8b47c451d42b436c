"""The state tables: total, connected, and drawn in the docs as they are."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from sheaf.domain.errors import WrongState
from sheaf.domain.states import (
    RUN_ACTIVE,
    RUN_ENDED,
    RUN_MOVES,
    STEPS,
    TASK_ENDED,
    TASK_MOVES,
    ConfigStep,
    JobStatus,
    Phase,
    RunStatus,
    TaskStatus,
    check_run_move,
    check_step_move,
    job_status,
)

DOCS = Path(__file__).parents[3] / "docs" / "states.md"
TABLES = [(RunStatus, RUN_MOVES, RunStatus.PENDING, RUN_ENDED), (TaskStatus, TASK_MOVES, TaskStatus.PENDING, TASK_ENDED)]
Moves = Mapping[str, frozenset[str]]


def reachable(moves: Moves, start: str) -> set[str]:
    """Every state that can be come to from ``start``."""
    seen, ahead = {start}, [start]
    while ahead:
        new = moves[ahead.pop()] - seen
        seen |= new
        ahead += new
    return seen


@pytest.mark.parametrize(("states", "moves", "start", "ended"), TABLES)
def test_tables_are_total_and_connected(states: type[RunStatus], moves: Moves, start: str, ended: frozenset[str]) -> None:
    """Every state has its line, can be reached, and has a way to an end."""
    assert set(moves) == set(states)
    assert reachable(moves, start) == set(states)
    assert all(reachable(moves, state) & ended for state in states)


@pytest.mark.parametrize(("states", "moves", "start", "ended"), TABLES)
def test_what_succeeded_or_was_cancelled_stays_so(states: type[RunStatus], moves: Moves, start: str, ended: frozenset[str]) -> None:
    """No move leads out of completed or cancelled, and every other end is left through a retry alone."""
    assert states
    assert start not in ended
    assert not moves["completed"]
    assert not moves["cancelled"]
    assert {state for state in ended if moves[state]} <= {"failed", "partially_completed"}


def test_a_run_is_pending_active_or_ended() -> None:
    """The three groups of run states do not overlap and leave none out."""
    groups = [{RunStatus.PENDING}, RUN_ACTIVE, RUN_ENDED]
    assert set().union(*groups) == set(RunStatus)
    assert not any(a & b for a, b in itertools.combinations(groups, 2))


@pytest.mark.parametrize(("source", "target"), list(itertools.product(RunStatus, RunStatus)))
def test_a_move_outside_the_table_is_refused(source: RunStatus, target: RunStatus) -> None:
    """The check lets exactly the table's moves pass."""
    if target in RUN_MOVES[source]:
        check_run_move(source, target)
    else:
        with pytest.raises(WrongState, match=target):
            check_run_move(source, target)


@pytest.mark.parametrize(("source", "target"), list(itertools.product(STEPS, STEPS)))
def test_the_wizard_goes_one_step_on_or_any_back(source: ConfigStep, target: ConfigStep) -> None:
    """Steps are never skipped, submitted is reached by submitting alone, and left never."""
    one_on = STEPS.index(target) <= STEPS.index(source) + 1
    if ConfigStep.SUBMITTED not in {source, target} and one_on:
        check_step_move(source, target)
    else:
        with pytest.raises(WrongState):
            check_step_move(source, target)


def test_a_job_has_a_status_whatever_its_latest_run_does() -> None:
    """Every run state, and no run at all, stands for one of the four."""
    assert job_status(None) is JobStatus.READY
    assert {job_status(status) for status in RunStatus} == set(JobStatus)


def drawn(title: str) -> set[tuple[str, str]]:
    """The arrows of the diagram below a heading of the docs, the ones from the start and to the end left out."""
    section = DOCS.read_text(encoding="utf-8").split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]
    arrows = re.findall(r"^\s*(\S+) --> (\S+)", section, flags=re.MULTILINE)
    return {(a, b) for a, b in arrows if "[*]" not in {a, b}}


@pytest.mark.parametrize(("title", "moves"), [("Run", RUN_MOVES), ("Task", TASK_MOVES)])
def test_the_docs_draw_the_tables(title: str, moves: Moves) -> None:
    """The diagram has the table's moves and no other."""
    assert drawn(title) == {(source, target) for source, targets in moves.items() for target in targets}


def test_the_docs_draw_the_wizard() -> None:
    """The wizard's diagram has every move that the check lets pass, and submitting."""
    open_ = [step for step in STEPS if step is not ConfigStep.SUBMITTED]
    on = {(a, b) for a, b in itertools.pairwise(STEPS)}
    back = {(b, a) for a, b in itertools.combinations(open_, 2)}
    assert drawn("Wizard") == on | back


def test_the_docs_name_every_phase_and_status() -> None:
    """Whoever reads the docs meets every word that the API shows."""
    text = DOCS.read_text(encoding="utf-8")
    words = [*RunStatus, *TaskStatus, *Phase, *JobStatus]
    assert [word for word in words if f"`{word}`" not in text and f" {word}" not in text] == []
