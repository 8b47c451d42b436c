"""Attempts of tasks, and how the API shows a task and its attempts."""

from __future__ import annotations

from dataclasses import dataclass

from google.cloud.tasks_v2 import types
from google.rpc import code_pb2

from tools.emulators.tasks import checks, pace, wire
from tools.emulators.tasks.pace import SECOND, timestamp

SUCCESS = range(200, 300)

#: How answers of HTTP are told as codes of gRPC (google/rpc/code.proto); any other is UNKNOWN.
_CODES = {
    400: code_pb2.INVALID_ARGUMENT,
    401: code_pb2.UNAUTHENTICATED,
    403: code_pb2.PERMISSION_DENIED,
    404: code_pb2.NOT_FOUND,
    409: code_pb2.ABORTED,
    429: code_pb2.RESOURCE_EXHAUSTED,
    500: code_pb2.INTERNAL,
    501: code_pb2.UNIMPLEMENTED,
    503: code_pb2.UNAVAILABLE,
    504: code_pb2.DEADLINE_EXCEEDED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came of an attempt."""

    #: The status of HTTP; 0 where no answer came.
    status: int
    #: What the worker asked to wait by ``Retry-After``, in microseconds.
    retry_after: int = 0
    #: Why there was no answer, in one word.
    reason: str = ""
    #: The beginning of the body, for those who look over the double's shoulder; the service has no use for it.
    said: bytes = b""


LATE = Answer(status=0, reason="DEADLINE_EXCEEDED")


@dataclass(frozen=True, kw_only=True, slots=True)
class Dispatch:
    """One attempt to be made now: a request to send, and all that its headers tell."""

    id: int
    queue: str
    task: str
    request: wire.HttpRequest
    retry_count: int
    execution_count: int
    #: When the task was to be attempted, when this attempt began, and when it counts as failed without an answer.
    due: int
    began: int
    deadline: int
    previous: int
    reason: str


def completed(task: wire.Task, name: str, due: int, now: int) -> wire.Task:
    """A task as it is kept: a copy, with the service's defaults and nothing that only the service may tell."""
    raw = type(task)()
    raw.CopyFrom(task)
    raw.name = name
    raw.create_time.CopyFrom(timestamp(now - now % SECOND))
    raw.schedule_time.CopyFrom(timestamp(due))
    if not raw.HasField("dispatch_deadline"):
        raw.dispatch_deadline.CopyFrom(pace.duration(checks.DEFAULT_DEADLINE))
    raw.http_request.http_method = raw.http_request.http_method or types.HttpMethod.POST
    for output in ("first_attempt", "last_attempt", "dispatch_count", "response_count"):
        raw.ClearField(output)
    return raw


def show_began(raw: wire.Task, dispatch: Dispatch) -> None:
    """Tell with a task that an attempt began."""
    raw.dispatch_count += 1
    if not raw.HasField("first_attempt"):
        raw.first_attempt.dispatch_time.CopyFrom(timestamp(dispatch.began))
    raw.ClearField("last_attempt")
    raw.last_attempt.schedule_time.CopyFrom(timestamp(dispatch.due))
    raw.last_attempt.dispatch_time.CopyFrom(timestamp(dispatch.began))


def show_ended(raw: wire.Task, answer: Answer, now: int) -> None:
    """Tell with a task what came of its last attempt."""
    raw.response_count += answer.status != 0
    raw.last_attempt.response_time.CopyFrom(timestamp(now))
    status = raw.last_attempt.response_status
    if answer is LATE:
        status.code, status.message = code_pb2.DEADLINE_EXCEEDED, answer.reason
    elif answer.status not in SUCCESS:
        status.code = _CODES.get(answer.status, code_pb2.UNAVAILABLE if answer.status == 0 else code_pb2.UNKNOWN)
        status.message = answer.reason or f"HTTP status code {answer.status}"
