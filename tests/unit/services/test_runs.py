"""The life of a run before the work: created, set up step by step, submitted."""

from __future__ import annotations

from contextlib import suppress

import pytest

from sheaf.domain.errors import Conflict, InvalidInput, NotFound, WrongState
from sheaf.domain.fields import Field
from sheaf.domain.jobs import RunOptions
from sheaf.domain.runs import Origin
from sheaf.domain.states import ConfigStep, RunStatus
from sheaf.services import files, jobs, runs, submit, templates
from sheaf.services.files import NewFile
from tests.faults.kit import FIELDS, TENANT, Bench
from tests.faults.tools import Call, watched

OTHER = (Field(name="other"),)


def test_runs_are_numbered_and_the_newest_is_the_latest(engine: Bench) -> None:
    """Each further run is the job's latest, and none is named twice."""
    job = engine.job()
    made = [runs.create(engine.kernel, TENANT, job) for _ in range(3)]
    assert [run.number for run in made] == [2, 3, 4]
    page = runs.listing(engine.kernel, TENANT, job)
    assert ([run.number for run in page.runs], page.total) == ([4, 3, 2, 1], 4)
    assert runs.of_job(engine.kernel, TENANT, job, None).id == made[-1].id


def test_a_clone_brings_fields_and_options(engine: Bench) -> None:
    """A clone starts from another run, not from the job."""
    job = engine.job()
    source = runs.create(engine.kernel, TENANT, job)
    runs.configure(engine.kernel, TENANT, source.id, fields=OTHER, options=RunOptions(persist_data=False))
    clone = runs.create(engine.kernel, TENANT, job, clone_from_run_id=source.id)
    assert (clone.fields, clone.options.persist_data) == (OTHER, False)
    assert (clone.origin, clone.cloned_from, clone.status) == (Origin.CLONE, source.id, RunStatus.PENDING)


def test_a_template_brings_fields(engine: Bench) -> None:
    """A run can start from a template, which later changes do not reach."""
    template = templates.create(engine.kernel, TENANT, name="t", fields=OTHER)
    run = runs.create(engine.kernel, TENANT, engine.job(), template_id=template.id)
    templates.update(engine.kernel, TENANT, template.id, fields=FIELDS)
    assert (engine.get(run.id).fields, run.origin, run.template_id) == (OTHER, Origin.TEMPLATE, template.id)


def test_one_source_at_a_time(engine: Bench) -> None:
    """A run cannot start from a run and a template, nor from what is not there."""
    job = engine.job()
    with pytest.raises(WrongState):
        runs.create(engine.kernel, TENANT, job, clone_from_run_id="a", template_id="b")
    with pytest.raises(NotFound):
        runs.create(engine.kernel, TENANT, job, clone_from_run_id="nothing")
    with pytest.raises(NotFound):
        runs.create(engine.kernel, TENANT, "nothing")


def test_a_run_of_another_job_is_not_found_under_this_one(engine: Bench) -> None:
    """A run is addressed through its own job alone."""
    one, two = engine.job("one"), engine.job("two")
    run = runs.create(engine.kernel, TENANT, one)
    with pytest.raises(NotFound):
        runs.of_job(engine.kernel, TENANT, two, run.id)
    with pytest.raises(NotFound):
        runs.get(engine.kernel, "another", run.id)


def test_the_wizard_goes_back_and_forth_until_submitted(engine: Bench) -> None:
    """Steps follow each other, go back freely, and are final once submitted."""
    run_id = engine.run([b"ok"])
    for step in (ConfigStep.FIELDS, ConfigStep.REVIEW, ConfigStep.UPLOAD, ConfigStep.FIELDS):
        assert runs.go_to(engine.kernel, TENANT, run_id, step).config_step is step
    with pytest.raises(WrongState):
        runs.go_to(engine.kernel, TENANT, run_id, ConfigStep.SUBMITTED)
    assert submit.submit(engine.kernel, TENANT, run_id).config_step is ConfigStep.SUBMITTED
    with pytest.raises(WrongState):
        runs.go_to(engine.kernel, TENANT, run_id, ConfigStep.UPLOAD)
    with pytest.raises(WrongState):
        runs.configure(engine.kernel, TENANT, run_id, fields=OTHER)


def test_a_run_without_files_is_not_submitted(engine: Bench) -> None:
    """Submitting says what is missing."""
    with pytest.raises(InvalidInput, match="no files"):
        submit.submit(engine.kernel, TENANT, engine.run([]))


