"""What comes of reviewed values: learning, scores, comparisons; and fields suggested from files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sheaf.client.answers import awaited, each, read, told
from sheaf.client.calls import Calls
from sheaf.client.models import LearnedChoice, LearnedList, LearnedVersion, RunComparison, RunEvaluation, SuggestionList
from sheaf.domain.learning import LearningStatus
from sheaf.domain.suggestions import SuggestingStatus


@dataclass(frozen=True, slots=True)
class Learned:
    """Versions of what a job has learned from edits."""

    calls: Calls

    def ask(self, job_id: str) -> LearnedVersion:
        """Have the worker make a further version; raises BadRequest (``too_few_examples``) for fewer than three documents with edits."""
        return read(LearnedVersion, self.calls.post(f"/api/jobs/{job_id}/learned"))

    def learn(self, job_id: str, *, seconds: float | None = None) -> LearnedVersion:
        """The same, and what came of it; raises Unavailable (``still_working``) where that takes longer than so many seconds."""
        number = self.ask(job_id).version
        return awaited(lambda: self._version(job_id, number), lambda one: one.status is not LearningStatus.TRAINING, "Learning", seconds)

    def _version(self, job_id: str, number: int) -> LearnedVersion:
        return next(one for one in self.list(job_id) if one.version == number)

    def list(self, job_id: str) -> Iterator[LearnedVersion]:
        """The versions, the newest first."""
        return each(LearnedVersion, self.calls.pages(f"/api/jobs/{job_id}/learned", "versions"))

    def use(self, job_id: str, version: int) -> LearnedList:
        """Have new runs read by an accepted version; by rules alone for 0."""
        return read(LearnedList, self.calls.put(f"/api/jobs/{job_id}/learned", told(LearnedChoice(version=version))))


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Fields that a run's files suggest; the job's latest run where none is named."""

    calls: Calls

    def ask(self, job_id: str, run_id: str | None = None) -> SuggestionList:
        """Have the worker look at the run's first files."""
        return read(SuggestionList, self.calls.post(f"/api/jobs/{job_id}/suggestions", run_id=run_id))

    def get(self, job_id: str, run_id: str | None = None) -> SuggestionList:
        """What was suggested last; raises NotThere where nobody asked."""
        return read(SuggestionList, self.calls.get(f"/api/jobs/{job_id}/suggestions", run_id=run_id))

    def suggest(self, job_id: str, run_id: str | None = None, *, seconds: float | None = None) -> SuggestionList:
        """Ask, and answer what is suggested; raises Unavailable (``still_working``) where that takes longer than so many seconds."""
        asked = self.ask(job_id, run_id).job_run_id
        return awaited(lambda: self.get(job_id, asked), lambda one: one.status is not SuggestingStatus.READING, "Suggesting", seconds)


@dataclass(frozen=True, slots=True)
class Evaluations:
    """Runs scored by what people said of values, and compared with one another."""

    calls: Calls

    def of_run(self, job_id: str, run_id: str | None = None) -> RunEvaluation:
        """A run's scores by engine and field."""
        return read(RunEvaluation, self.calls.get(f"/api/jobs/{job_id}/evaluation", run_id=run_id))

    def compare(self, job_id: str, run_id: str, other_run_id: str) -> Iterator[RunComparison]:
        """Where two runs differ, page after page; one of them has the totals."""
        path = f"/api/jobs/{job_id}/comparison"
        return each(RunComparison, self.calls.each_page(path, run_id=run_id, other_run_id=other_run_id))
