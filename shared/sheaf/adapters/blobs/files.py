"""What the embedded object store does to files: written whole, made visible at once, and on the disk before anyone is told."""

from __future__ import annotations

import io
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_CHUNK_BYTES = 1_048_576
_ATTEMPTS = 8


@contextmanager
def aside(folder: Path, data: BinaryIO | bytes, mtime_ns: int) -> Iterator[Path]:
    """A finished file of ``data`` in ``folder``, on the disk, and gone when the block ends unless it was moved away."""
    path = folder / secrets.token_hex(12)
    try:
        with path.open("xb") as file:
            shutil.copyfileobj(io.BytesIO(data) if isinstance(data, bytes) else data, file, _CHUNK_BYTES)
            file.flush()
            os.utime(file.fileno(), ns=(mtime_ns, mtime_ns))
            os.fsync(file.fileno())
        yield path
    finally:
        path.unlink(missing_ok=True)


def publish(file: Path, target: Path, *, label: tuple[Path, str], new: bool) -> None:
    """Give a finished file its name, for good, and a label first; with ``new``, raises FileExistsError if something has the name."""
    for attempt in range(_ATTEMPTS):
        try:
            made = make_folder(target.parent)
            _attach(*label)
            if new:
                os.link(file, target)
            else:
                file.replace(target)
        except FileNotFoundError:
            # Someone deleted the last other object of the folder, and the folder with it.
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            flush([target.parent, *(folder.parent for folder in reversed(made))])
            return


def _attach(place: Path, text: str) -> None:
    """Keep a short text as the target of a symbolic link: unlike a file's content, it is on the disk as soon as its name is."""
    with suppress(FileExistsError):
        if text:
            place.symlink_to(text)


def make_folder(folder: Path) -> list[Path]:
    """Make a folder and all above it; returns those that were not there, from the top down."""
    if folder.is_dir():
        return []
    above = make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    return [*above, folder]


def flush(folders: Iterable[Path]) -> None:
    """Have the names in these folders written to the disk; the innermost first, since that writes the others in one go."""
    for folder in folders:
        with suppress(FileNotFoundError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def prune(folder: Path, root: Path) -> None:
    """Remove a folder and those above it, as far as they are empty, but not ``root``."""
    with suppress(OSError):
        while folder != root:
            folder.rmdir()
            folder = folder.parent


def section(file: BinaryIO, start: int, end: int | None) -> BinaryIO:
    """The bytes of ``file`` from ``start`` up to ``end``; closing it closes the file."""
    file.seek(start)
    return file if end is None else io.BufferedReader(_Section(file, max(0, end - start)))


class _Section(io.RawIOBase):
    """The next so many bytes of a file."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # RawIOBase hands in nothing else
        data = self._file.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()
