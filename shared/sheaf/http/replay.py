"""``Idempotency-Key`` on creating calls: the first answer is given again, marked as such."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from flask import Request, Response

from sheaf.domain.errors import InvalidInput
from sheaf.http.operations import Call, Operation

if TYPE_CHECKING:
    from sheaf.services import idempotency

HEADER = "Idempotency-Key"
#: Says on an answer that it was given before.
REPLAYED = "Idempotency-Replayed"

_MAX_KEY = 255
_CHUNK = 1 << 20
#: Headers of an answer that belong to it, and not to the request that it was given to.
_KEPT = ("Content-Type", "ETag", "Location")


def respond(operation: Operation, call: Call, perform: Callable[[], Response]) -> Response:
    """Perform a call; under a key that was used before, give that call's answer instead."""
    key = call.request.headers.get(HEADER)
    if key is None or not operation.keyed:
        return perform()
    if not key or len(key) > _MAX_KEY or not key.isascii() or not key.isprintable():
        raise InvalidInput(f"{HEADER} has 1 to {_MAX_KEY} printable ASCII characters.", code="invalid_request", field=HEADER)
    from sheaf.services import idempotency

    answer, replayed = idempotency.once(call.kernel, call.tenant, key, _digest(call.request), lambda: _kept(perform()))
    response = Response(answer.body, status=answer.status, headers=dict(answer.headers))
    if replayed:
        response.headers[REPLAYED] = "true"
    return response


def _kept(response: Response) -> idempotency.Answer:
    from sheaf.services import idempotency

    headers = {name: response.headers[name] for name in _KEPT if name in response.headers}
    return idempotency.Answer(status=response.status_code, body=response.get_data(as_text=True), headers=headers)


def _digest(request: Request) -> str:
    """What a request asks for: its method, address and content, whatever its form's boundary is."""
    digest = hashlib.blake2b(f"{request.method} {request.full_path}".encode(), digest_size=16)
    for part in _content(request):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _content(request: Request) -> Iterator[bytes]:
    if not request.files:
        yield request.get_data()
    for upload in chain.from_iterable(uploads for _, uploads in request.files.lists()):
        yield (upload.filename or "").encode()
        while chunk := upload.stream.read(_CHUNK):
            yield chunk
        upload.stream.seek(0)
