"""An object written whole or not at all: in one request where it is small, else as a resumable upload of bounded chunks."""

from __future__ import annotations

import io
import secrets
from typing import Any, BinaryIO, cast

from sheaf.adapters.gcs.bucket import TIMEOUT_S, Bucket, retries
from sheaf.adapters.gcs.errors import translated
from sheaf.adapters.streams import Chunks
from sheaf.domain.errors import Unavailable

#: Bytes in memory at a time; a multiple of the 256 KiB that resumable uploads are made of.
CHUNK_BYTES = 8 * 2**20
#: The object's own metadata that tells which call wrote it.
_WRITER = "sheaf-writer"


def write(bucket: Bucket, path: str, data: BinaryIO | bytes, *, content_type: str, new: bool = False) -> Any:
    """Store all of ``data`` and return the ``Blob``; with ``new``, raises PreconditionFailed if one is there.

    Cloud Storage compares the CRC32C of what it received before the object can be seen. A call that is made again because its answer
    was lost may meet the object that it wrote itself: that one carries its mark, and is no failure.
    """
    from google.api_core.exceptions import PreconditionFailed

    mark = secrets.token_hex(12)
    with translated(f"gs://{bucket.name}/{path}"):
        blob = bucket.blob(path)
        blob.metadata = {_WRITER: mark}
        try:
            _upload(blob, io.BytesIO(data) if isinstance(data, bytes) else data, content_type, new=new)
        except PreconditionFailed:
            there = bucket.look(path)
            if there is None or (there.metadata or {}).get(_WRITER) != mark:
                raise
            return there
    return blob


def _upload(blob: Any, data: BinaryIO, content_type: str, *, new: bool) -> None:
    chunks = Chunks(data)
    head = chunks.read(CHUNK_BYTES)
    chunks.seek(0)
    match = 0 if new else None
    how = {"content_type": content_type, "if_generation_match": match, "checksum": "auto", "retry": retries(), "timeout": TIMEOUT_S}
    if len(head) < CHUNK_BYTES:
        blob.upload_from_file(io.BytesIO(head), size=len(head), **how)
    else:
        blob.chunk_size = CHUNK_BYTES
        _resumable(blob, cast("BinaryIO", chunks), how)


def _resumable(blob: Any, chunks: BinaryIO, how: dict[str, Any]) -> None:
    """Send chunk after chunk; what was sent of an upload that is cut off is dropped by Cloud Storage within a week, and never seen."""
    try:
        blob.upload_from_file(chunks, **how)
    except ValueError as error:  # the library lost its place: less of a chunk was kept than it had sent
        raise Unavailable(f"The upload of {blob.name} was cut off.") from error
