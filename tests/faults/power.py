"""What a power cut leaves of a SQLite file in write-ahead mode: all up to the last commit that was written out, and nothing behind it.

What is not written out may be there or not; here it is always lost, which is the worst there is. The frames of the log that count are those
up to ``mxFrame`` of its index (https://www.sqlite.org/walformat.html, section 2.1); a log that was begun anew holds nothing older.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from sheaf.adapters.sqlite.database import Database
from sheaf.adapters.sqlite.gate import Gate

_HEADER_BYTES, _FRAME_HEADER_BYTES, _INDEX_HEADER_BYTES = 32, 24, 48
_SALT = slice(16, 24)


class Recording(Database):
    """A database that notes beside its file how far the log is written out after each of its transactions."""

    def __init__(self, path: Path, **options: Any) -> None:
        super().__init__(path, **options)
        self._file = path
        # Never closed: to close any descriptor of a file is to let go of all locks that this process holds on it, SQLite's too, and whoever
        # opens the database next would take it for unused and cut the index that is mapped here.
        self._index = os.open(_beside(path, "-shm"), os.O_RDONLY | os.O_CLOEXEC)
        self._noting = Gate(path.with_name(f"{path.name}-noting"))

    @contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[Connection]:
        """See :class:`Database`; one process notes after the other, so that the later note is the newer one."""
        with self._noting:
            with super().writing(lasting=lasting) as connection:
                yield connection
            if lasting:
                _note(self._file, os.pread(self._index, _INDEX_HEADER_BYTES, 0))

    def close(self) -> None:
        """See :class:`Database`."""
        super().close()
        self._noting.close()


def noted(path: Path) -> bytes:
    """What is written out by now, for :func:`left_behind`."""
    return _beside(path, "-synced").read_bytes()


def left_behind(path: Path, left: Path, note: bytes) -> int:
    """Copy a file that is in use as a cut would leave it that came when ``note`` was taken; answers how many bytes that lost."""
    left.parent.mkdir()
    for ending in ("", "-wal"):
        _beside(left, ending).write_bytes(_beside(path, ending).read_bytes())
    _beside(left, "-synced").write_bytes(note)
    return cut(left)


def cut(path: Path) -> int:
    """Lose what was not written out, while no process has the file open; answers how many bytes that were."""
    log, note = _beside(path, "-wal"), _beside(path, "-synced")
    if not log.exists() or not note.exists():
        return 0
    salt, frames = struct.unpack("=8sI", note.read_bytes())
    header, size = log.read_bytes()[:_HEADER_BYTES], log.stat().st_size
    (page,) = struct.unpack(">I", header[8:12]) if header else (0,)
    kept = _HEADER_BYTES + frames * (_FRAME_HEADER_BYTES + page) if header[_SALT] == salt else _HEADER_BYTES
    with log.open("rb+") as file:
        file.truncate(min(kept, size))
    _beside(path, "-shm").unlink(missing_ok=True)
    return max(0, size - kept)


def _note(path: Path, index: bytes) -> None:
    (frames,) = struct.unpack("=I", index[16:20])
    fresh = _beside(path, "-noted")
    fresh.write_bytes(struct.pack("=8sI", index[32:40], frames))
    fresh.replace(_beside(path, "-synced"))


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
