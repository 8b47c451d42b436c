"""Jobs and templates: names, changes, archiving."""

from __future__ import annotations

import threading

import pytest

from sheaf.domain import paths
from sheaf.domain.errors import Conflict, InvalidInput, NotFound, WrongState
from sheaf.domain.fields import Field
from sheaf.domain.states import JobStatus
from sheaf.services import jobs, runs, submit, templates
from tests.faults.kit import FIELDS, TENANT, Bench


def test_a_job_comes_with_its_first_run(engine: Bench) -> None:
    """Creating a job creates run 1, and its status is that run's."""
    view = jobs.create(engine.kernel, TENANT, name=" My  job ", type="tiny", fields=FIELDS)
    assert (view.job.name, view.status) == ("My job", JobStatus.READY)
    assert view.latest is not None
    assert (view.latest.number, view.latest.fields, view.latest.id) == (1, FIELDS, view.job.latest_run_id)
    assert jobs.get(engine.kernel, TENANT, view.job.id) == view


def test_a_job_may_begin_without_fields(engine: Bench) -> None:
    """Fields can come later, but a run without any cannot be submitted."""
    view = jobs.create(engine.kernel, TENANT, name="later", type="tiny")
    with pytest.raises(InvalidInput, match="no fields"):
        submit.submit(engine.kernel, TENANT, view.job.latest_run_id or "")


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\x00b"])
def test_a_name_is_printable_and_bounded(engine: Bench, name: str) -> None:
    """Empty, overlong and unprintable names are refused."""
    with pytest.raises(InvalidInput):
        jobs.create(engine.kernel, TENANT, name=name, type="tiny")


def test_names_are_unique_whatever_their_case(engine: Bench) -> None:
    """A second job of the same name is a conflict, in another tenant it is not."""
    jobs.create(engine.kernel, TENANT, name="Invoices", type="tiny")
    with pytest.raises(Conflict, match="Invoices"):
        jobs.create(engine.kernel, TENANT, name="  INVOICES", type="tiny")
    assert jobs.create(engine.kernel, "other", name="Invoices", type="tiny").job.name == "Invoices"


def test_of_many_creators_of_one_name_one_wins(engine: Bench) -> None:
    """Concurrent creators of the same name get the job or a conflict, nothing else."""
    answers: list[str] = []

    def create() -> None:
        try:
            jobs.create(engine.kernel, TENANT, name="same", type="tiny")
            answers.append("created")
        except Conflict:
            answers.append("conflict")

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["conflict"] * 7 + ["created"]


def test_renaming_frees_the_old_name_and_takes_the_new(engine: Bench) -> None:
    """After a rename the old name can be used and the new one cannot."""
    one = jobs.create(engine.kernel, TENANT, name="one", type="tiny").job
    assert jobs.update(engine.kernel, TENANT, one.id, name="two").job.name == "two"
    assert jobs.update(engine.kernel, TENANT, one.id, name="TWO").job.name == "TWO"
    jobs.create(engine.kernel, TENANT, name="one", type="tiny")
    with pytest.raises(Conflict):
        jobs.update(engine.kernel, TENANT, one.id, name="One")


def test_changes_do_not_reach_runs_that_exist(engine: Bench) -> None:
    """New fields hold for new runs alone."""
    view = jobs.create(engine.kernel, TENANT, name="job", type="tiny", fields=FIELDS)
    jobs.update(engine.kernel, TENANT, view.job.id, fields=[Field(name="total")])
    assert runs.get(engine.kernel, TENANT, view.job.latest_run_id or "").fields == FIELDS
    assert [f.name for f in runs.create(engine.kernel, TENANT, view.job.id).fields] == ["total"]


def test_an_archived_job_gives_its_name_away_and_stays_as_it_is(engine: Bench) -> None:
    """Nothing done to an archived job can take the name from whoever has it now."""
    old = jobs.create(engine.kernel, TENANT, name="name", type="tiny").job
    jobs.archive(engine.kernel, TENANT, old.id)
    new = jobs.create(engine.kernel, TENANT, name="name", type="tiny").job
    jobs.archive(engine.kernel, TENANT, old.id)
    with pytest.raises(WrongState):
        jobs.update(engine.kernel, TENANT, old.id, name="another")
    with pytest.raises(WrongState):
        runs.create(engine.kernel, TENANT, old.id)
    holder = engine.kernel.store.get(paths.unique_name(TENANT, "jobs", "name"))
    assert holder is not None
    assert holder.data["owner_id"] == new.id
    assert [view.job.id for view in jobs.listing(engine.kernel, TENANT).jobs] == [new.id]


def test_a_job_at_work_is_not_archived(engine: Bench) -> None:
    """Archiving waits for the latest run to end."""
    run = engine.get(engine.submitted([b"ok"]))
    with pytest.raises(WrongState, match="Cancel"):
        jobs.archive(engine.kernel, TENANT, run.job_id)


def test_jobs_are_listed_by_name_and_paged(engine: Bench) -> None:
    """Pages follow each other without gap, with the total on each."""
    for name in "cab":
        engine.job(name)
    first = jobs.listing(engine.kernel, TENANT, limit=2)
    rest = jobs.listing(engine.kernel, TENANT, limit=2, after=first.cursor)
    assert [view.job.name for view in (*first.jobs, *rest.jobs)] == ["a", "b", "c"]
    assert (first.total, rest.cursor) == (3, None)


def test_templates_are_found_changed_and_removed_by_name(engine: Bench) -> None:
    """A template's name is its own until it is renamed or removed."""
    made = templates.create(engine.kernel, TENANT, name="Invoice", fields=FIELDS)
    with pytest.raises(Conflict):
        templates.create(engine.kernel, TENANT, name="invoice", fields=FIELDS)
    templates.update(engine.kernel, TENANT, made.id, name="Bill", description="what is owed")
    assert templates.find(engine.kernel, TENANT, "BILL").description == "what is owed"
    with pytest.raises(NotFound):
        templates.find(engine.kernel, TENANT, "Invoice")
    templates.delete(engine.kernel, TENANT, made.id)
    assert templates.create(engine.kernel, TENANT, name="bill", fields=FIELDS).id != made.id
    with pytest.raises(NotFound):
        templates.get(engine.kernel, TENANT, made.id)
