"""``server.json`` in a data folder: which server runs on it. The server holds the file's lock, so a stale one is told by being free."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec

from sheaf.domain.errors import Conflict
from sheaf.embedded.locks import try_lock

_NAME = "server.json"
#: A client that looks whether the file is free holds it for a moment.
_PATIENCE_S = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A running server: where it answers, and its supervisor's process."""

    url: str
    pid: int
    started_at: datetime


class ServerFile:
    """The lock of a data folder, held by its one supervisor."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def publish(self, server: Server) -> None:
        """Let clients know where the server answers."""
        self._file.seek(0)
        self._file.truncate()
        self._file.write(msgspec.json.encode(server) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


@contextmanager
def hold(data_dir: Path) -> Iterator[ServerFile]:
    """Be the one supervisor of a data folder while the block runs; raises Conflict when another is."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data_dir / _NAME).open("ab+") as file:
        if not _lock_soon(file):
            raise Conflict(_taken(data_dir), code="already_running")
        file.truncate(0)
        yield ServerFile(file)
        file.truncate(0)


def running(data_dir: Path) -> Server | None:
    """The server that runs on a data folder, or None where there is none, or it is only just starting."""
    try:
        with (data_dir / _NAME).open("rb") as file:
            return None if try_lock(file, shared=True) else msgspec.json.decode(file.read(4096), type=Server)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _lock_soon(file: IO[bytes]) -> bool:
    deadline = time.monotonic() + _PATIENCE_S
    while not try_lock(file):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _taken(data_dir: Path) -> str:
    other = running(data_dir)
    where = f" at {other.url} (process {other.pid})" if other else ""
    return f"Sheaf is already running on {data_dir}{where}. Stop it first, or choose another folder with --data-dir."
