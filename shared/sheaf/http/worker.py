"""What the queue calls: one delivery a request, in the manner of Cloud Tasks.

Any 2xx acknowledges the delivery, anything else has it made again (https://cloud.google.com/tasks/docs/creating-http-target-tasks).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import orjson
from flask import Flask, Request, Response, request
from werkzeug.exceptions import HTTPException

from sheaf import logs
from sheaf.domain.errors import InvalidInput
from sheaf.http import application, machinery
from sheaf.http.authentication import Authenticator
from sheaf.ports.queue import MAX_PAYLOAD_BYTES, Delivery
from sheaf.services import worker
from sheaf.services.kernel import Kernel
from sheaf.settings import Settings

_log = logging.getLogger(__name__)

_QUEUE, _NAME, _RETRY = "X-CloudTasks-QueueName", "X-CloudTasks-TaskName", "X-CloudTasks-TaskRetryCount"
_MAX_DIGITS = 9
_NAMES = ("kind", "tenant", "run_id", "task_id", "prefix", "import_id")


def create_app(kernel: Kernel, settings: Settings, *, authenticator: Authenticator | None = None) -> Flask:
    """The application that carries out what the queue delivers, by ``POST`` to any path."""
    callers = authenticator or machinery.callers(settings, "worker")

    def deliver() -> Response:
        callers.identify(request)
        return _outcome(_handle(kernel, request))

    return application.new(lambda: application.by_method({"POST": deliver}))


def _handle(kernel: Kernel, call: Request) -> str:
    """What came of the delivery; what is none is acknowledged, since it would be none later either."""
    try:
        delivery = _delivery(call)
    except InvalidInput as error:
        _log.error("rejected delivery %s: %s", call.headers.get(_NAME), error.message)
        return worker.REJECTED
    with logs.about(**worker.whose(delivery)):
        return worker.handle(kernel, delivery)


def _delivery(call: Request) -> Delivery:
    queue, name = call.headers.get(_QUEUE), call.headers.get(_NAME)
    retry = call.headers.get(_RETRY, "0")
    if not queue or not name or not (retry.isascii() and retry.isdigit() and len(retry) <= _MAX_DIGITS):
        raise InvalidInput(f"A delivery carries {_QUEUE}, {_NAME} and {_RETRY}.")
    return Delivery(queue=queue, name=name, payload=_payload(call), retry=int(retry))


def _payload(call: Request) -> Mapping[str, Any]:
    call.max_content_length = MAX_PAYLOAD_BYTES
    try:
        payload = orjson.loads(call.get_data())
    except (HTTPException, orjson.JSONDecodeError) as error:
        raise InvalidInput(f"The payload is no JSON of at most {MAX_PAYLOAD_BYTES} bytes.") from error
    if not isinstance(payload, dict) or not all(isinstance(payload.get(name, ""), str) for name in _NAMES):
        raise InvalidInput(f"The payload is no JSON object in which {', '.join(_NAMES)} are texts.")
    return payload


def _outcome(word: str) -> Response:
    return Response(orjson.dumps({"outcome": word}), content_type="application/json")
