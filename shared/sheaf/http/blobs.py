"""``/blobs``: the signed URLs of an object store that does not serve them itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Protocol, cast, runtime_checkable

from flask import Response, request
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.exceptions import UnsupportedMediaType

from sheaf.adapters.blobs.signing import Grant
from sheaf.domain.errors import Conflict, NotFound, PreconditionFailed
from sheaf.http.application import attachment, empty
from sheaf.services.kernel import Kernel

_CHUNK = 1 << 18


@runtime_checkable
class SelfSigned(Protocol):
    """An object store that signs URLs for us to serve."""

    def verify_upload(self, path: str, query: str) -> Grant:
        """What a PUT to the object, with this query string, may do; raises InvalidInput."""
        ...

    def verify_download(self, path: str, query: str) -> Grant:
        """What a GET may do."""
        ...


def serve(kernel: Kernel, path: str) -> Response:
    """Carry out a signed URL of the kernel's object store; raises werkzeug's 404 where they are not ours to serve."""
    store = kernel.blobs
    if not isinstance(store, SelfSigned):
        raise NoSuchPage
    return _upload(kernel, store, path) if request.method == "PUT" else _download(kernel, store, path)


def _query() -> str:
    return request.query_string.decode("latin-1")


def _upload(kernel: Kernel, store: SelfSigned, path: str) -> Response:
    """Store the body, streamed; what is there stays as it is, since it may be part of a submitted run."""
    grant = store.verify_upload(path, _query())
    if request.content_type != grant.content_type:
        raise UnsupportedMediaType(f"The URL is signed for Content-Type: {grant.content_type}.")
    request.max_content_length = grant.max_bytes
    try:
        kernel.blobs.put(path, cast("BinaryIO", request.stream), content_type=grant.content_type, new=True)
    except PreconditionFailed as error:
        raise Conflict("The bytes are there already.", code="already_uploaded") from error
    return empty(201)


def _download(kernel: Kernel, store: SelfSigned, path: str) -> Response:
    """Answer the bytes, or the range that is asked for, as a download: never as a page of this origin."""
    grant = store.verify_download(path, _query())
    info = kernel.blobs.info(path)
    if info is None:
        raise NotFound("The bytes are not there any more.", what="object")
    response = Response(content_type="application/octet-stream", headers=attachment(grant.file_name))
    response.content_length = info.size
    response.set_etag(info.generation)
    response.make_conditional(request, accept_ranges=True, complete_length=info.size)
    part = response.content_range
    response.response = _read(kernel, path, part.start or 0, part.stop or info.size)
    return response


def _read(kernel: Kernel, path: str, start: int, stop: int) -> Iterator[bytes]:
    """The object's bytes between two places; it is not opened for an answer that carries none."""
    with kernel.blobs.open(path, start=start, end=stop) as data:
        while chunk := data.read(_CHUNK):
            yield chunk
