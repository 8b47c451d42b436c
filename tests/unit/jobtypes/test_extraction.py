"""The extraction job type: what it hands to an engine, and what it makes of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sheaf import bootstrap
from sheaf.documents.model import Document
from sheaf.domain.fields import Field, RowMode
from sheaf.domain.rows import MISSING, Row
from sheaf.domain.runs import Run
from sheaf.domain.tasks import Task
from sheaf.extraction.engine import Extraction, Source
from sheaf.jobtypes.extraction import Extraction as ExtractionJob

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Recording:
    """An engine that keeps what it is handed."""

    name: str = "recording"
    version: str = "1"
    sources: list[Source | None] = field(default_factory=list)

    def extract(
        self,
        document: Document,  # noqa: ARG002 - the engine's contract
        fields: Sequence[Field],
        *,
        rows: RowMode = RowMode.FILE,  # noqa: ARG002 - the engine's contract
        source: Source | None = None,
    ) -> Extraction:
        """One row of nothing."""
        self.sources.append(source)
        return Extraction(rows=[Row(cells={one.name: MISSING for one in fields})])


def test_an_engine_is_handed_the_file_under_its_owners_name(tmp_path: Path) -> None:
    """Whatever the file is called where it lies, the engine knows its path and the name its owner gave it."""
    path = tmp_path / "blob"
    path.write_text("Invoice no: 17\n")
    engine = Recording()
    job = ExtractionJob(engines=lambda _: engine, formats=bootstrap.formats())
    run = Run(id="r", tenant="t", job_id="j", number=1, fields=(Field(name="a"),), created_at=NOW, last_active_at=NOW)
    task = Task(
        id="k", run_id="r", job_id="j", position="0", filename="facture n° 17.txt", file_url="upload:", file_size=16, format="text",
        blob="b", created_at=NOW,
    )  # fmt: skip
    job.execute(run, task, path)
    [source] = engine.sources
    assert source is not None
    assert (source.path, source.name) == (path, "facture n° 17.txt")
