"""The object store of an installation on Google Cloud: a bucket of Cloud Storage."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from sheaf.adapters.blobs import paths, rules
from sheaf.adapters.blobs.versions import DEFAULT_TYPE
from sheaf.adapters.gcs import reading, signing, writing
from sheaf.adapters.gcs.bucket import PAGE, TIMEOUT_S, Bucket, emulator, retries
from sheaf.adapters.gcs.errors import translated
from sheaf.domain.errors import InvalidInput, NotFound, PreconditionFailed
from sheaf.domain.texts import attachment
from sheaf.ports.blobs import BlobInfo, SignedUpload
from sheaf.ports.clock import Clock
from sheaf.settings import Settings

_CHUNK_BYTES = 1_048_576


def opened(settings: Settings, clock: Clock) -> GcsBlobs:
    """The object store of an installation on Google Cloud; Cloud Storage has a clock of its own."""
    del clock
    if not settings.bucket:
        raise InvalidInput("SHEAF_BUCKET names the Cloud Storage bucket of the objects; it is not set.", field="bucket")
    return GcsBlobs(Bucket(settings.bucket, project=settings.project, endpoint=emulator()))


class GcsBlobs:
    """Objects in a bucket; the contract is :class:`sheaf.ports.blobs.BlobStore`.

    Times are Cloud Storage's own. A listing is read in pages of ``page`` objects: one deleted since its page was read is still in it.
    """

    def __init__(self, bucket: Bucket, *, page: int = PAGE) -> None:
        self._bucket = bucket
        self._page = page

    def put(self, path: str, data: BinaryIO | bytes, *, content_type: str = DEFAULT_TYPE, new: bool = False) -> BlobInfo:
        """Store all of ``data`` (streamed), visible whole or not at all; with ``new``, raises PreconditionFailed if one is there."""
        return _info(writing.write(self._bucket, paths.check(path), data, content_type=rules.check_type(content_type), new=new))

    def open(self, path: str, *, start: int = 0, end: int | None = None) -> BinaryIO:
        """The bytes from ``start`` up to (not including) ``end``; raises NotFound."""
        paths.check(path)
        rules.check_range(start, end)
        if start != end:
            return reading.stream(self._bucket, path, start=start, end=end)
        if self.info(path) is None:
            raise NotFound(f"There is no object {path}.", path=path)
        return io.BytesIO()

    @contextmanager
    def local(self, path: str) -> Iterator[Path]:
        """A copy of the object among the temporary files, removed when the block ends."""
        with self.open(path) as data, tempfile.NamedTemporaryFile(prefix="sheaf-") as file:
            shutil.copyfileobj(data, file, _CHUNK_BYTES)
            file.flush()
            yield Path(file.name)

    def info(self, path: str) -> BlobInfo | None:
        """What is known of the object, or None."""
        with translated(self._url(paths.check(path))):
            found = self._bucket.look(path)
        return None if found is None else _info(found)

    def list(self, prefix: str) -> Iterator[BlobInfo]:
        """Every object whose path starts with ``prefix``, by path; lazily, page by page."""
        paths.check_prefix(prefix)
        return self._listed(prefix)

    def delete(self, path: str, *, generation: str = "") -> None:
        """Remove the object, with ``generation`` unless it was written again since; that it is not there is no error."""
        match, harmless = (int(generation), (NotFound, PreconditionFailed)) if generation else (None, (NotFound,))
        with suppress(*harmless), translated(self._url(paths.check(path))):
            self._bucket.blob(path).delete(retry=retries(), timeout=TIMEOUT_S, if_generation_match=match)

    def upload_url(self, path: str, *, expires_in: timedelta, max_bytes: int, content_type: str) -> SignedUpload:
        """Let the holder of a URL PUT this one object until it expires; Cloud Storage holds them to size and type, and to its being new."""
        headers = {
            "Content-Type": rules.check_type(content_type),
            "x-goog-content-length-range": f"0,{rules.check_max_bytes(max_bytes)}",
            "x-goog-if-generation-match": "0",
        }
        url = signing.sign(self._bucket, paths.check(path), "PUT", expires_in=rules.check_lifetime(expires_in), headers=headers)
        return SignedUpload(url=url, headers=headers)

    def download_url(self, path: str, *, expires_in: timedelta, file_name: str) -> str:
        """A URL from which the holder may GET this one object until it expires, as an attachment of that name."""
        lifetime, disposition = rules.check_lifetime(expires_in), attachment(file_name)
        return signing.sign(self._bucket, paths.check(path), "GET", expires_in=lifetime, disposition=disposition)

    def _listed(self, prefix: str) -> Iterator[BlobInfo]:
        with translated(self._url(prefix)):
            for found in self._bucket.listing(prefix, page=self._page):
                yield _info(found)

    def _url(self, path: str) -> str:
        return f"gs://{self._bucket.name}/{path}"


def _info(blob: Any) -> BlobInfo:
    return BlobInfo(
        path=blob.name,
        size=blob.size,
        generation=str(blob.generation),
        updated_at=blob.updated,
        content_type=blob.content_type or DEFAULT_TYPE,
    )
