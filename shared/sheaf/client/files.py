"""Files: what a run reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sheaf.client.answers import each, read
from sheaf.client.calls import Calls
from sheaf.client.models import RunFile
from sheaf.client.uploading import Count, LocalFile, send


def _uncounted(_: int) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a run, which can change until it is submitted; the job's latest run where none is named."""

    calls: Calls

    def add(
        self, job_id: str, files: Iterable[Path | LocalFile], run_id: str | None = None, *, count: Count = _uncounted
    ) -> tuple[RunFile, ...]:
        """Send files of this machine, in their order; ``count`` is told of bytes as they go.

        Raises OSError before the first is sent when one of them is not there.
        """
        chosen = [one if isinstance(one, LocalFile) else LocalFile.at(one) for one in files]
        return tuple(each(RunFile, send(self.calls, job_id, run_id, chosen, count)))

    def list(self, job_id: str, run_id: str | None = None) -> Iterator[RunFile]:
        """A run's files in the order they were given."""
        return each(RunFile, self.calls.pages(f"/api/jobs/{job_id}/files", "files", run_id=run_id))

    def get(self, job_id: str, file_id: str, run_id: str | None = None) -> RunFile:
        """One file; raises NotThere."""
        return read(RunFile, self.calls.get(f"/api/jobs/{job_id}/files/{file_id}", run_id=run_id))

    def remove(self, job_id: str, file_id: str, run_id: str | None = None) -> None:
        """Take a file out of a run that is not submitted."""
        self.calls.delete(f"/api/jobs/{job_id}/files/{file_id}", run_id=run_id)
