"""Jobs: saved work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sheaf.client.answers import each, read, told
from sheaf.client.calls import Calls
from sheaf.client.models import Job, JobChange, JobInput


@dataclass(frozen=True, slots=True)
class Jobs:
    """Saved work: which fields to read, and what every run of it starts from."""

    calls: Calls

    def list(self, *, archived: bool = False) -> Iterator[Job]:
        """Every job by name, or the archived ones."""
        return each(Job, self.calls.pages("/api/jobs", "jobs", archived=archived))

    def get(self, job_id: str) -> Job:
        """One job; raises NotThere."""
        return read(Job, self.calls.get(f"/api/jobs/{job_id}"))

    def find(self, name: str) -> Job | None:
        """The job of that name, whatever its case; None where there is none."""
        return next(each(Job, self.calls.get("/api/jobs", name=name)["jobs"]), None)

    def create(self, job: JobInput, *, key: str = "") -> Job:
        """Save a job and create its first run; raises Refused where the name is taken. ``key`` makes it safe to repeat by the caller."""
        return read(Job, self.calls.post("/api/jobs", told(job), key=key))

    def change(self, job_id: str, change: JobChange) -> Job:
        """Change what is given; runs that exist keep what they were created with."""
        return read(Job, self.calls.patch(f"/api/jobs/{job_id}", told(change)))

    def archive(self, job_id: str) -> None:
        """Take it out of the list; its runs and their results stay readable."""
        self.calls.delete(f"/api/jobs/{job_id}")
