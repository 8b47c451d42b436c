"""Copying a file from a folder elsewhere into the object store, in as many calls as that takes.

A larger file comes in parts, each an object named by its place in the file, which holds what one call had the time for. They are joined
once they make up the file. A file's version has an address of its own, so whoever wrote a part, its bytes are the same.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, NamedTuple, cast

from sheaf.domain.errors import Unavailable
from sheaf.domain.tasks import Task
from sheaf.ports.blobs import BlobInfo
from sheaf.ports.folders import Folder, FolderFile
from sheaf.services import files
from sheaf.services.kernel import Kernel
from sheaf.services.streams import Bounded

#: Bytes of a file that comes whole: over a line that is slower than this in the time of a call, nothing is imported.
WHOLE_BYTES = 4 * 2**20
_CHUNK = 2**18
_DIGITS = 15


class OutOfTime(Exception):
    """The call's time is over, or the line broke, before the file was there; what has come of it is kept."""


class Piece(NamedTuple):
    """So many bytes of a file, and the object that they are in, behind its first ``skip`` bytes."""

    path: str
    skip: int
    size: int


@dataclass(frozen=True, slots=True)
class Copying:
    """A file on its way to the bytes of its task, until ``until``."""

    kernel: Kernel
    folder: Folder
    file: FolderFile
    task: Task
    until: datetime

    def copy(self) -> None:
        """Store the file's bytes, unless an earlier call has.

        Raises OutOfTime, and what the folder raises; InvalidInput where the file turns out larger than it may be.
        """
        if self.kernel.blobs.info(self.task.blob) is None:
            if self.file.size <= WHOLE_BYTES:
                self._put(self.folder.open(self.file.name, version=self.file.version))
            else:
                self._put(cast("BinaryIO", Joined(self.kernel, self._all())))
        for part in self._parts() if self.file.size > WHOLE_BYTES else ():
            self.kernel.blobs.delete(part.path)

    def _put(self, data: BinaryIO) -> None:
        with data:
            bounded = Bounded(data, lambda size: files.check_size(self.kernel, self.task.filename, size))
            self.kernel.blobs.put(self.task.blob, cast("BinaryIO", bounded), content_type=self.task.content_type)

    def _all(self) -> list[Piece]:
        """The pieces of the whole file, once the last of them has come."""
        pieces = joined(self._parts())
        if (came := _length(pieces)) < self.file.size:
            self._bring(came)
            pieces = joined(self._parts())
        if _length(pieces) < self.file.size or self.kernel.clock.now() >= self.until:
            raise OutOfTime
        return pieces

    def _bring(self, start: int) -> None:
        """Store what comes of the file from ``start`` on while there is time."""
        with self.folder.open(self.file.name, version=self.file.version, start=start) as data:
            timely = Timely(data, self, start)
            if not self.kernel.blobs.put(f"{self._prefix}{start:0{_DIGITS}d}", cast("BinaryIO", timely)).size:
                raise Unavailable(f"{self.file.url} ended before its {self.file.size:,} bytes had come.")

    def _parts(self) -> list[BlobInfo]:
        return list(self.kernel.blobs.list(self._prefix))

    @property
    def _prefix(self) -> str:
        return f"{self.task.blob}.parts/"


class Timely(io.RawIOBase):
    """A stream's bytes for as long as a call has time, and up to where the stream breaks, if anything came before."""

    def __init__(self, data: BinaryIO, copying: Copying, start: int) -> None:
        self._data, self._copying = data, copying
        self._start = start
        self._passed = 0

    def readable(self) -> bool:
        """True."""
        return True

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes, fewer in one call than there may be; empty at the end and when the time is over."""
        if self._passed and self._copying.kernel.clock.now() >= self._copying.until:
            return b""
        try:
            chunk = self._data.read(min(size, _CHUNK) if size > 0 else _CHUNK)
        except Unavailable:
            if not self._passed:
                raise
            return b""
        self._passed += len(chunk)
        files.check_size(self._copying.kernel, self._copying.task.filename, self._start + self._passed)
        return chunk


class Joined(io.RawIOBase):
    """The bytes of pieces, one behind the other; raises Unavailable where one is shorter than it was."""

    def __init__(self, kernel: Kernel, pieces: Sequence[Piece]) -> None:
        self._chunks = _chunks(kernel, pieces)

    def readable(self) -> bool:
        """True."""
        return True

    def read(self, size: int = -1) -> bytes:
        """A further chunk, whatever is asked for; empty at the end."""
        del size
        return next(self._chunks, b"")


def _chunks(kernel: Kernel, pieces: Sequence[Piece]) -> Iterator[bytes]:
    for piece in pieces:
        left = piece.size
        with kernel.blobs.open(piece.path, start=piece.skip, end=piece.skip + piece.size) as data:
            while left and (chunk := data.read(min(left, _CHUNK))):
                left -= len(chunk)
                yield chunk
        if left:
            raise Unavailable("A part of the file was replaced while the parts were joined. Try again.")


def joined(parts: Sequence[BlobInfo]) -> list[Piece]:
    """The pieces that make up the file's beginning, without a gap, as far as there are parts of it; two calls' parts may overlap."""
    pieces: list[Piece] = []
    end = 0
    for part in sorted(parts, key=lambda part: part.path):
        start = int(part.path.rpartition("/")[2])
        if start > end:
            break
        if start + part.size > end:
            pieces.append(Piece(part.path, end - start, start + part.size - end))
            end = start + part.size
    return pieces


def _length(pieces: Sequence[Piece]) -> int:
    return sum(piece.size for piece in pieces)
