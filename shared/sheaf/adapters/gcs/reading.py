"""An object's bytes as a stream: of one generation throughout, taken up again where a connection broke, and checked at the end."""

from __future__ import annotations

import base64
import io
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, BinaryIO

from sheaf.adapters.gcs.bucket import TIMEOUT_S, Bucket, retries
from sheaf.adapters.gcs.errors import translated
from sheaf.domain.errors import PreconditionFailed, Unavailable

if TYPE_CHECKING:
    from requests import Response

_BUFFER_BYTES = 262_144
#: Times that one stream is taken up again.
_RESUMED = 5
_PAUSE_S = 0.2


def stream(bucket: Bucket, path: str, *, start: int = 0, end: int | None = None, generation: str = "") -> BinaryIO:
    """The bytes from ``start`` up to ``end``, read as they are asked for.

    Raises NotFound, AccessDenied and Unavailable at once; with a ``generation``, PreconditionFailed for another one.
    """
    with translated(f"gs://{bucket.name}/{path}"):
        response = _get(bucket, path, start, end)
    found = response.headers.get("X-Goog-Generation", "")
    if generation and found != generation:
        response.close()
        raise PreconditionFailed(f"gs://{bucket.name}/{path} is another version than expected.", version=found)
    return io.BufferedReader(_Stream(bucket, path, response, start, end), _BUFFER_BYTES)


def _get(bucket: Bucket, path: str, start: int, end: int | None, generation: str = "") -> Response:
    """Begin an answer with the bytes, or an empty one where the object has none there; raises Google's errors."""
    url = bucket.media_url(path) + (f"&generation={generation}" if generation else "")
    headers = {"Accept-Encoding": "identity"}
    if start or end is not None:
        headers["Range"] = f"bytes={start}-{'' if end is None else end - 1}"
    return retries()(_asked)(bucket, url, headers)  # type: ignore[no-any-return]  # the library's decorator is untyped


def _asked(bucket: Bucket, url: str, headers: dict[str, str]) -> Response:
    from google.api_core.exceptions import from_http_response

    response: Response = bucket.session.get(url, headers=headers, stream=True, timeout=TIMEOUT_S)
    if not response.ok and response.status_code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        raise from_http_response(response)
    return response


class _Stream(io.RawIOBase):
    """The body of an answer."""

    def __init__(self, bucket: Bucket, path: str, response: Response, start: int, end: int | None) -> None:
        self._bucket, self._path, self._response = bucket, path, response
        self._position, self._end = start, end
        self._resumed = 0
        self._sum = _Sum(response) if start == 0 and response.status_code == HTTPStatus.OK else None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # RawIOBase hands in nothing else
        with translated(f"gs://{self._bucket.name}/{self._path}"):
            data = self._read(len(buffer))
        buffer[: len(data)] = data
        self._position += len(data)
        if self._sum is not None:
            self._sum.take(data)
        return len(data)

    def _read(self, size: int) -> bytes:
        from urllib3.exceptions import HTTPError

        if self._response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return b""
        while True:
            try:
                data: bytes = self._response.raw.read(size)
            except (HTTPError, OSError) as error:
                self._resume(error)
            else:
                return data

    def _resume(self, broken: Exception) -> None:
        """Ask for the rest of the same generation, or raise what broke the answer when it was broken too often."""
        if self._resumed == _RESUMED:
            raise broken
        time.sleep(_PAUSE_S * 2**self._resumed)
        self._resumed += 1
        generation = self._response.headers.get("X-Goog-Generation", "")
        self._response.close()
        self._response = _get(self._bucket, self._path, self._position, self._end, generation)
        if self._position and self._response.status_code != HTTPStatus.PARTIAL_CONTENT:
            raise Unavailable(f"gs://{self._bucket.name}/{self._path} was cut off, and cannot be taken up again.")

    def close(self) -> None:
        self._response.close()
        super().close()


class _Sum:
    """The checksum of a whole object, compared with the one that Cloud Storage keeps of it."""

    def __init__(self, response: Response) -> None:
        import google_crc32c

        hashes = dict(part.strip().partition("=")[::2] for part in response.headers.get("X-Goog-Hash", "").split(","))
        plain = response.headers.get("X-Goog-Stored-Content-Encoding", "identity") == "identity"
        self._expected = hashes.get("crc32c", "") if plain else ""
        self._sum: Any = google_crc32c.Checksum()

    def take(self, data: bytes) -> None:
        """Add bytes; none stand for the end. Raises Unavailable when the end is reached and they were not the object's."""
        if data:
            self._sum.update(data)
        elif self._expected and base64.b64encode(self._sum.digest()).decode() != self._expected:
            raise Unavailable("The bytes that arrived are not those that are stored.")
