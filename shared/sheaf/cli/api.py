"""The client that every command speaks through: the HTTP API of a server, or the same API inside this process on the embedded stores."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

from sheaf.cli.failures import ApiError, problem
from sheaf.domain.errors import InvalidInput, Unavailable
from sheaf.settings import Settings

if TYPE_CHECKING:
    import httpx

    from sheaf.embedded.installation import Installation
    from sheaf.embedded.work import Workforce

Json = Any

_TRIES = 4
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 8.0
_AGAIN = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})
_TIMEOUT_S = 60.0
#: Between two pieces of an upload, whatever its size.
_UPLOAD_TIMEOUT_S = 300.0
_CHUNK = 2**20


class Api:
    """Calls of the API, repeated with a back-off while the server is not able to answer.

    Every creating call carries an ``Idempotency-Key``, so that its repetition creates nothing twice.
    """

    def __init__(self, client: httpx.Client, bare: httpx.Client, *, where: str, here: Installation | None = None) -> None:
        self._client = client
        #: For signed URLs, which may lead to somebody else's server: it shows no key.
        self._bare = bare
        #: Where the calls go, for people.
        self.where = where
        #: The installation itself, where the API runs inside this process.
        self.here = here

    def get(self, path: str, **query: Any) -> Json:
        """What is there; None among ``query`` is left out."""
        return self._call("GET", path, params=_given(query)).json()

    def post(self, path: str, body: Json = None, **query: Any) -> Json:
        """Create or start something."""
        headers = {"Idempotency-Key": uuid4().hex}
        response = self._call("POST", path, json={} if body is None else body, params=_given(query), headers=headers)
        return response.json() if response.content else None

    def put(self, path: str, body: Json, **query: Any) -> Json:
        """Replace something."""
        return self._call("PUT", path, json=body, params=_given(query)).json()

    def patch(self, path: str, body: Json, **query: Any) -> Json:
        """Change something."""
        return self._call("PATCH", path, json=body, params=_given(query)).json()

    def delete(self, path: str, **query: Any) -> None:
        """Remove something."""
        self._call("DELETE", path, params=_given(query))

    def pages(self, path: str, key: str, **query: Any) -> Iterator[Json]:
        """Every item of a list, page after page."""
        query = {"limit": 200, **query}
        while True:
            page = self.get(path, **query)
            yield from page[key]
            if not page.get("next_cursor"):
                return
            query["cursor"] = page["next_cursor"]

    def download(self, path: str, target: IO[bytes], **query: Any) -> None:
        """Stream an answer into ``target``."""
        with self._client.stream("GET", path, params=_given(query), timeout=None) as response:
            if response.is_error:
                response.read()
                raise _error(response)
            for chunk in response.iter_bytes(_CHUNK):
                target.write(chunk)

    def upload(self, url: str, data: Iterator[bytes], *, size: int, headers: Mapping[str, str]) -> None:
        """PUT a file's bytes to a signed URL, once; a further try needs fresh bytes. Raises Unavailable when it did not get there."""
        import httpx

        try:
            response = self._bare.put(url, content=data, headers={**headers, "Content-Length": str(size)})
        except httpx.TransportError as error:
            raise Unavailable(f"The upload was cut off: {str(error).rstrip('.')}.", code="unreachable") from error
        if response.status_code == HTTPStatus.PRECONDITION_FAILED:  # what an object store says that only takes new objects
            raise ApiError(problem(HTTPStatus.CONFLICT, "already_uploaded", "The bytes are there already."))
        if response.is_error:
            raise _error(response)

    def workforce(self) -> AbstractContextManager[Workforce | None]:
        """Whoever does the work while the block runs: workers of our own, unless a server has its own."""
        if self.here is None:
            return nullcontext()
        from sheaf.embedded.work import Workforce

        return Workforce(self.here)

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
        return None if response.status_code in _AGAIN and not last else response


def _given(query: Mapping[str, Any]) -> dict[str, Any]:
    return {key: str(value).lower() if isinstance(value, bool) else value for key, value in query.items() if value is not None}


def pause(attempt: int) -> float:
    """How long to wait after so many tries: about twice as long each time, spread so that callers part."""
    longest = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * float(2 ** (attempt - 1)))
    return longest * (0.5 + random.random() / 2)  # noqa: S311 - keeps no secret


def _error(response: httpx.Response) -> ApiError:
    try:
        document = response.json()
    except ValueError:
        document = None
    if isinstance(document, dict) and ("detail" in document or "title" in document):
        return ApiError(document)
    status = HTTPStatus(response.status_code)
    return ApiError(
        problem(status, "api_error", f"The server answered {status.value} {status.phrase}, and not as Sheaf does. Is the address right?")
    )


@contextmanager
def connect(settings: Settings, *, url: str = "") -> Iterator[Api]:
    """The API at ``url``; or of the server that runs on the settings' data folder; or of this process, on that folder.

    Raises InvalidInput for a ``url`` that is none.
    """
    from sheaf.embedded import serverfile

    _check_url(url)
    server = None if url else serverfile.running(settings.data_dir)
    if url or server:
        with _remote(url or (server.url if server else ""), settings) as api:
            yield api
    else:
        with _local(settings) as api:
            yield api


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        good = not url or (parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0)
    except ValueError:
        good = False
    if not good:
        raise InvalidInput(f"{url!r} is no address of a server; one looks like https://sheaf.example.com.", field="url")


@contextmanager
def _remote(url: str, settings: Settings) -> Iterator[Api]:
    import httpx

    headers = {"Authorization": f"Bearer {settings.api_key}"} if settings.api_key else {}
    client = httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=_TIMEOUT_S)
    with client, httpx.Client(timeout=_UPLOAD_TIMEOUT_S) as bare:
        yield Api(client, bare, where=url)


@contextmanager
def _local(settings: Settings) -> Iterator[Api]:
    import httpx

    from sheaf.embedded.installation import opened
    from sheaf.http.site import create_site

    private = replace(settings, host="127.0.0.1", api_key="")
    with opened(private, import_roots=(Path(Path.cwd().anchor),)) as here:
        transport = httpx.WSGITransport(app=create_site(here.kernel, private), raise_app_exceptions=False)
        with httpx.Client(base_url="http://127.0.0.1", transport=transport) as client:
            yield Api(client, client, where=f"the stores in {settings.data_dir}", here=here)
