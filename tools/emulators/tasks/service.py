"""google.cloud.tasks.v2.CloudTasks on the wire: each call is decoded, asked of the registry, and encoded."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import grpc
from google.cloud.tasks_v2 import types
from google.protobuf import empty_pb2

from tools.emulators.tasks import faults, wire
from tools.emulators.tasks.dispatcher import Dispatcher
from tools.emulators.tasks.faults import Mishap
from tools.emulators.tasks.pace import SECOND
from tools.emulators.tasks.refusals import Refused, invalid

NAME = "google.cloud.tasks.v2.CloudTasks"

_LIST_QUEUES: wire.Message = types.ListQueuesResponse.pb()
_LIST_TASKS: wire.Message = types.ListTasksResponse.pb()

Call = Callable[[wire.Message], wire.Message]


class Service:
    """What each method of the API does; messages in and out are raw."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._down_until = 0
        #: How often each method was called; budgets are asserted on it.
        self.calls: dict[str, int] = {}

    def go_down(self, seconds: float) -> None:
        """Refuse every call for a while, by the double's clock."""
        self._down_until = self._dispatcher.now() + round(seconds * SECOND)

    def handlers(self) -> grpc.GenericRpcHandler:
        """The methods as gRPC serves them."""
        methods = {name: self._handler(name, call, request) for name, (call, request) in self._methods().items()}
        return grpc.method_handlers_generic_handler(NAME, methods)

    def _methods(self) -> Mapping[str, tuple[Call, Any]]:
        return {
            "CreateQueue": (self.create_queue, types.CreateQueueRequest),
            "GetQueue": (self.get_queue, types.GetQueueRequest),
            "ListQueues": (self.list_queues, types.ListQueuesRequest),
            "DeleteQueue": (self.delete_queue, types.DeleteQueueRequest),
            "PauseQueue": (self.pause_queue, types.PauseQueueRequest),
            "ResumeQueue": (self.resume_queue, types.ResumeQueueRequest),
            "PurgeQueue": (self.purge_queue, types.PurgeQueueRequest),
            "CreateTask": (self.create_task, types.CreateTaskRequest),
            "GetTask": (self.get_task, types.GetTaskRequest),
            "ListTasks": (self.list_tasks, types.ListTasksRequest),
            "DeleteTask": (self.delete_task, types.DeleteTaskRequest),
            "RunTask": (self.run_task, types.RunTaskRequest),
        }

    def _handler(self, name: str, call: Call, request: Any) -> grpc.RpcMethodHandler:
        answered = functools.partial(self._answered, name, call)
        return grpc.unary_unary_rpc_method_handler(answered, request_deserializer=request.pb().FromString, response_serializer=_encoded)

    def _answered(self, name: str, call: Call, request: wire.Message, context: grpc.ServicerContext) -> wire.Message:
        self.calls[name] = self.calls.get(name, 0) + 1
        mishap = faults.of_call(self._dispatcher.faults, self._dispatcher.registry.rng)
        if mishap is Mishap.BEFORE or self._dispatcher.now() < self._down_until:
            _unavailable(context)
        answer = _carried_out(call, request, context)
        if mishap is Mishap.AFTER:
            _unavailable(context)
        return answer

    def create_queue(self, request: wire.Message) -> wire.Queue:
        """CreateQueue."""
        with self._dispatcher.changing() as registry:
            return registry.create(request.parent, request.queue, self._dispatcher.now())

    def get_queue(self, request: wire.Message) -> wire.Queue:
        """GetQueue."""
        with self._dispatcher.changing() as registry:
            return registry.queue(request.name).raw

    def list_queues(self, request: wire.Message) -> wire.Message:
        """ListQueues, without filters."""
        if request.filter:
            invalid("This double lists queues without a filter.")
        with self._dispatcher.changing() as registry:
            queues, token = registry.list_queues(request.parent, request.page_size, request.page_token)
            return _LIST_QUEUES(queues=queues, next_page_token=token)

    def delete_queue(self, request: wire.Message) -> wire.Message:
        """DeleteQueue."""
        with self._dispatcher.changing() as registry:
            registry.delete(request.name, self._dispatcher.now())
            return empty_pb2.Empty()

    def pause_queue(self, request: wire.Message) -> wire.Queue:
        """PauseQueue."""
        return self._set_state(request.name, types.Queue.State.PAUSED)

    def resume_queue(self, request: wire.Message) -> wire.Queue:
        """ResumeQueue."""
        return self._set_state(request.name, types.Queue.State.RUNNING)

    def purge_queue(self, request: wire.Message) -> wire.Queue:
        """PurgeQueue, at once."""
        with self._dispatcher.changing() as registry:
            queue = registry.queue(request.name)
            queue.purge(self._dispatcher.now())
            return queue.raw

    def create_task(self, request: wire.Message) -> wire.Task:
        """CreateTask."""
        with self._dispatcher.changing() as registry:
            task = registry.queue(request.parent).create(request.task, self._dispatcher.now())
            return _viewed(task, request.response_view)

    def get_task(self, request: wire.Message) -> wire.Task:
        """GetTask."""
        with self._dispatcher.changing() as registry:
            return _viewed(registry.queue_of(request.name).get(request.name), request.response_view)

    def list_tasks(self, request: wire.Message) -> wire.Message:
        """ListTasks."""
        with self._dispatcher.changing() as registry:
            tasks, token = registry.list_tasks(request.parent, request.page_size, request.page_token)
            return _LIST_TASKS(tasks=[_viewed(task, request.response_view) for task in tasks], next_page_token=token)

    def delete_task(self, request: wire.Message) -> wire.Message:
        """DeleteTask."""
        with self._dispatcher.changing() as registry:
            registry.queue_of(request.name).delete(request.name, self._dispatcher.now())
            return empty_pb2.Empty()

    def run_task(self, request: wire.Message) -> wire.Task:
        """RunTask: answers the task as it is once dispatched and not yet received."""
        with self._dispatcher.changing() as registry:
            queue = registry.queue_of(request.name)
            self._dispatcher.send(queue.run(request.name, self._dispatcher.now()))
            return _viewed(queue.get(request.name), request.response_view)

    def _set_state(self, name: str, state: int) -> wire.Queue:
        with self._dispatcher.changing() as registry:
            queue = registry.queue(name)
            queue.raw.state = state
            return queue.raw


def _carried_out(call: Call, request: wire.Message, context: grpc.ServicerContext) -> wire.Message:
    try:
        return call(request)
    except Refused as refused:
        context.abort(grpc.StatusCode[refused.code], refused.message)
        raise  # abort raises by itself


def _viewed(task: wire.Task, view: int) -> wire.Task:
    """A copy, as the task goes on changing, without the body unless all was asked for."""
    shown = type(task)()
    shown.CopyFrom(task)
    shown.view = types.Task.View.FULL if view == types.Task.View.FULL else types.Task.View.BASIC
    if shown.view == types.Task.View.BASIC:
        shown.http_request.ClearField("body")
    return shown


def _encoded(message: wire.Message) -> bytes:
    encoded: bytes = message.SerializeToString()
    return encoded


def _unavailable(context: grpc.ServicerContext) -> NoReturn:
    context.abort(grpc.StatusCode.UNAVAILABLE, "The service is currently unavailable.")
    raise AssertionError  # abort does not return
