"""Waking the consumers of other processes: each hangs up a named pipe in one folder, and whoever has news writes a byte to all of them.

It costs nothing while nothing happens and a few system calls when something does. A ring can be missed (no pipe can be made, a process is
just starting), so nobody relies on it alone: consumers look by themselves now and then.
"""

from __future__ import annotations

import errno
import os
import secrets
import select
from contextlib import suppress
from pathlib import Path

_BYTES = 4096


def ring(folder: Path) -> None:
    """Wake everyone who waits at a bell of this folder, and take down the bells of those who are gone."""
    try:
        bells = [entry.path for entry in os.scandir(folder) if not entry.name.startswith(".")]
    except OSError:
        return
    for bell in bells:
        _touch(bell)


class Bell:
    """One waiting place; of several threads that wait there, one or more are woken."""

    def __init__(self, folder: Path) -> None:
        self._pipe: int | None = None
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            self._pipe = self._hang(folder / f"{os.getpid()}-{secrets.token_hex(4)}")

    def wait(self, seconds: float) -> None:
        """Sleep until someone rings or ``seconds`` are over."""
        poll = select.poll()
        if self._pipe is not None:
            poll.register(self._pipe, select.POLLIN)
        if poll.poll(seconds * 1000) and self._pipe is not None:
            with suppress(BlockingIOError):
                os.read(self._pipe, _BYTES)

    def close(self) -> None:
        """Take the bell down."""
        if self._pipe is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._pipe)
            self._pipe = None

    def _hang(self, path: Path) -> int:
        """Open the pipe before it gets its name: one that nobody has open would be taken for a dead one's."""
        hidden = path.with_name(f".{path.name}")
        os.mkfifo(hidden, 0o600)
        # Open for writing too, so that it never reads as ended.
        pipe = os.open(hidden, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        hidden.rename(path)
        self._path = path
        return pipe


def _touch(bell: str) -> None:
    try:
        pipe = os.open(bell, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ENXIO:
            Path(bell).unlink(missing_ok=True)
        return
    with suppress(OSError):
        os.write(pipe, b"\1")
    os.close(pipe)
