"""The command line as a user runs it: real processes, a folder of their own, nothing of this environment's settings."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: Nothing takes so long; it is there so that a fault ends the test run instead of holding it up.
PATIENCE_S = 240


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its standard output, which is JSON and nothing else."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Shell:
    """A folder to run commands in."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def data_dir(self) -> Path:
        """The stores that the commands use."""
        return self.folder / ".sheaf"

    def env(self) -> dict[str, str]:
        """This process's environment without what it says of Sheaf and of terminals."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("SHEAF_", "COLUMNS"))}
        return {**plain, "PYTHONWARNINGS": "error", **self.environment}

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """Start a command."""
        command = [sys.executable, "-m", "sheaf.cli.main", *arguments]
        return subprocess.Popen(command, cwd=self.folder, env=self.env(), text=True, start_new_session=True, **options)

    def run(self, *arguments: str, stdin: str = "") -> Done:
        """Run a command to its end."""
        with self.start(*arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            out, err = process.communicate(stdin, timeout=PATIENCE_S)
        return Done(process.returncode, out, err)

    def ok(self, *arguments: str, stdin: str = "") -> Done:
        """Run a command that is expected to end well."""
        done = self.run(*arguments, stdin=stdin)
        assert done.code == 0, f"{arguments}: {done.code}\n{done.out}\n{done.err}"
        return done

    @contextmanager
    def up(self, *options: str) -> Iterator[Server]:
        """``sheaf up`` on a free port, killed at the end if it is still there."""
        with (self.folder / "up.log").open("a") as log:
            process = self.start("up", "--port", "0", *options, stdout=subprocess.PIPE, stderr=log)
        try:
            yield Server(process, _address(process))
        finally:
            kill_group(process)
            process.communicate(timeout=PATIENCE_S)


@dataclass(frozen=True, slots=True)
class Server:
    """A running ``sheaf up``."""

    process: subprocess.Popen[str]
    url: str

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Tell it to stop; answers its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    first = process.stdout.readline()
    assert first.startswith("Sheaf is up at http://127.0.0.1:"), first
    return first.split()[4]


def kill_group(process: subprocess.Popen[str]) -> None:
    """End a process and all that it started, as a power cut would."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def write_notes(folder: Path, count: int) -> list[Path]:
    """Small text files, each with a number of its own."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"note-{number:03d}.txt" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_text(f"Delivery note\n\nOrder number: ORD-{number:05d}\nDate: 2026-03-{number % 28 + 1:02d}\nTotal: {number}.50 EUR\n")
    return paths
