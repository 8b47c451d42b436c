"""Files that do harm to whoever learns from them: they teach nothing, the version says so, and no worker goes down."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sheaf.domain.edits import Verdict
from sheaf.domain.learning import LearnedVersion, LearningStatus
from sheaf.services import edits, learning, runs
from sheaf.services.edits import Change
from tests.faults import hostile
from tests.faults.kit import TENANT, Bench

GOOD = (b"ok", b"ok 1", b"ok 2", b"ok 3")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """An installation whose files are read, and learned from, apart."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    with hostile.reading_apart() as made:
        yield made


def taught(engine: Bench, *contents: bytes) -> LearnedVersion:
    """What a job learns from files of which every value was accepted."""
    run_id = engine.submitted(contents)
    engine.heal()
    run = runs.get(engine.kernel, TENANT, run_id)
    files = engine.tasks(run_id)
    edits.make(engine.kernel, run, [Change(file_id=one.id, row=0, field="text", verdict=Verdict.ACCEPTED) for one in files], by="p")
    learning.request(engine.kernel, TENANT, run.job_id)
    engine.heal()
    return learning.history(engine.kernel, TENANT, run.job_id).versions[0]


def test_files_that_do_harm_teach_nothing(engine: Bench) -> None:
    """The others do; each that was left out is counted by its reason."""
    version = taught(engine, *GOOD, b"later hang", b"later crash")
    assert (version.status, version.documents) == (LearningStatus.ACCEPTED, len(GOOD))
    assert version.left_out == {"timeout": 1, "crashed": 1}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory (setrlimit(2))")
def test_files_that_swell_teach_nothing(engine: Bench) -> None:
    """They fail as too large, in a process of their own."""
    assert taught(engine, *GOOD, b"later swell").left_out == {"too_large": 1}


@pytest.mark.parametrize(("harm", "said"), [(b"at last hang", "not done within"), (b"at last crash", "ended")], ids=["hangs", "crashes"])
def test_learning_that_does_harm_fails_the_version(engine: Bench, harm: bytes, said: str) -> None:
    """What one file does to all of them together is told with the version; the job reads on by what it has."""
    version = taught(engine, *GOOD, harm)
    assert version.status is LearningStatus.FAILED
    assert said in (version.error_message or "")
