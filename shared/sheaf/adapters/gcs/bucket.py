"""A bucket, and how it is reached: credentials found once, a client a thread, retries in one place."""

from __future__ import annotations

import os
import threading
import weakref
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sheaf.domain.errors import InvalidInput
from sheaf.settings import in_cloud

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

#: What Google's own clients look for an emulator by.
EMULATOR = "STORAGE_EMULATOR_HOST"
#: Seconds to connect, and between two bytes of an answer.
TIMEOUT_S = (10.0, 60.0)
#: Seconds after which a call that fails is not made again.
_PATIENCE_S = 30.0
#: Keeps the library from asking for the bucket itself, for traces that nobody collects, in a thread of its own and with a right of its own.
_NO_TRACES = "DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA"
_SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
#: Objects that one page of a listing holds.
PAGE = 1_000
#: What is asked of an object in a listing.
_LISTED = "items(name,size,generation,updated,contentType),nextPageToken"


@cache
def retries() -> Any:
    """THE retry of calls to Cloud Storage: what its library holds to be passing, with back-off and jitter, within bounds.

    https://cloud.google.com/storage/docs/retry-strategy
    """
    from google.cloud.storage.retry import DEFAULT_RETRY

    return DEFAULT_RETRY.with_delay(initial=0.2, maximum=5.0, multiplier=2.0).with_timeout(_PATIENCE_S)


class _Speaking:
    """A client on a session of its own, which is closed when its thread or its bucket is done with."""

    def __init__(self, credentials: Credentials, project: str, endpoint: str) -> None:
        from google.auth.transport.requests import AuthorizedSession
        from google.cloud.storage import Client

        os.environ.setdefault(_NO_TRACES, "true")
        self.session = AuthorizedSession(credentials)
        options = {"api_endpoint": endpoint} if endpoint else None
        self.client = Client(project=project or None, credentials=credentials, client_options=options, _http=self.session)
        weakref.finalize(self, self.session.close)


class Bucket:
    """One bucket; may be shared by threads, each of which speaks through a client of its own, since sessions are not made to be shared.

    With an ``endpoint`` (of an emulator) no credentials are looked for. Nothing is loaded or asked before the first use.
    """

    def __init__(self, name: str, *, project: str = "", endpoint: str = "") -> None:
        self.name = name
        self.endpoint = endpoint.rstrip("/")
        self._project = project
        self._threads = threading.local()

    @cached_property
    def credentials(self) -> Credentials:
        """What the process has been given to show; raises google.auth's DefaultCredentialsError."""
        import google.auth
        from google.auth.credentials import AnonymousCredentials

        if self.endpoint:
            return AnonymousCredentials()
        found, _ = google.auth.default(scopes=_SCOPES)
        return found

    @property
    def client(self) -> Any:
        """This thread's ``google.cloud.storage.Client``."""
        return self._here.client

    @property
    def session(self) -> Any:
        """This thread's authorized ``requests`` session, for what the library has no call for."""
        return self._here.session

    @property
    def _here(self) -> _Speaking:
        if not hasattr(self._threads, "speaking"):
            self._threads.speaking = _Speaking(self.credentials, self._project, self.endpoint)
        speaking: _Speaking = self._threads.speaking
        return speaking

    def blob(self, path: str) -> Any:
        """A ``google.cloud.storage.Blob`` that nothing is known of yet."""
        return self.client.bucket(self.name).blob(path)

    def look(self, path: str) -> Any | None:
        """A ``Blob`` with what is known of it, None where there is none."""
        return self.client.bucket(self.name).get_blob(path, retry=retries(), timeout=TIMEOUT_S)

    def listing(self, prefix: str, *, page: int = PAGE, start: str = "") -> Any:
        """``Blob`` for ``Blob`` those whose name begins with ``prefix``, from the name ``start`` on, page by page."""
        return self.client.list_blobs(
            self.name, prefix=prefix, start_offset=start or None, page_size=page, fields=_LISTED, retry=retries(), timeout=TIMEOUT_S
        )

    def media_url(self, path: str) -> str:
        """Where an object's bytes are answered (https://cloud.google.com/storage/docs/json_api/v1/objects/get)."""
        base = self.endpoint or self.client.api_endpoint
        return f"{base}/download/storage/v1/b/{quote(self.name, safe='')}/o/{quote(path, safe='')}?alt=media"


def emulator() -> str:
    """The address of an emulator that the environment names (:data:`EMULATOR`), or none.

    Raises InvalidInput for one in the cloud: it is spoken to without encryption or credentials.
    """
    host = os.environ.get(EMULATOR, "")
    if host and in_cloud():
        raise InvalidInput(f"{EMULATOR} is set: in the cloud objects are kept in Cloud Storage. Unset it.", field=EMULATOR)
    return host if not host or "://" in host else f"http://{host}"
