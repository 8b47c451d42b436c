"""Folders elsewhere: where files are taken from, and where exports are put."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO, Protocol

from sheaf.domain.record import record


@record(frozen=True, kw_only=True, slots=True)
class FolderFile:
    """A file in a folder elsewhere."""

    #: The file's full address (``s3://bucket/invoices/1.pdf``).
    url: str
    #: Its path below the folder that was listed (``invoices/1.pdf``).
    name: str
    size: int
    #: Changes with the file's bytes (an ETag or a generation).
    version: str
    updated_at: datetime


class Folder(Protocol):
    """Files below one address, such as ``s3://bucket/prefix`` or ``gs://bucket/prefix``; opening one asks nobody yet.

    A name is the text between the folder's slash and the end of the file's own name, whatever it holds: it is never read as a path.
    Every call raises NotFound for what is not there, AccessDenied where the credentials do not suffice, Unavailable where the service does
    not answer, and InvalidInput for an address that cannot be one; none ever leaves the bucket that the folder was opened for.
    """

    def files(self, *, after: str = "") -> Iterator[FolderFile]:
        """Every file below the folder by name, lazily, those behind the name ``after`` alone; folders themselves are none."""
        ...

    def file(self, name: str) -> FolderFile:
        """What is known of one file."""
        ...

    def open(self, name: str, *, version: str = "", start: int = 0) -> BinaryIO:
        """The bytes of a file from ``start`` on, streamed; with ``version``, PreconditionFailed when it is not that one any more.

        ``start`` lies before the file's end.
        """
        ...

    def put(self, name: str, data: BinaryIO, *, content_type: str = "application/octet-stream") -> FolderFile:
        """Write a file, whole or not at all, over one that may be there."""
        ...
