"""A service as a child process: started on a free port of loopback, waited for, stopped with all that it started, and with its parent."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

LOOPBACK = "127.0.0.1"

_PAUSE_S = 0.02
_GRACE_S = 5.0


class Missing(Exception):
    """This machine lacks what the service is made of; the message says what, and how to get it."""


@dataclass(slots=True)
class Running:
    """A service that answers on ``host:port``; also a context manager that stops it."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path
    #: Ends the service when this process is gone, however it went.
    guard: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        """Host and port, such as ``127.0.0.1:8080``."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def url(self) -> str:
        """The address for HTTP."""
        return f"http://{self.address}"

    def stop(self) -> None:
        """End the service and everything that it started."""
        self.guard.kill()
        self.guard.communicate()
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is not None:
                break
            os.killpg(self.process.pid, sign)
            try:
                self.process.wait(_GRACE_S)
            except subprocess.TimeoutExpired:
                continue
        self.log.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def accepts(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def start(
    name: str,
    command: Sequence[str | Path],
    port: int,
    *,
    environment: Mapping[str, str] | None = None,
    answers: Callable[[int], bool] = accepts,
    patience_s: float = 60.0,
    user: int | None = None,
) -> Running:
    """Start a service that will listen on ``port``, and wait until it ``answers`` there; ``user`` is whose it is to be, if not our own.

    Raises RuntimeError, with what it printed, for one that ends or does not answer in time.
    """
    file, path = tempfile.mkstemp(prefix=f"sheaf-{name}-", suffix=".log")
    with os.fdopen(file, "wb") as log:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
    running = Running(name, port, process, Path(path), _guard(process.pid))
    deadline = time.monotonic() + patience_s
    while not answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            said = running.log.read_text(errors="replace")[-2000:]
            running.stop()
            raise RuntimeError(f"{name} does not answer on {running.address}:\n{said}")
        time.sleep(_PAUSE_S)
    return running


def _guard(group: int) -> subprocess.Popen[bytes]:
    """A process that waits for the end of ours, which a killed one cannot announce: the pipe between them closes by itself.

    What does not end when it is asked to is killed a while later.
    """
    script = 'read -r _; kill -s TERM -- "-$0"; sleep "$1"; kill -s KILL -- "-$0"'
    command = ["sh", "-c", script, str(group), str(_GRACE_S)]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=True)
