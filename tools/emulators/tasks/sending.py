"""Deliveries over HTTP: the request that a dispatch stands for, on connections that are kept.

Headers by https://cloud.google.com/tasks/docs/creating-http-target-tasks#handler.
"""

from __future__ import annotations

import http.client
import select
import ssl
import threading
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

from google.cloud.tasks_v2 import types

from tools.emulators.tasks import names, wire
from tools.emulators.tasks.attempts import LATE, Answer, Dispatch
from tools.emulators.tasks.keys import Keys
from tools.emulators.tasks.pace import SECOND

_REPLACED = ("host", "content-length", "user-agent", "x-google-", "x-appengine-", "x-cloudtasks-")
#: More of an answer than this is not read, and its connection is not used again.
_READ_BYTES = 65_536


class Sender(Protocol):
    """Makes a delivery and says what came of it."""

    def send(self, dispatch: Dispatch) -> Answer:
        """What the worker answered; status 0 where nothing did. Raises nothing."""
        ...


class HttpSender:
    """Sends over HTTP. Redirects are not followed: their answers are failures."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        #: Connections that wait for their next request, the last used last.
        self._idle: dict[tuple[str, str], list[http.client.HTTPConnection]] = {}
        self._lock = threading.Lock()
        self._closed = False

    def send(self, dispatch: Dispatch) -> Answer:
        """See :class:`Sender`."""
        try:
            return self._exchange(dispatch, urlsplit(dispatch.request.url))
        except TimeoutError:
            return LATE
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Answer(status=0, reason=f"UNAVAILABLE: {type(error).__name__}")

    def close(self) -> None:
        """Let go of the connections; those in use go with their answers."""
        with self._lock:
            self._closed = True
            idle = [connection for kept in self._idle.values() for connection in kept]
        for connection in idle:
            connection.close()

    def _exchange(self, dispatch: Dispatch, target: SplitResult) -> Answer:
        connection = self._taken(target)
        connection.timeout = max(0.001, (dispatch.deadline - dispatch.began) / SECOND)
        if connection.sock is not None:
            connection.sock.settimeout(connection.timeout)
        try:
            return self._ask(connection, dispatch, target)
        except BaseException:
            connection.close()
            raise
        finally:
            self._give_back(target, connection)

    def _ask(self, connection: http.client.HTTPConnection, dispatch: Dispatch, target: SplitResult) -> Answer:
        request = dispatch.request
        path = f"{target.path or '/'}?{target.query}" if target.query else target.path or "/"
        connection.request(types.HttpMethod(request.http_method).name, path, body=request.body or None, headers=self._headers(dispatch))
        with connection.getresponse() as response:
            said = response.read(_READ_BYTES)
            if not response.isclosed():
                connection.close()
            return Answer(status=response.status, retry_after=_retry_after(response.headers.get("Retry-After", "")), said=said)

    def _taken(self, target: SplitResult) -> http.client.HTTPConnection:
        """A connection that the other side has not closed (RFC 9112, section 9.5), or a new one."""
        with self._lock:
            idle = self._idle.get((target.scheme, target.netloc), [])
            while idle:
                if not _is_readable(connection := idle.pop()):
                    return connection
                connection.close()
        return _connected(target)

    def _give_back(self, target: SplitResult, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            if self._closed or connection.sock is None:
                connection.close()
            else:
                self._idle.setdefault((target.scheme, target.netloc), []).append(connection)

    def _headers(self, dispatch: Dispatch) -> dict[str, str]:
        headers = own_headers(dispatch.request)
        if dispatch.request.WhichOneof("authorization_header") == "oidc_token":
            token = dispatch.request.oidc_token
            headers["Authorization"] = f"Bearer {self._keys.token(token.service_account_email, token.audience or dispatch.request.url)}"
        return headers | queue_headers(dispatch)


def own_headers(request: wire.HttpRequest) -> dict[str, str]:
    """The headers that the task asks for, without those that the service sets itself."""
    return {name: value for name, value in request.headers.items() if not name.lower().startswith(_REPLACED)}


def queue_headers(dispatch: Dispatch) -> dict[str, str]:
    """The headers by which a worker knows what is delivered."""
    headers = {
        "User-Agent": "Google-Cloud-Tasks",
        "X-CloudTasks-QueueName": names.short(dispatch.queue),
        "X-CloudTasks-TaskName": names.short(dispatch.task),
        "X-CloudTasks-TaskRetryCount": str(dispatch.retry_count),
        "X-CloudTasks-TaskExecutionCount": str(dispatch.execution_count),
        "X-CloudTasks-TaskETA": f"{dispatch.due // SECOND}.{dispatch.due % SECOND:06d}",
    }
    if dispatch.previous:
        headers["X-CloudTasks-TaskPreviousResponse"] = str(dispatch.previous)
    if dispatch.reason:
        headers["X-CloudTasks-TaskRetryReason"] = dispatch.reason
    return headers


def _is_readable(connection: http.client.HTTPConnection) -> bool:
    """Whether something came on an idle connection, which can only be its end."""
    return bool(select.select([connection.sock], [], [], 0)[0])


def _connected(target: SplitResult) -> http.client.HTTPConnection:
    host = target.hostname or ""
    if target.scheme == "https":
        return http.client.HTTPSConnection(host, target.port, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, target.port)


def _retry_after(text: str) -> int:
    """``Retry-After`` in microseconds from now: seconds or a date (RFC 9110, section 10.2.3); 0 for none that can be read."""
    if text.isascii() and text.isdigit():
        return min(int(text), 86_400) * SECOND
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0
    return max(0, round((moment - datetime.now(UTC)).total_seconds() * SECOND)) if moment.tzinfo else 0
