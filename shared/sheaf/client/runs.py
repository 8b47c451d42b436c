"""Runs: isolated executions of a job. Where no run is named, the job's latest is meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sheaf.client.answers import awaited, each, read, told
from sheaf.client.calls import Calls
from sheaf.client.models import (
    Cancellation,
    Failure,
    Field,
    FieldSet,
    FieldSetInput,
    OptionSet,
    OptionSetInput,
    Progress,
    Rule,
    RuleSet,
    RuleSetInput,
    Run,
    RunCost,
    RunInput,
    RunOptions,
    RunSummary,
    Task,
)
from sheaf.domain.states import RUN_ENDED, RunStatus, TaskStatus


@dataclass(frozen=True, slots=True)
class Runs:
    """Executions of a job: set up, set going, followed."""

    calls: Calls

    def list(self, job_id: str, *, status: RunStatus | None = None) -> Iterator[RunSummary]:
        """A job's runs, newest first."""
        return each(RunSummary, self.calls.pages(f"/api/jobs/{job_id}/runs", "runs", status=status))

    def get(self, job_id: str, run_id: str) -> Run:
        """One run with its set-up; raises NotThere."""
        return read(Run, self.calls.get(f"/api/jobs/{job_id}/runs/{run_id}"))

    def create(self, job_id: str, start: RunInput | None = None, *, key: str = "") -> Run:
        """A further run, from the job's set-up unless ``start`` names another; it becomes the job's latest."""
        return read(Run, self.calls.post(f"/api/jobs/{job_id}/runs", told(start or RunInput()), key=key))

    def set_fields(self, job_id: str, fields: Sequence[Field], run_id: str | None = None) -> FieldSet:
        """What the run is to read; raises Refused once it is submitted."""
        body = told(FieldSetInput(fields=list(fields)))
        return read(FieldSet, self.calls.put(f"/api/jobs/{job_id}/fields", body, run_id=run_id))

    def rules(self, job_id: str, run_id: str | None = None) -> RuleSet:
        """What must hold of the run's rows."""
        return read(RuleSet, self.calls.get(f"/api/jobs/{job_id}/rules", run_id=run_id))

    def set_rules(self, job_id: str, rules: Sequence[Rule], run_id: str | None = None) -> RuleSet:
        """What must hold of its rows; raises BadRequest (``bad_rule``) for a check that cannot be understood."""
        body = told(RuleSetInput(rules=list(rules)))
        return read(RuleSet, self.calls.put(f"/api/jobs/{job_id}/rules", body, run_id=run_id))

    def set_options(self, job_id: str, options: RunOptions, run_id: str | None = None) -> OptionSet:
        """How it is carried out; what is left out becomes its default."""
        body = told(OptionSetInput(options=options))
        return read(OptionSet, self.calls.put(f"/api/jobs/{job_id}/options", body, run_id=run_id))

    def submit(self, job_id: str, run_id: str | None = None) -> Run:
        """Set it going; from then on its files and fields are final. Submitting it again changes nothing."""
        return read(Run, self.calls.post(f"/api/jobs/{job_id}/submit", run_id=run_id))

    def progress(self, job_id: str, run_id: str | None = None) -> Progress:
        """How far it is."""
        return read(Progress, self.calls.get(f"/api/jobs/{job_id}/progress", run_id=run_id))

    def cost(self, job_id: str, run_id: str | None = None) -> RunCost:
        """What it is expected to cost, until it has ended, and what it has cost."""
        return read(RunCost, self.calls.get(f"/api/jobs/{job_id}/cost", run_id=run_id))

    def wait(self, job_id: str, run_id: str | None = None, *, seconds: float | None = None) -> Progress:
        """How it ended, once it has; raises Unavailable (``still_working``) where that takes longer than so many seconds."""
        named = run_id or self.progress(job_id).job_run_id
        return awaited(lambda: self.progress(job_id, named), lambda now: now.status in RUN_ENDED, "The run", seconds)

    def cancel(self, job_id: str, run_id: str | None = None) -> Cancellation:
        """Stop it for good; what has been read is kept."""
        return read(Cancellation, self.calls.post(f"/api/jobs/{job_id}/cancel", run_id=run_id))

    def retry(self, job_id: str, run_id: str | None = None) -> Run:
        """Try its failed files again."""
        return read(Run, self.calls.post(f"/api/jobs/{job_id}/retry", run_id=run_id))

    def tasks(self, job_id: str, run_id: str | None = None, *, status: TaskStatus | None = None) -> Iterator[Task]:
        """What became of each file."""
        return each(Task, self.calls.pages(f"/api/jobs/{job_id}/tasks", "tasks", run_id=run_id, status=status))

    def failures(self, job_id: str, run_id: str | None = None) -> tuple[Failure, ...]:
        """Why files failed, by category."""
        return tuple(each(Failure, self.calls.get(f"/api/jobs/{job_id}/failures", run_id=run_id)["failures"]))
