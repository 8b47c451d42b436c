"""Workers of the embedded runtime: killed, hanging or dying of a file, they lose nothing and count nothing twice."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from sheaf.domain.fields import Field
from sheaf.domain.runs import Run
from sheaf.domain.states import RunStatus
from sheaf.domain.tasks import Task
from sheaf.embedded import presence
from sheaf.embedded.installation import Installation, opened
from sheaf.embedded.work import Workforce
from sheaf.services import events, files, jobs, progress, results, runs, submit
from sheaf.services.files import NewFile
from sheaf.settings import Settings

TENANT = "default"
COMMAND = (sys.executable, str(Path(__file__).with_name("scripted.py")))


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """An installation of its own, with a place for the scripts' marks."""
    (tmp_path / "marks").mkdir()
    monkeypatch.setenv("MARKS", str(tmp_path / "marks"))
    with opened(Settings(data_dir=tmp_path / "data", log_level="CRITICAL", sweep_seconds=1.0)) as made:
        yield made


def _submitted(here: Installation, contents: Sequence[str]) -> Run:
    job = jobs.create(here.kernel, TENANT, name="Scripted", fields=[Field(name="name")]).job
    run = runs.of_job(here.kernel, TENANT, job.id, None)
    for number, content in enumerate(contents):
        files.add(here.kernel, TENANT, run.id, NewFile(name=f"{number}.txt"), io.BytesIO(content.encode()))
    return submit.submit(here.kernel, TENANT, run.id)


def _until(holds: Callable[[], bool]) -> None:
    waiting = threading.Event()
    for _ in range(12_000):
        if holds():
            return
        waiting.wait(0.02)
    pytest.fail("it never came to hold")


def _finished(here: Installation, run: Run) -> Run:
    _until(lambda: progress.of(here.kernel, TENANT, run.id).run.ended)
    return runs.get(here.kernel, TENANT, run.id)


def _check_exact(here: Installation, run: Run, total: int) -> None:
    """Every file is there once, counted once, and the run has finished once."""
    assert run.status is RunStatus.COMPLETED
    assert (run.tasks_total, run.counts.completed, run.counts.done) == (total, total, total)
    assert [row.task.filename for row in results.stream(here.kernel, run)] == [f"{number}.txt" for number in range(total)]
    log = events.log(here.kernel, TENANT, run.id).events
    assert [event.kind for event in log].count("finished") == 1


def _tasks(here: Installation, run: Run) -> list[Task]:
    return files.listing(here.kernel, TENANT, run.id, limit=500).files


def test_killed_workers_lose_nothing(installation: Installation) -> None:
    """Workers are killed while they read; the files they held are read by others."""
    run = _submitted(installation, ["slow"] * 120)
    with Workforce(installation, workers=2, command=COMMAND) as force:
        for _ in range(4):
            done = progress.of(installation.kernel, TENANT, run.id).counts.done
            _until(lambda least=done: progress.of(installation.kernel, TENANT, run.id).counts.done > least)  # type: ignore[misc]
            for pid in force.pool.pids[:1]:
                os.kill(pid, signal.SIGKILL)
        ended = _finished(installation, run)
    _check_exact(installation, ended, 120)


def test_a_worker_that_hangs_in_c_is_ended_and_its_file_tried_again(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even one that holds the interpreter's lock; the attempt is kept with the file."""
    monkeypatch.setenv("DEADLINE", "3")
    run = _submitted(installation, ["ok", "hang", "ok"])
    with Workforce(installation, workers=1, command=COMMAND):
        ended = _finished(installation, run)
    _check_exact(installation, ended, 3)
    attempts = _tasks(installation, run)[1].attempts
    assert [attempt.failure.category.value for attempt in attempts] == ["crashed"]


def test_files_that_take_their_worker_down_are_tried_again(installation: Installation) -> None:
    """A worker may die of its file; another gets it. What it held besides may count that as an attempt, once, and then goes alone."""
    run = _submitted(installation, ["die", "ok", "die"])
    with Workforce(installation, workers=2, command=COMMAND):
        ended = _finished(installation, run)
    _check_exact(installation, ended, 3)
    lost = [len(task.attempts) for task in _tasks(installation, run)]
    assert all(own <= attempts <= own + 1 for own, attempts in zip([1, 0, 1], lost, strict=True))


def test_a_stop_in_the_middle_is_taken_up_by_the_next(installation: Installation) -> None:
    """What is begun is finished, the rest waits for whoever comes next, as no attempt of its own."""
    run = _submitted(installation, ["slow"] * 80)
    with Workforce(installation, workers=2, command=COMMAND):
        _until(lambda: progress.of(installation.kernel, TENANT, run.id).counts.done > 5)
    assert installation.queue.holders() == set()
    with Workforce(installation, workers=2, command=COMMAND):
        ended = _finished(installation, run)
    _check_exact(installation, ended, 80)
    assert all(not task.attempts for task in _tasks(installation, run))


def test_several_workforces_share_one_folder(installation: Installation) -> None:
    """A command that works while a server does takes nothing from it twice."""
    run = _submitted(installation, ["slow"] * 60)
    with Workforce(installation, workers=1, command=COMMAND), Workforce(installation, workers=1, command=COMMAND):
        ended = _finished(installation, run)
    _check_exact(installation, ended, 60)


_SUPERVISOR = """
import sys
from pathlib import Path
from sheaf.embedded import presence
from sheaf.embedded.installation import opened
from sheaf.embedded.work import Workforce
from sheaf.settings import Settings
with opened(Settings(data_dir=Path(sys.argv[1]))) as here, Workforce(here, workers=2, command=sys.argv[2:]):
    print("up", flush=True)
    sys.stdin.read()
"""


def test_workers_end_when_their_supervisor_is_gone(installation: Installation) -> None:
    """No orphan goes on behind a supervisor that was killed: its end of the pipe is the sign."""
    folder = installation.settings.data_dir
    arguments = [sys.executable, "-c", _SUPERVISOR, str(folder), *COMMAND]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline() == b"up\n"
        consumers = folder / "consumers"
        _until(lambda: consumers.is_dir() and len([path for path in consumers.iterdir() if path.suffix != ".new"]) == 2)
        assert presence.bury(folder, installation.queue) == []
        supervisor.kill()
    dead: list[str] = []

    def bury() -> bool:
        dead.extend(presence.bury(folder, installation.queue))
        return len(dead) == 2

    _until(bury)
