"""Google Cloud Tasks as the task queue: it calls the worker over HTTP, as its own service account, once and at times again.

Names are de-duplicated for a while only, and nothing of the product's correctness rests on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sheaf.adapters.queue import checks
from sheaf.adapters.queue.cloud_calls import Calls
from sheaf.adapters.queue.cloud_rules import deadline_s
from sheaf.domain.errors import InvalidInput
from sheaf.ports.clock import Clock
from sheaf.ports.queue import Message, QueueRule
from sheaf.services.messages import QUEUES
from sheaf.settings import PREFIX, Settings, is_loopback


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where the queues are, and whom they call as whom."""

    project: str
    location: str
    worker_url: str
    worker_caller: str

    @property
    def parent(self) -> str:
        """The location of the queues."""
        return f"projects/{self.project}/locations/{self.location}"


def opened(settings: Settings, clock: Clock) -> CloudTasksQueue:
    """The queues of a project; raises InvalidInput that names a setting that is missing or cannot be meant."""
    target = Target(**{field.name: _given(settings, field.name) for field in fields(Target)})
    url = urlsplit(target.worker_url)
    if url.scheme != "https" and not (url.scheme == "http" and is_loopback(url.hostname or "")):
        raise InvalidInput(f"{PREFIX}WORKER_URL must begin with https://, or be on loopback.", field="worker_url")
    host = urlsplit(f"//{settings.tasks_endpoint}").hostname or ""
    if settings.tasks_endpoint and not is_loopback(host):
        raise InvalidInput(f"{PREFIX}TASKS_ENDPOINT must be on loopback: it is spoken to without encryption.", field="tasks_endpoint")
    return CloudTasksQueue(QUEUES, target=target, clock=clock, calls=Calls(settings.tasks_endpoint))


def _given(settings: Settings, name: str) -> str:
    value: str = getattr(settings, name)
    if not value:
        raise InvalidInput(f"{PREFIX}QUEUE=cloud_tasks needs {PREFIX}{name.upper()}.", field=name)
    return value


class CloudTasksQueue:
    """See :class:`sheaf.ports.queue.TaskQueue`. Safe for threads; Google's library is loaded at the first call."""

    def __init__(self, rules: Sequence[QueueRule], *, target: Target, clock: Clock, calls: Calls) -> None:
        self._rules = {rule.name: rule for rule in rules}
        self._target = target
        self._clock = clock
        self._calls = calls

    def enqueue(self, messages: Sequence[Message], *, lasting: bool = True) -> int:
        """Accept every message, durably, and say how many were new; errors as the contract names them."""
        del lasting  # all of them are
        now = self._clock.now()
        requests: dict[tuple[str, str], Any] = {}
        for message in messages:
            requests.setdefault((message.queue, message.name), self._request(message, now))
        if not requests:
            return 0
        return sum(answered.code == "OK" for answered in self._calls.create_tasks(list(requests.values())))

    def holds(self, queue: str, name: str) -> bool:
        """Whether a message of that name is waiting or being delivered now."""
        from google.cloud.tasks_v2 import types

        checks.known(self._rules, queue)
        return self._calls.has_task(types.GetTaskRequest.pb()(name=self._task_name(queue, name)))

    def close(self) -> None:
        """Let go of the channel."""
        self._calls.close()

    def _queue_name(self, queue: str) -> str:
        return f"{self._target.parent}/queues/{queue}"

    def _task_name(self, queue: str, name: str) -> str:
        return f"{self._queue_name(queue)}/tasks/{name}"

    def _request(self, message: Message, now: datetime) -> Any:
        """A raw CreateTaskRequest, as the convenience layer over it takes most of the time; raises InvalidInput for what is no message."""
        from google.cloud.tasks_v2 import types

        rule, due = checks.known(self._rules, message.queue), checks.due(message, now)
        request = types.CreateTaskRequest.pb()(parent=self._queue_name(message.queue))
        task = request.task
        task.name = self._task_name(message.queue, checks.name(message))
        task.dispatch_deadline.FromTimedelta(timedelta(seconds=deadline_s(rule)))
        if due > now:
            task.schedule_time.FromDatetime(due)
        task.http_request.url = self._target.worker_url
        task.http_request.http_method = types.HttpMethod.POST
        task.http_request.headers["Content-Type"] = "application/json"
        task.http_request.body = checks.payload(message)
        task.http_request.oidc_token.service_account_email = self._target.worker_caller
        task.http_request.oidc_token.audience = self._target.worker_url
        return request