def test_a_run_waits_for_announced_files(engine: Bench) -> None:
    """A file that was announced and has not arrived holds the submit up until it arrives or is removed."""
    run_id = engine.run([b"ok"])
    [announced] = files.announce(engine.kernel, TENANT, run_id, [NewFile(name="late.txt")])
    with pytest.raises(Conflict, match=r"late\.txt"):
        submit.submit(engine.kernel, TENANT, run_id)
    with pytest.raises(Conflict, match="not arrived"):
        files.arrived(engine.kernel, TENANT, run_id, announced.id)
    engine.kernel.blobs.put(announced.blob, b"ok")
    known = files.arrived(engine.kernel, TENANT, run_id, announced.id)
    assert (known.file_size, known.format, known.uploaded) == (2, "text", True)
    assert files.arrived(engine.kernel, TENANT, run_id, announced.id) == known
    submit.submit(engine.kernel, TENANT, run_id)
    engine.heal()
    assert engine.get(run_id).counts.completed == 2


def test_submitting_again_changes_nothing(engine: Bench) -> None:
    """A repeated submit answers the run as it is, submitted or at work."""
    run_id = engine.submitted([b"ok"])
    first = engine.get(run_id)
    assert submit.submit(engine.kernel, TENANT, run_id) == first
    while engine.get(run_id).status is RunStatus.SUBMITTED:
        engine.deliver(engine.queue.due()[0])
    assert submit.submit(engine.kernel, TENANT, run_id).status is RunStatus.IN_PROGRESS
    engine.heal()
    assert engine.get(run_id).round == 1


@pytest.mark.parametrize(
    ("contents", "status"), [([b"ok"], "completed"), ([b"corrupt"], "failed"), ([b"ok", b"corrupt"], "partially_completed")]
)
def test_what_has_ended_is_not_submitted_again(engine: Bench, contents: list[bytes], status: str) -> None:
    """The refusal says where the run stands and what to do, and leaves it as it is."""
    run = engine.finished(contents)
    with pytest.raises(WrongState, match=f"it is {status}. Create a further run: sheaf runs create"):
        submit.submit(engine.kernel, TENANT, run.id)
    assert engine.get(run.id) == run


def test_a_job_follows_its_latest_run(engine: Bench) -> None:
    """The job's status is READY, RUNNING, then what the run came to."""
    job = engine.job()
    run_id = engine.run([b"corrupt"], job_id=job)
    seen = [jobs.get(engine.kernel, TENANT, job).status]
    submit.submit(engine.kernel, TENANT, run_id)
    seen.append(jobs.get(engine.kernel, TENANT, job).status)
    engine.heal()
    seen.append(jobs.get(engine.kernel, TENANT, job).status)
    assert seen == ["READY", "RUNNING", "FAILED"]


class AnnounceDuring:
    """Announces a file, or takes the only one away, at the n-th store call of somebody else."""

    def __init__(self, engine: Bench, run_id: str, number: int, *, take_away: bool) -> None:
        self.engine, self.run_id, self.left, self.take_away = engine, run_id, number, take_away
        self.happened = False

    def before(self, call: Call) -> None:
        """See the tools' Hook."""
        if call.port == "store":
            if self.left == 0:
                self.change()
            self.left -= 1

    def change(self) -> None:
        """Change the files, if that is still allowed."""
        with suppress(WrongState):
            if self.take_away:
                files.remove(self.engine.kernel, TENANT, self.run_id, self.engine.tasks(self.run_id)[0].id)
            else:
                files.announce(self.engine.kernel, TENANT, self.run_id, [NewFile(name="late.txt")])
            self.happened = True

    def after(self, call: Call) -> None:
        """See the tools' Hook."""


@pytest.mark.parametrize("take_away", [False, True])
@pytest.mark.parametrize("number", range(7))
def test_files_that_change_during_the_submit_are_seen_by_it(engine: Bench, number: int, *, take_away: bool) -> None:
    """At whatever call of the submit a file is announced or taken away: the submit refuses, or the change does."""
    run_id = engine.run([b"ok"])
    during = AnnounceDuring(engine, run_id, number, take_away=take_away)
    with suppress(Conflict, InvalidInput):
        submit.submit(watched(engine.kernel, during), TENANT, run_id)
    assert engine.get(run_id).status is (RunStatus.PENDING if during.happened else RunStatus.SUBMITTED)
