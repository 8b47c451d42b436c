"""What the service accepts as a task: google.cloud.tasks.v2, Task and HttpRequest, and https://cloud.google.com/tasks/docs/quotas."""

from __future__ import annotations

from urllib.parse import urlsplit

from google.cloud.tasks_v2 import types

from tools.emulators.tasks import names, pace, wire
from tools.emulators.tasks.pace import SECOND, micros
from tools.emulators.tasks.refusals import invalid

LARGEST_TASK = 100 * 1024
LARGEST_HEADERS = 80 * 1024
LONGEST_URL = 2_083
HORIZON = 30 * 86_400 * SECOND
SHORTEST_DEADLINE = 15 * SECOND
LONGEST_DEADLINE = 30 * 60 * SECOND
DEFAULT_DEADLINE = 10 * 60 * SECOND

_WITH_BODY = (types.HttpMethod.POST, types.HttpMethod.PUT, types.HttpMethod.PATCH)


def accepted(task: wire.Task, queue: str, now: int) -> None:
    """Take a raw task as it is, or refuse it."""
    if task.name:
        names.task(task.name, within=queue)
    if task.ByteSize() > LARGEST_TASK:
        invalid(f"Task size too large: the most is {LARGEST_TASK} bytes.")
    if task.WhichOneof("message_type") != "http_request":
        invalid("Only tasks with an http_request are dispatched by this double.")
    if task.HasField("schedule_time") and micros(task.schedule_time) > now + HORIZON:
        invalid("The schedule_time must be at most 30 days from now.")
    if task.HasField("dispatch_deadline") and not SHORTEST_DEADLINE <= micros(task.dispatch_deadline) <= LONGEST_DEADLINE:
        invalid("The dispatch_deadline must be between 15s and 30m.")
    if task.HasField("retry_config"):
        pace.retrying(task.retry_config)
    _request_accepted(task.http_request)


def _request_accepted(request: wire.HttpRequest) -> None:
    split = urlsplit(request.url)
    if split.scheme not in {"http", "https"} or not split.hostname or len(request.url) > LONGEST_URL:
        invalid(f"HttpRequest.url must begin with http:// or https:// and have at most {LONGEST_URL} characters.")
    if request.body and (request.http_method or types.HttpMethod.POST) not in _WITH_BODY:
        invalid("HTTP request body is allowed only if the HTTP method is POST, PUT, or PATCH.")
    if sum(len(name) + len(value) for name, value in request.headers.items()) > LARGEST_HEADERS:
        invalid("The size of the headers must be less than 80KB.")
    if request.WhichOneof("authorization_header") == "oidc_token" and "@" not in request.oidc_token.service_account_email:
        invalid("OidcToken.service_account_email must be the e-mail address of a service account.")
