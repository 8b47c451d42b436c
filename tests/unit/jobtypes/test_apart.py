"""A task done in a process of its own comes to what it comes to in this one."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sheaf import bootstrap
from sheaf.domain import paths
from sheaf.domain.errors import FailureCategory, FileProblem
from sheaf.domain.fields import Field, FieldType, RowMode
from sheaf.domain.jobs import RunOptions
from sheaf.domain.runs import Run
from sheaf.domain.tasks import Task
from sheaf.extraction.learning.learned import Learned
from sheaf.jobtypes import apart
from sheaf.ports.jobtype import JobType, Labelled, Learner, Outcome, Suggester
from sheaf.services import rows
from sheaf.services.kernel import Kernel
from sheaf.settings import Settings

NOW = datetime(2026, 11, 22, tzinfo=UTC)
FIELDS = (Field(name="sku"), Field(name="price", type=FieldType.AMOUNT, examples=("1,50 €",)))
RUN = Run(
    id="a" * 24,
    tenant="acme",
    job_id="b" * 24,
    number=1,
    fields=FIELDS,
    options=RunOptions(row_mode=RowMode.TABLE_ROW),
    created_at=NOW,
    last_active_at=NOW,
    shard_sizes=(1,),
)


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[Kernel]:
    """An installation as it is deployed."""
    made = bootstrap.kernel(Settings(data_dir=tmp_path / "data", max_file_bytes=3_000_000))
    yield made
    made.store.close()


def task(path: Path) -> Task:
    """The task of a file."""
    size = path.stat().st_size
    return Task(
        id="c" * 24,
        run_id=RUN.id,
        job_id=RUN.job_id,
        position="1",
        filename=path.name,
        file_url="upload:x",
        file_size=size,
        format="csv",
        blob="",
        created_at=NOW,
    )


def elsewhere(kernel: Kernel, job_type: JobType, path: Path) -> Outcome:
    """What the task comes to in a process of its own."""
    assert kernel.elsewhere is not None
    return kernel.elsewhere().execute(job_type.info, RUN, task(path), path, seconds=300)


@pytest.mark.parametrize("count", [1, 5_000], ids=["a row", "many rows"])
def test_it_comes_to_the_same_elsewhere(kernel: Kernel, tmp_path: Path, count: int) -> None:
    """The same rows, in order, as they are stored, and the same words about them."""
    path = tmp_path / "prices.csv"
    path.write_text("sku;price\n" + "".join(f"A-{number};{number},50 €\n" for number in range(count)), encoding="utf-8")
    job_type = kernel.job_types("extraction")
    here, there = job_type.execute(RUN, task(path), path), elsewhere(kernel, job_type, path)
    assert there.packed is not None
    assert list(there.packed) == [rows.pack(row) for row in here.rows]
    assert (there.rows_in, there.pages, there.engine) == (here.rows_in, here.pages, here.engine)
    assert list(there.notes) == list(here.notes)
    assert there.rows_in == count


@pytest.mark.parametrize(
    ("content", "category"),
    [(b"", FailureCategory.EMPTY), (b"%PDF-1.7\nnothing", FailureCategory.CORRUPT), (b"x" * 3_000_001, FailureCategory.TOO_LARGE)],
    ids=["empty", "corrupt", "larger than the installation allows"],
)
def test_what_cannot_be_read_fails_as_it_does_here(kernel: Kernel, tmp_path: Path, content: bytes, category: FailureCategory) -> None:
    """With the category that fits, and within the bounds of this installation."""
    path = tmp_path / "file.pdf"
    path.write_bytes(content)
    with pytest.raises(FileProblem) as caught:
        elsewhere(kernel, kernel.job_types("extraction"), path)
    assert caught.value.category is category


def test_what_is_loaded_ahead_can_be_loaded() -> None:
    """Every module that an idle process warms up with is there."""
    for name in apart.WARM:
        importlib.import_module(name)


def test_a_file_is_looked_at_elsewhere(kernel: Kernel, tmp_path: Path) -> None:
    """What it suggests comes to the same; one that cannot be read is refused alike."""
    path = tmp_path / "prices.csv"
    path.write_text("sku,price\nA-1,1.50\nA-2,2.75\n")
    job_type = kernel.job_types("extraction")
    assert isinstance(job_type, Suggester)
    assert kernel.elsewhere is not None
    sample = kernel.elsewhere().look(job_type.info, RUN, task(path), path, seconds=300)
    assert sample == job_type.look(RUN, task(path), path)
    assert [(one.name, one.type) for one in sample.sightings] == [("sku", FieldType.TEXT), ("price", FieldType.AMOUNT)]
    path.write_bytes(b"")
    with pytest.raises(FileProblem) as refused:
        kernel.elsewhere().look(job_type.info, RUN, task(path), path, seconds=300)
    assert refused.value.category is FailureCategory.EMPTY


def test_it_is_done_by_the_installations_own_settings(kernel: Kernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by those of the environment: what the job has learned lies in this installation's folder, and is read by."""
    monkeypatch.setenv("SHEAF_DATA_DIR", str(tmp_path / "another"))
    monkeypatch.setenv("SHEAF_MAX_FILE_BYTES", "5")
    kernel.blobs.put(paths.learned_object(RUN.tenant, RUN.job_id, 3), Learned(documents=3).encoded())
    path = tmp_path / "note.txt"
    path.write_text("sku: A-1\n")
    assert kernel.elsewhere is not None
    run = replace(RUN, learned=3, options=RunOptions())
    there = kernel.elsewhere().execute(kernel.job_types("extraction").info, run, task(path), path, seconds=300)
    assert there.engine == "embedded/embedded/1 learned/3"
    assert not (tmp_path / "another").exists()


def test_a_document_is_studied_elsewhere_and_learned_from(kernel: Kernel, tmp_path: Path) -> None:
    """It comes to the same as here; a table by nature teaches nothing."""
    job_type = kernel.job_types("extraction")
    assert isinstance(job_type, Learner)
    assert kernel.elsewhere is not None
    there, run = kernel.elsewhere(), replace(RUN, fields=(Field(name="kunnr"),), options=RunOptions())
    path, examples = tmp_path / "note.txt", []
    for number in range(4):
        path.write_text(f"Vorgang 77{number}12\nKennwort: QX-{4000 + number}\nAblagefach: LM-{number}\n")
        data = there.study(job_type.info, run, task(path), path, seconds=300)
        assert data == job_type.study(run, task(path), path)
        (tmp_path / str(number)).write_bytes(data)
        examples.append(Labelled(studied=tmp_path / str(number), rows={0: {"kunnr": f"QX-{4000 + number}"}}))
    lesson = there.learn(job_type.info, run, examples, seconds=300)
    assert lesson == job_type.learn(run, examples)
    assert (lesson.better, lesson.fields[0].labels) == (True, ("Kennwort",))
    path.write_text("sku;price\nA-1;1\nA-2;2\n")
    with pytest.raises(FileProblem, match="a table"):
        there.study(job_type.info, run, replace(task(path), filename="t.csv"), path, seconds=300)
