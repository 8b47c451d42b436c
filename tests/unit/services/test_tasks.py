"""Tasks by what they show, by what failed, and by what their files are of."""

from __future__ import annotations

import pytest

from sheaf.domain.errors import FailureCategory
from sheaf.domain.fields import Field
from sheaf.domain.states import TaskStatus
from sheaf.domain.tasks import Link, shown_status
from sheaf.services import files, jobs, progress, retry, tasks
from sheaf.services.files import NewFile
from tests.faults.kit import TENANT, Bench, packed


def test_every_status_finds_the_tasks_that_show_it(engine: Bench) -> None:
    """Before, during and after a run, and in a later round; the pages of all statuses together are the run."""
    run_id = engine.submitted([b"ok", b"corrupt", b"flaky 1", b"ok"])
    for step in (lambda: None, engine.drain, engine.heal, lambda: retry.retry_failed(engine.kernel, TENANT, run_id), engine.drain):
        step()
        run = engine.get(run_id)
        everything = tasks.listing(engine.kernel, run, limit=100).tasks
        by_status = {status: tasks.listing(engine.kernel, run, status=status, limit=100).tasks for status in TaskStatus}
        assert all(shown_status(task, run) is status for status, found in by_status.items() for task in found)
        assert sorted(task.id for found in by_status.values() for task in found) == sorted(task.id for task in everything)


def test_failures_of_an_earlier_round_are_none_while_they_are_tried_again(engine: Bench) -> None:
    """What is counted is what is named."""
    run = engine.finished([b"corrupt", b"boom", b"corrupt", b"ok"])

    def failed() -> dict[FailureCategory, tuple[int, int]]:
        now = engine.get(run.id)
        groups = tasks.failures(engine.kernel, now, progress.counts(engine.kernel, now))
        return {group.category: (group.count, len(group.examples)) for group in groups}

    both = {FailureCategory.CORRUPT: (2, 2), FailureCategory.INTERNAL: (1, 1)}
    assert failed() == both
    retry.retry_failed(engine.kernel, TENANT, run.id)
    assert failed() == {}
    engine.heal()
    assert failed() == both


@pytest.mark.parametrize("tenant", ["acme", "other"])
def test_no_tenant_finds_another_s_files(engine: Bench, tenant: str) -> None:
    """Though both hold files of one origin, record and attachment."""
    for owner in ("acme", "other"):
        job = jobs.create(engine.kernel, owner, name="job", type="tiny", fields=[Field(name="text")]).job
        new = NewFile(name="a.txt", url="gs://bucket/a.txt", link=Link(record_id="r", attachment_id="a"))
        files.announce(engine.kernel, owner, job.latest_run_id or "", [new])
    found = [
        tasks.of_file(engine.kernel, tenant, "gs://bucket/a.txt"),
        tasks.of_record(engine.kernel, tenant, record_id="r", attachment_id=None),
        tasks.of_record(engine.kernel, tenant, record_id=None, attachment_id="a"),
        tasks.of_record(engine.kernel, tenant, record_id="r", attachment_id="a"),
    ]
    assert [[(run.tenant, task.tenant) for run, task in page.found] for page in found] == [[(tenant, tenant)]] * 4


def test_members_of_a_container_belong_to_its_tenant(engine: Bench) -> None:
    """So that they, too, are found by where they came from."""
    run = engine.finished([packed({"a.txt": b"ok"})])
    member = engine.tasks(run.id)[1]
    assert [task.id for _, task in tasks.of_file(engine.kernel, TENANT, member.file_url).found] == [member.id]
