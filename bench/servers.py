"""Servers as processes of their own: started, asked until they answer, stopped."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
HOST = "127.0.0.1"
_PAUSE_S, _PATIENCE_S, _GRACE_S = 0.002, 60.0, 20.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What a server is asked, and how it has to answer."""

    method: str = "GET"
    path: str = "/"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers."""

    port: int
    #: Seconds from the start of its process to its first right answer.
    ready_s: float


def function(source: Path, target: str) -> list[str]:
    """The command that serves a function as the platform does."""
    return [sys.executable, "-m", "functions_framework", "--source", str(source), "--target", target]


def sheaf(*arguments: str) -> list[str]:
    """A command of the product."""
    return [sys.executable, "-m", "sheaf.cli.main", *arguments]


@contextmanager
def serving(command: Sequence[str], first: Request, environment: Mapping[str, str]) -> Iterator[Server]:
    """The server of a command that takes ``--host`` and ``--port``, once it has answered ``first``; it is stopped behind the block.

    Raises RuntimeError when it ends, answers otherwise, or takes a minute.
    """
    port = free_port()
    began = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*command, "--host", HOST, "--port", str(port)], env={**os.environ, **environment}, cwd=ROOT, stdout=log, stderr=log
        )
        try:
            _await(process, port, first, began)
            yield Server(port, time.perf_counter() - began)
        except RuntimeError as error:
            log.seek(0)
            error.add_note(log.read().decode(errors="replace"))
            raise
        finally:
            process.terminate()
            process.wait(_GRACE_S)


def _await(process: subprocess.Popen[bytes], port: int, first: Request, began: float) -> None:
    while time.perf_counter() - began < _PATIENCE_S:
        try:
            with closing(http.client.HTTPConnection(HOST, port, timeout=_PATIENCE_S)) as connection:
                status, _ = ask(connection, first)
        except OSError:
            if process.poll() is not None:
                raise RuntimeError(f"the server ended with {process.returncode}: {process.args!r}") from None
            time.sleep(_PAUSE_S)
            continue
        if status != first.status:
            raise RuntimeError(f"{first.method} {first.path} was answered with {status} instead of {first.status}")
        return
    raise RuntimeError(f"no answer within {_PATIENCE_S:.0f} s: {process.args!r}")


def ask(connection: http.client.HTTPConnection, request: Request) -> tuple[int, bytes]:
    """One request on a connection that may be kept; its status and body."""
    connection.request(request.method, request.path, request.body or None, dict(request.headers))
    answer = connection.getresponse()
    return answer.status, answer.read()


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.create_server((HOST, 0)) as sock:
        return int(sock.getsockname()[1])
