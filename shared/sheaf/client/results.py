"""Results: rows with where each value was read, what people say of values, and exports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Literal

from sheaf.client.answers import each, told
from sheaf.client.calls import Calls
from sheaf.client.models import CellHistory, Change, EditedRow, EditsInput, Row, RowFilter

#: Formats of an export, and the last part of its route.
Format = Literal["csv", "excel", "json", "jsonl"]


@dataclass(frozen=True, slots=True)
class Results:
    """Rows of a run; the job's latest where none is named."""

    calls: Calls

    def rows(self, job_id: str, run_id: str | None = None, *, where: RowFilter | None = None) -> Iterator[Row]:
        """Rows in the files' order, those that pass the filter; a failed file has one that says why. Pages are read as they are needed."""
        chosen = (told(where) if where else {}) | ({"run_id": run_id} if run_id else {})
        return each(Row, self.calls.pages(f"/api/jobs/{job_id}/results", "rows", **chosen))

    def export(
        self,
        job_id: str,
        target: IO[bytes],
        kind: Format = "csv",
        run_id: str | None = None,
        *,
        where: RowFilter | None = None,
        sources: bool = False,
        columns: Sequence[str] = (),
    ) -> None:
        """Stream the rows as a file; with ``sources`` each value has columns that say how sure it is and where it stands."""
        chosen = (told(where) if where else {}) | ({"run_id": run_id} if run_id else {})
        self.calls.download(f"/api/jobs/{job_id}/export/{kind}", target, sources=sources, columns=",".join(columns) or None, **chosen)


@dataclass(frozen=True, slots=True)
class Edits:
    """What people say of values."""

    calls: Calls

    def make(self, job_id: str, changes: Sequence[Change], run_id: str | None = None) -> tuple[EditedRow, ...]:
        """Accept, correct or reject values of a run; answers their rows. Raises Refused (``edited_since``) where somebody was faster."""
        body = told(EditsInput(edits=list(changes)))
        return tuple(each(EditedRow, self.calls.post(f"/api/jobs/{job_id}/edits", body, run_id=run_id)["rows"]))

    def history(self, job_id: str) -> Iterator[CellHistory]:
        """All that was said of a job's values, those spoken of last at the end."""
        return each(CellHistory, self.calls.pages(f"/api/jobs/{job_id}/edits", "cells"))
