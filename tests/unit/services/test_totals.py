"""What lists say of how many there are in all: exact where a counter knows, else counted no further than a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheaf.domain.states import RunStatus
from sheaf.services import jobs, progress, runs, totals
from tests.faults.kit import TENANT, Bench

if TYPE_CHECKING:
    import pytest


def test_counting_stops_at_the_bound(engine: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Among many records a page costs what it costs among few."""
    for number in range(4):
        jobs.create(engine.kernel, TENANT, name=f"job {number}")
    assert jobs.listing(engine.kernel, TENANT).total == 4
    monkeypatch.setattr(totals, "MAX_COUNTED", 3)
    assert jobs.listing(engine.kernel, TENANT).total == 3


def test_a_job_knows_its_runs_without_counting(engine: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The history of a job tells all its runs, however many; those of one status are counted up to the bound."""
    job = jobs.create(engine.kernel, TENANT, name="a job").job
    for _ in range(3):
        runs.create(engine.kernel, TENANT, job.id)
    monkeypatch.setattr(totals, "MAX_COUNTED", 2)
    page = runs.listing(engine.kernel, TENANT, job.id)
    assert (page.total, page.latest_run_id) == (4, page.runs[0].id)
    assert runs.listing(engine.kernel, TENANT, job.id, status=RunStatus.PENDING).total == 2


def test_several_runs_have_the_progress_that_each_has(engine: Bench) -> None:
    """Read together or one by one: the ended, the pending, and none at all."""
    ended = engine.finished([b"ok", b"corrupt"])
    pending = runs.create(engine.kernel, TENANT, ended.job_id)
    several = [ended, pending]
    assert progress.of_runs(engine.kernel, several) == [progress.of_run(engine.kernel, run) for run in several]
    assert progress.of_runs(engine.kernel, []) == []
