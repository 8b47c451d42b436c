"""Calls of the Cloud Tasks API: many at a time over one channel, retried here and nowhere else, their errors in the product's words."""

from __future__ import annotations

import logging
import random
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from sheaf.domain.errors import AccessDenied, InvalidInput, SheafError, Unavailable

if TYPE_CHECKING:
    from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksTransport

_log = logging.getLogger(__name__)

#: Calls under way on the channel; Google's servers take 100 streams of one connection.
_AT_ONCE = 64
_CALL_TIMEOUT_S = 10.0
#: For all the calls of one message list together; whoever waits has a deadline of its own.
_PATIENCE_S = 40.0
_ATTEMPTS = 4
_BASE_S = 0.1

#: Codes of gRPC that speak of the moment (https://google.aip.dev/194), and of what a call may do.
_RETRYABLE = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "ABORTED", "INTERNAL", "UNKNOWN", "CANCELLED"})
_DENIED = frozenset({"PERMISSION_DENIED", "UNAUTHENTICATED"})

Sent = TypeVar("Sent")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """What a call came to: the name of a gRPC code (``OK`` for success) and what was said of it."""

    code: str
    said: str = ""


class Calls:
    """The API's methods that a sender needs; the library and the channel are made when the first is called."""

    def __init__(self, endpoint: str = "", *, sleep: Callable[[float], None] = time.sleep, rng: random.Random | None = None) -> None:
        self._endpoint = endpoint
        self._sleep = sleep
        self._rng = rng or random.Random()  # noqa: S311 - jitter is no secret
        self._transport: CloudTasksTransport | None = None
        self._lock = Lock()

    def create_tasks(self, requests: Sequence[Any]) -> list[Answered]:
        """Create each task (raw CreateTaskRequests), and answer ``OK`` or ``ALREADY_EXISTS`` for each, in order.

        Raises Unavailable when some were not accepted after all attempts, InvalidInput and AccessDenied at the first that is refused so.
        """
        return self._made(self._channel().create_task, requests, lambda request: ("parent", request.parent), good={"ALREADY_EXISTS"})

    def has_task(self, request: Any) -> bool:
        """Whether the task of a raw GetTaskRequest is there; raises as :meth:`create_tasks` does."""
        (answered,) = self._made(self._channel().get_task, [request], lambda request: ("name", request.name), good={"NOT_FOUND"})
        return answered.code == "OK"

    def close(self) -> None:
        """Let go of the channel; the next call makes another."""
        with self._lock:
            transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()

    def _channel(self) -> CloudTasksTransport:
        with self._lock:
            if self._transport is None:
                self._transport = _connected(self._endpoint)
            return self._transport

    def _made(self, call: Any, requests: Sequence[Any], route: Callable[[Any], tuple[str, str]], good: set[str]) -> list[Answered]:
        until = time.monotonic() + _PATIENCE_S
        answers: dict[int, Answered] = {}
        open_ = list(range(len(requests)))
        for attempt in range(_ATTEMPTS):
            if attempt:
                self._sleep(_BASE_S * 2**attempt * (0.5 + self._rng.random() / 2))
            sent = ((requests[i], [("x-goog-request-params", urlencode([route(requests[i])]))]) for i in open_)
            answers |= zip(open_, _pipelined(call, sent, good, until), strict=True)
            open_ = [i for i in open_ if answers[i].code in _RETRYABLE]
            if not open_:
                return [answers[i] for i in range(len(requests))]
        raise _refused(answers[open_[0]])


def _pipelined(call: Any, requests: Iterable[tuple[Any, list[tuple[str, str]]]], good: set[str], until: float) -> Iterator[Answered]:
    """Send without waiting for each answer; ends at the first that no repetition can mend, and when the time is up."""
    under_way: deque[Any] = deque()
    try:
        for request, metadata in requests:
            if len(under_way) == _AT_ONCE:
                yield _answered(under_way.popleft(), good)
            left = until - time.monotonic()
            if left <= 0:
                raise _refused(Answered(code="DEADLINE_EXCEEDED", said=f"not done within {_PATIENCE_S:g} s"))
            under_way.append(call.future(request, timeout=min(_CALL_TIMEOUT_S, left), metadata=metadata))
        while under_way:
            yield _answered(under_way.popleft(), good)
    finally:
        for future in under_way:
            future.cancel()


def _answered(future: Any, good: set[str]) -> Answered:
    import grpc
    from google.auth.exceptions import GoogleAuthError

    try:
        error = future.exception()
    except grpc.FutureCancelledError:
        return Answered(code="CANCELLED")
    match error:
        case None:
            return Answered(code="OK")
        case grpc.RpcError():
            answered = Answered(code=error.code().name, said=error.details() or "")
        case GoogleAuthError():
            answered = Answered(code="UNAUTHENTICATED", said=str(error))
        case _:
            raise error
    if answered.code not in good | _RETRYABLE:
        raise _refused(answered)
    return answered


def _refused(answered: Answered) -> SheafError:
    """The error of a call that came to nothing; what the service said is for the log."""
    _log.error("Cloud Tasks answered %s: %s", answered.code, answered.said)
    if answered.code in _DENIED:
        return AccessDenied("The credentials do not allow this with the installation's task queues.")
    if answered.code == "INVALID_ARGUMENT":
        return InvalidInput("Cloud Tasks takes no such message.", field="payload")
    return Unavailable(f"The task queue did not accept the work ({answered.code.lower()}).")


def _connected(endpoint: str) -> CloudTasksTransport:
    """A channel to Google with this machine's credentials, or to a double on loopback with none."""
    import grpc
    from google.auth.exceptions import GoogleAuthError
    from google.cloud.tasks_v2 import CloudTasksClient
    from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport

    if endpoint:
        return CloudTasksGrpcTransport(channel=grpc.insecure_channel(endpoint))
    with suppress(GoogleAuthError):
        return CloudTasksClient().transport
    raise AccessDenied("There are no Google credentials that would open the installation's task queues.")
