"""An object's bytes as a stream: of one generation throughout, taken up again where a connection broke, and checked at the end."""

from __future__ import annotations

import base64
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, BinaryIO

from sheaf.adapters import streams
from sheaf.adapters.gcs.bucket import TIMEOUT_S, Bucket, retries
from sheaf.adapters.gcs.errors import translated
from sheaf.domain.errors import PreconditionFailed, Unavailable

if TYPE_CHECKING:
    from requests import Response

#: How a request for the rest of an object is answered; it may be that nothing is left.
_TAKEN_UP = frozenset({HTTPStatus.PARTIAL_CONTENT, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE})


def stream(bucket: Bucket, path: str, *, start: int = 0, end: int | None = None, generation: str = "") -> BinaryIO:
    """The bytes from ``start`` up to ``end``, read as they are asked for.

    Raises NotFound, AccessDenied and Unavailable at once; with a ``generation``, PreconditionFailed for another one.
    """
    what = f"gs://{bucket.name}/{path}"
    first = _Answer(what, _asked(bucket, path, start, end))
    if generation and first.generation != generation:
        first.close()
        raise PreconditionFailed(f"{what} is another version than expected.", version=first.generation)

    def again(passed: int) -> _Answer:
        response = _asked(bucket, path, start + passed, end, first.generation)
        if start + passed and response.status_code not in _TAKEN_UP:
            raise Unavailable(f"{what} was cut off, and cannot be taken up again.")
        return _Answer(what, response)

    return streams.resuming(first, again, (Unavailable,), first.sum().take if start == 0 and end is None else _nothing)


def _nothing(_data: bytes) -> None:
    """Compare nothing: a part of an object has no sum of its own."""


def _asked(bucket: Bucket, path: str, start: int, end: int | None, generation: str = "") -> Response:
    """The beginning of an answer with the bytes, or an empty one where the object has none there."""
    headers = {"Accept-Encoding": "identity"}
    if start or end is not None:
        headers["Range"] = f"bytes={start}-{'' if end is None else end - 1}"
    with translated(f"gs://{bucket.name}/{path}"):
        url = bucket.media_url(path) + (f"&generation={generation}" if generation else "")
        return retries()(_get)(bucket, url, headers)  # type: ignore[no-any-return]  # the library's decorator is untyped


def _get(bucket: Bucket, url: str, headers: dict[str, str]) -> Response:
    from google.api_core.exceptions import from_http_response

    response: Response = bucket.session.get(url, headers=headers, stream=True, timeout=TIMEOUT_S)
    if not response.ok and response.status_code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        raise from_http_response(response)
    return response


class _Answer:
    """The body of an answer; an answer that there are no such bytes has an empty one."""

    def __init__(self, what: str, response: Response) -> None:
        self._what, self._response = what, response
        self.generation = response.headers.get("X-Goog-Generation", "")

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; raises Unavailable where the connection breaks."""
        if self._response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return b""
        with translated(self._what):
            data: bytes = self._response.raw.read(size)
        return data

    def close(self) -> None:
        """Give the connection back."""
        self._response.close()

    def sum(self) -> _Sum:
        """The checksum that the whole object has to have; none is known of one that is unpacked on its way."""
        hashes = dict(part.strip().partition("=")[::2] for part in self._response.headers.get("X-Goog-Hash", "").split(","))
        plain = self._response.headers.get("X-Goog-Stored-Content-Encoding", "identity") == "identity"
        return _Sum(hashes.get("crc32c", "") if plain else "")


class _Sum:
    """The CRC32C of the bytes that passed, compared at their end."""

    def __init__(self, expected: str) -> None:
        import google_crc32c

        self._expected = expected
        self._sum: Any = google_crc32c.Checksum()

    def take(self, data: bytes) -> None:
        """Add bytes; none stand for the end. Raises Unavailable when the end is reached and they were not the object's."""
        if data:
            self._sum.update(data)
        elif self._expected and base64.b64encode(self._sum.digest()).decode() != self._expected:
            raise Unavailable("The bytes that arrived are not those that are stored.")
