"""A folder elsewhere in memory: the contract of :class:`sheaf.ports.folders.Folder`, as plainly as it can be said."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO

from sheaf.domain.errors import NotFound, PreconditionFailed
from sheaf.ports.folders import FolderFile

URL = "mem://bucket"
_WHEN = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass(slots=True)
class Bucket:
    """Files by their full name; each write makes a further version."""

    files: dict[str, tuple[bytes, int]] = field(default_factory=dict)
    #: Called before a file is opened, with its full name.
    opening: Callable[[str], None] = lambda _: None
    #: Makes the stream that a file's bytes come by.
    stream: Callable[[bytes], BinaryIO] = io.BytesIO
    #: Called before each file of a listing.
    listing: Callable[[str], None] = lambda _: None

    def write(self, key: str, data: bytes) -> None:
        """Store a file."""
        self.files[key] = data, self.files.get(key, (b"", 0))[1] + 1

    def folder(self, url: str) -> MemoryFolder:
        """The folder at an address below :data:`URL`."""
        prefix = url.removeprefix(f"{URL}/") if url.startswith(f"{URL}/") else ""
        return MemoryFolder(self, f"{prefix}/" if prefix and not prefix.endswith("/") else prefix)


@dataclass(frozen=True, slots=True)
class MemoryFolder:
    """The files whose names begin so."""

    bucket: Bucket
    prefix: str

    def files(self, *, after: str = "") -> Iterator[FolderFile]:
        """See :class:`sheaf.ports.folders.Folder`."""
        for key in sorted(self.bucket.files):
            if key.startswith(self.prefix) and key > self.prefix + after:
                self.bucket.listing(key)
                yield self.file(key.removeprefix(self.prefix))

    def file(self, name: str) -> FolderFile:
        """See :class:`sheaf.ports.folders.Folder`."""
        key = self.prefix + name
        if key not in self.bucket.files:
            raise NotFound(f"There is no {URL}/{key}.")
        data, version = self.bucket.files[key]
        return FolderFile(url=f"{URL}/{key}", name=name, size=len(data), version=str(version), updated_at=_WHEN)

    def open(self, name: str, *, version: str = "", start: int = 0) -> BinaryIO:
        """See :class:`sheaf.ports.folders.Folder`."""
        self.bucket.opening(self.prefix + name)
        if version not in {"", self.file(name).version}:
            raise PreconditionFailed("It is another version.")
        return self.bucket.stream(self.bucket.files[self.prefix + name][0][start:])

    def put(self, name: str, data: BinaryIO, *, content_type: str = "application/octet-stream") -> FolderFile:
        """See :class:`sheaf.ports.folders.Folder`."""
        del content_type
        self.bucket.write(self.prefix + name, data.read())
        return self.file(name)
