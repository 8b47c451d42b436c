"""The channel to Firestore: its v1 service called with plain protocol buffers, each call once.

The messages are those of Google's own client library; the library's wrappers around them are left out, since they take three times the
CPU of a commit (``docs/decisions``). Loading it takes a second, so this module does so when a channel is made.
https://firebase.google.com/docs/firestore/reference/rpc/google.firestore.v1
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from sheaf.domain.errors import AccessDenied

HOST: Final = "firestore.googleapis.com"

#: Most bytes of one request (https://firebase.google.com/docs/firestore/quotas); an answer's messages are no larger.
MAX_REQUEST_BYTES: Final = 10 * 2**20

_SCOPES = ("https://www.googleapis.com/auth/datastore",)
#: gRPC would repeat calls by itself, and after an outage wait for up to two minutes before it connects again.
_OPTIONS = (
    ("grpc.enable_retries", 0),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.initial_reconnect_backoff_ms", 100),
    # Also how long one attempt to connect may take.
    ("grpc.min_reconnect_backoff_ms", 5_000),
    ("grpc.max_reconnect_backoff_ms", 1_000),
    ("grpc.max_send_message_length", 2 * MAX_REQUEST_BYTES),
    ("grpc.max_receive_message_length", 2 * MAX_REQUEST_BYTES),
)


class Wire:
    """One database's channel; may be shared by threads. Every call raises :attr:`error` with a gRPC status."""

    def __init__(self, project: str, database: str, *, emulator: str = "") -> None:
        """Open a channel: with the process's own credentials, or to an ``emulator`` (``host:port``) with none.

        Raises AccessDenied when the process has no credentials.
        """
        import grpc
        from google.api_core.gapic_v1 import client_info, routing_header
        from google.cloud.firestore_v1 import types

        self.database = f"projects/{project}/databases/{database}"
        self.documents = f"{self.database}/documents"
        self.error: type[Exception] = grpc.RpcError
        self._types = types
        self._channel = grpc.insecure_channel(emulator, options=_OPTIONS) if emulator else _secured()
        self._metadata = [
            ("google-cloud-resource-prefix", self.database),
            client_info.ClientInfo().to_grpc_metadata(),
            *([("authorization", "Bearer owner")] if emulator else []),
        ]
        self._routed: Any = routing_header.to_grpc_metadata
        self._commit = self._method("unary_unary", "Commit")
        self._batch_get = self._method("unary_stream", "BatchGetDocuments")
        self._run_query = self._method("unary_stream", "RunQuery")
        self._run_aggregation_query = self._method("unary_stream", "RunAggregationQuery")
        self._listen = self._method("stream_stream", "Listen")

    def message(self, name: str) -> Any:
        """A new, empty message of the service's, such as ``CommitRequest``."""
        return getattr(self._types, name).pb()()

    def commit(self, request: Any, timeout: float) -> Any:
        """Write atomically: a ``CommitResponse``."""
        return self._commit(request, timeout=timeout, metadata=self._to("database", request.database))

    def batch_get(self, request: Any, timeout: float) -> Iterable[Any]:
        """Documents by name: ``BatchGetDocumentsResponse`` each, in any order."""
        return self._answers(self._batch_get(request, timeout=timeout, metadata=self._to("database", request.database)))

    def run_query(self, request: Any, timeout: float) -> Iterable[Any]:
        """Documents by query: ``RunQueryResponse`` each, in order."""
        return self._answers(self._run_query(request, timeout=timeout, metadata=self._to("parent", request.parent)))

    def run_aggregation_query(self, request: Any, timeout: float) -> Iterable[Any]:
        """A query's sums: ``RunAggregationQueryResponse``."""
        return self._answers(self._run_aggregation_query(request, timeout=timeout, metadata=self._to("parent", request.parent)))

    def listen(self, requests: Iterator[Any]) -> Any:
        """A stream of ``ListenResponse`` for as long as it is not cancelled, told what to listen to by ``ListenRequest`` messages."""
        return self._listen(requests, metadata=self._metadata)

    def close(self) -> None:
        """Let go of the connection; calls under way are cancelled."""
        self._channel.close()

    def _to(self, name: str, value: str) -> list[tuple[str, str]]:
        """The headers of a call, with that by which it finds its way (https://google.aip.dev/client-libraries/4222)."""
        return [*self._metadata, self._routed(((name, value),))]

    @staticmethod
    def _answers(stream: Any) -> Iterator[Any]:
        """What a stream brings; it is ended when the reader stops early."""
        try:
            yield from stream
        finally:
            stream.cancel()

    def _method(self, kind: str, name: str) -> Any:
        return getattr(self._channel, kind)(
            f"/google.firestore.v1.Firestore/{name}",
            request_serializer=getattr(self._types, f"{name}Request").pb().SerializeToString,
            response_deserializer=getattr(self._types, f"{name}Response").pb().FromString,
        )


def _secured() -> Any:
    from google.api_core.grpc_helpers import create_channel
    from google.auth.exceptions import DefaultCredentialsError

    try:
        return create_channel(f"{HOST}:443", default_scopes=_SCOPES, default_host=HOST, options=_OPTIONS)
    except DefaultCredentialsError as error:
        raise AccessDenied(f"Firestore is asked with the process's own credentials, and it has none: {error}") from error
