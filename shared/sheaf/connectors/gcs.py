"""Folders in buckets of Google Cloud Storage: ``gs://bucket/folder``.

Credentials are those of the process (https://cloud.google.com/docs/authentication/application-default-credentials).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from sheaf.adapters.gcs import reading, writing
from sheaf.adapters.gcs.bucket import PAGE, Bucket, emulator
from sheaf.adapters.gcs.errors import translated
from sheaf.connectors import addresses
from sheaf.connectors.addresses import Address
from sheaf.domain.errors import InvalidInput, NotFound
from sheaf.ports.folders import FolderFile
from sheaf.settings import Settings

#: What a bucket may be called: https://cloud.google.com/storage/docs/buckets#naming, without the dotted names that stand for domains.
BUCKET = re.compile(r"(?!goog)[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]")


def opened(url: str, settings: Settings) -> GcsFolder:
    """The folder at an address; raises InvalidInput for one that is none, and for the installation's own bucket.

    What lies there is every tenant's, and the product's to write.
    """
    address = addresses.parse(url, "gs", BUCKET)
    if address.bucket == settings.bucket:
        raise InvalidInput("The bucket of the installation's own objects is no folder elsewhere.", code="own_bucket", field="url")
    return GcsFolder(address, Bucket(address.bucket, project=settings.project, endpoint=emulator()))


class GcsFolder:
    """Objects whose names begin alike; the contract is :class:`sheaf.ports.folders.Folder`. Versions are generations."""

    def __init__(self, address: Address, bucket: Bucket, *, page: int = PAGE) -> None:
        self._address, self._bucket, self._page = address, bucket, page

    def files(self, *, after: str = "") -> Iterator[FolderFile]:
        """Every file below the folder by name, lazily, those behind the name ``after`` alone; folders themselves are none."""
        prefix = self._address.prefix
        with translated(str(self._address)):
            for blob in self._bucket.listing(prefix, page=self._page, start=prefix + after):
                if not blob.name.endswith("/") and blob.name != prefix + after:
                    yield self._shown(blob)

    def file(self, name: str) -> FolderFile:
        """What is known of one file."""
        key = self._address.key(name)
        with translated(self._address.url(key)):
            found = self._bucket.look(key)
        if found is None:
            raise NotFound(f"There is no {self._address.url(key)}.")
        return self._shown(found)

    def open(self, name: str, *, version: str = "", start: int = 0) -> BinaryIO:
        """The bytes of a file from ``start`` on, streamed; with ``version``, PreconditionFailed when it is not that one any more."""
        return reading.stream(self._bucket, self._address.key(name), start=start, generation=version)

    def put(self, name: str, data: BinaryIO, *, content_type: str = "application/octet-stream") -> FolderFile:
        """Write a file, whole or not at all, over one that may be there."""
        return self._shown(writing.write(self._bucket, self._address.key(name), data, content_type=content_type))

    def _shown(self, blob: Any) -> FolderFile:
        key: str = blob.name
        return FolderFile(
            url=self._address.url(key),
            name=key.removeprefix(self._address.prefix),
            size=blob.size,
            version=str(blob.generation),
            updated_at=blob.updated,
        )
