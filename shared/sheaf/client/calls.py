"""Calls of the API: JSON in and out, repeated with a back-off while the server is not able to answer."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

from sheaf.client.errors import ApiError, error_of, problem
from sheaf.domain.errors import InvalidInput, Unavailable

if TYPE_CHECKING:
    import httpx

Json = Any

_TRIES = 4
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 8.0
_AGAIN = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})
#: What a repetition is told while the call that it repeats is carried out.
_AT_WORK = "idempotency_key_in_use"
_TIMEOUT_S = 60.0
#: Between two pieces of an upload, whatever its size.
_UPLOAD_TIMEOUT_S = 300.0
_CHUNK = 2**20
#: Items of one page of a list.
_PAGE = 200
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


class Calls:
    """Calls of one server.

    Every creating call carries an ``Idempotency-Key``, so that its repetition creates nothing twice.
    """

    def __init__(self, client: httpx.Client, bare: httpx.Client, *, where: str) -> None:
        self._client = client
        #: For signed URLs, which may lead to somebody else's server: it shows no key.
        self._bare = bare
        #: Where the calls go, for people.
        self.where = where

    def get(self, path: str, **query: Any) -> Json:
        """What is there; None among ``query`` is left out."""
        return _object(self._call("GET", path, params=_given(query)))

    def post(self, path: str, body: Json = None, *, key: str = "", **query: Any) -> Json:
        """Create or start something; whoever may have to ask again after an end of this process gives a ``key`` of its own."""
        headers = {"Idempotency-Key": key or uuid4().hex}
        response = self._call("POST", path, json={} if body is None else body, params=_given(query), headers=headers)
        return None if response.status_code == HTTPStatus.NO_CONTENT else _object(response)

    def put(self, path: str, body: Json, **query: Any) -> Json:
        """Replace something."""
        return _object(self._call("PUT", path, json=body, params=_given(query)))

    def patch(self, path: str, body: Json, **query: Any) -> Json:
        """Change something."""
        return _object(self._call("PATCH", path, json=body, params=_given(query)))

    def delete(self, path: str, **query: Any) -> None:
        """Remove something."""
        self._call("DELETE", path, params=_given(query))

    def pages(self, path: str, key: str, **query: Any) -> Iterator[Json]:
        """Every item of a list, page after page."""
        for page in self.each_page(path, **query):
            yield from page[key]

    def each_page(self, path: str, **query: Any) -> Iterator[Json]:
        """Every page of a list, each asked for when the one before has been read."""
        query = {"limit": _PAGE, **query}
        while True:
            page = self.get(path, **query)
            yield page
            if not page.get("next_cursor"):
                return
            query["cursor"] = page["next_cursor"]

    def download(self, path: str, target: IO[bytes], **query: Any) -> None:
        """Stream an answer into ``target``; raises Unavailable where it breaks off."""
        import httpx

        try:
            with self._client.stream("GET", path, params=_given(query), timeout=None) as response:
                if not response.is_success:
                    response.read()
                    raise _error(response)
                for chunk in response.iter_bytes(_CHUNK):
                    target.write(chunk)
        except httpx.TransportError as error:
            raise Unavailable(f"The download was cut off: {str(error).rstrip('.')}.", code="unreachable") from error

    def upload(self, url: str, data: Iterator[bytes], *, size: int, headers: Mapping[str, str]) -> None:
        """PUT a file's bytes to a signed URL, once; a further try needs fresh bytes. Raises Unavailable when it did not get there."""
        import httpx

        try:
            response = self._bare.put(url, content=data, headers={**headers, "Content-Length": str(size)})
        except httpx.TransportError as error:
            raise Unavailable(f"The upload was cut off: {str(error).rstrip('.')}.", code="unreachable") from error
        if response.status_code == HTTPStatus.PRECONDITION_FAILED:  # what an object store says that only takes new objects
            raise error_of(problem(HTTPStatus.CONFLICT, "already_uploaded", "The bytes are there already."))
        if response.is_error:
            raise _error(response)

    def _call(self, method: str, path: str, **request: Any) -> httpx.Response:
        response, attempt = None, 0
        while response is None:
            attempt += 1
            response = self._try(method, path, last=attempt == _TRIES, **request)
            if response is None:
                time.sleep(pause(attempt))
        if response.is_error:
            raise _error(response)
        return response

    def _try(self, method: str, path: str, *, last: bool, **request: Any) -> httpx.Response | None:
        import httpx

        try:
            response = self._client.request(method, path, **request)
        except httpx.TransportError as error:
            if last or isinstance(error, httpx.UnsupportedProtocol):
                raise Unavailable(f"{self.where} cannot be reached: {str(error).rstrip('.')}.", code="unreachable") from error
            return None
        return None if _is_to_be_repeated(response) and not last else response


@contextmanager
def clients(url: str, *, key: str = "") -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """What speaks to the server at ``url`` with a key, and to anybody else without; raises InvalidInput for an address that is none."""
    import httpx

    _check_url(url)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    shown = httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=_TIMEOUT_S)
    with shown, httpx.Client(timeout=_UPLOAD_TIMEOUT_S) as bare:
        yield shown, bare


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise InvalidInput(f"{url!r} is no address of a server; one looks like https://sheaf.example.com.", field="url")


def _given(query: Mapping[str, Any]) -> dict[str, Any]:
    return {key: str(value).lower() if isinstance(value, bool) else value for key, value in query.items() if value is not None}


def pause(attempt: int) -> float:
    """How long to wait after so many tries: about twice as long each time, spread so that callers part."""
    longest = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * float(2 ** (attempt - 1)))
    return longest * (0.5 + random.random() / 2)  # noqa: S311 - keeps no secret


def _is_to_be_repeated(response: httpx.Response) -> bool:
    """Whether the server cannot answer now, or is still at work on an earlier try whose answer got lost."""
    if response.status_code == HTTPStatus.CONFLICT:
        document = _decoded(response)
        return isinstance(document, dict) and document.get("code") == _AT_WORK
    return response.status_code in _AGAIN


def _object(response: httpx.Response) -> Json:
    """The object that every answer with a body is; raises ApiError for a redirection, and for what is none."""
    document = _decoded(response)
    if not response.is_success or not isinstance(document, dict):
        raise _error(response)
    return document


def _decoded(response: httpx.Response) -> Json:
    try:
        return response.json()
    except ValueError:
        return None


def _error(response: httpx.Response) -> ApiError:
    document = _decoded(response)
    if response.is_error and isinstance(document, dict) and ("detail" in document or "title" in document):
        return error_of({"status": response.status_code, **document})
    status, phrase = response.status_code, _PHRASES.get(response.status_code, "Unknown")
    led = " It leads elsewhere, perhaps to https." if response.is_redirect else ""
    told = f"The server answered {status} {phrase}, and not as Sheaf does.{led} Is the address right?"
    return error_of({"type": "about:blank", "title": phrase, "status": status, "code": "api_error", "detail": told})
