"""The object store: named, immutable-by-convention bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

from sheaf.domain.record import record


@record(frozen=True, kw_only=True, slots=True)
class BlobInfo:
    """What is known of an object without its bytes."""

    path: str
    size: int
    #: Changes with every write of the object.
    generation: str
    updated_at: datetime
    content_type: str = "application/octet-stream"


@record(frozen=True, kw_only=True, slots=True)
class SignedUpload:
    """A URL to which its holder may PUT one object, and the headers that the request must carry, as they are."""

    url: str
    headers: Mapping[str, str]


class BlobStore(Protocol):
    """Where bytes are kept, under slash-separated paths."""

    def put(self, path: str, data: BinaryIO | bytes, *, content_type: str = "application/octet-stream", new: bool = False) -> BlobInfo:
        """Store all of ``data`` (streamed), visible whole or not at all; with ``new``, raises PreconditionFailed if one is there."""
        ...

    def open(self, path: str, *, start: int = 0, end: int | None = None) -> BinaryIO:
        """The bytes from ``start`` up to (not including) ``end``; raises NotFound."""
        ...

    def local(self, path: str) -> AbstractContextManager[Path]:
        """A readable local file with the object's bytes while the context lasts (the object itself where it is on disk)."""
        ...

    def info(self, path: str) -> BlobInfo | None:
        """What is known of the object, or None."""
        ...

    def list(self, prefix: str) -> Iterator[BlobInfo]:
        """Every object whose path starts with ``prefix``, by path; lazily."""
        ...

    def delete(self, path: str, *, generation: str = "") -> None:
        """Remove the object, with ``generation`` unless it was written again since; that it is not there is no error."""
        ...

    def upload_url(self, path: str, *, expires_in: timedelta, max_bytes: int, content_type: str) -> SignedUpload:
        """Let the holder PUT this one object until the URL expires, unless something is there; relative when the store serves it itself."""
        ...

    def download_url(self, path: str, *, expires_in: timedelta, file_name: str) -> str:
        """A URL from which the holder may GET this one object until it expires, as an attachment of that name."""
        ...
