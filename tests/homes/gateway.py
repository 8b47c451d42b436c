"""A gateway in front of the Firestore emulator: it counts what passes, by document, and can let nothing pass for a while."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn, Self

import grpc
from google.cloud.firestore_v1 import types

_CALLS_AT_ONCE = 32
#: Calls that are answered by a stream; all others are answered once.
_STREAMED = ("BatchGetDocuments", "RunQuery", "RunAggregationQuery")


@dataclass(slots=True)
class Passed:
    """What has passed, by the document's address without the database."""

    writes: Counter[str] = field(default_factory=Counter)
    #: Documents that were asked for by name, there or not.
    gets: Counter[str] = field(default_factory=Counter)
    #: Documents that queries found.
    found: Counter[str] = field(default_factory=Counter)

    @property
    def reads(self) -> int:
        """Documents that are charged as read."""
        return self.gets.total() + self.found.total()


class Gateway(grpc.GenericRpcHandler):  # type: ignore[misc]  # grpc ships no types
    """See the module; also a context manager that stops it."""

    def __init__(self, emulator: str) -> None:
        self.passed = Passed()
        self._open = True
        self._lock = threading.Lock()
        self._channel = grpc.insecure_channel(emulator)
        self._server = grpc.server(ThreadPoolExecutor(_CALLS_AT_ONCE), handlers=[self])
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        """How a call is passed on: as the bytes that it is."""
        name = details.method.rpartition("/")[2]
        if name in _STREAMED:
            upstream = self._channel.unary_stream(details.method)
            return grpc.unary_stream_rpc_method_handler(lambda request, context: self._stream(name, upstream, request, context))
        call = self._channel.unary_unary(details.method)
        return grpc.unary_unary_rpc_method_handler(lambda request, context: self._once(name, call, request, context))

    @contextmanager
    def away(self) -> Iterator[None]:
        """Let nothing pass while the block runs."""
        self._open = False
        yield
        self._open = True

    def stop(self) -> None:
        """Pass nothing on any more."""
        self._server.stop(grace=None).wait()
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _once(self, name: str, call: Any, request: bytes, context: grpc.ServicerContext) -> bytes:
        self._check_open(context)
        if name == "Commit":
            self._count(self.passed.writes, [_written(write) for write in types.CommitRequest.pb().FromString(request).writes])
        try:
            answer: bytes = call(request, metadata=_passed_on(context), timeout=context.time_remaining())
        except grpc.RpcError as error:
            _fail(context, error)
        return answer

    def _stream(self, name: str, upstream: Any, request: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
        self._check_open(context)
        if name == "BatchGetDocuments":
            self._count(self.passed.gets, types.BatchGetDocumentsRequest.pb().FromString(request).documents)
        try:
            for answer in upstream(request, metadata=_passed_on(context), timeout=context.time_remaining()):
                if name == "RunQuery" and (found := types.RunQueryResponse.pb().FromString(answer).document.name):
                    self._count(self.passed.found, [found])
                yield answer
        except grpc.RpcError as error:
            _fail(context, error)

    def _count(self, counter: Counter[str], names: Any) -> None:
        with self._lock:
            counter.update(name.partition("/documents/")[2] for name in names)

    def _check_open(self, context: grpc.ServicerContext) -> None:
        if not self._open:
            context.abort(grpc.StatusCode.UNAVAILABLE, "The gateway is closed.")


def _written(write: Any) -> str:
    return str(write.delete or write.update.name or write.transform.document or write.verify)


def _passed_on(context: grpc.ServicerContext) -> list[tuple[str, str | bytes]]:
    return [(key, value) for key, value in context.invocation_metadata() if not key.startswith(("grpc-", "user-agent", ":"))]


def _fail(context: grpc.ServicerContext, error: Any) -> NoReturn:
    context.abort(error.code(), error.details() or "")
    raise AssertionError  # abort does not return
