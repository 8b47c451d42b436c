"""A worker that writes down what it is called with, and answers as it is told."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

_PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call is answered with; one that is held is answered when :attr:`Sink.release` is set."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    held: bool = False
    #: End the connection instead of answering.
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """A call; the names of its headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def task(self) -> str:
        """The name of the task it delivers."""
        return self.headers["x-cloudtasks-taskname"]

    @property
    def retry(self) -> int:
        """How often that failed before."""
        return int(self.headers["x-cloudtasks-taskretrycount"])


class Sink:
    """Listens on loopback; calls beyond the replies that were set are answered 200."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.replies: deque[Reply] = deque()
        self.release = threading.Event()
        self._changed = threading.Condition()
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"sink": self}))
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it is called."""
        return f"http://127.0.0.1:{self._server.server_port}/call"

    @property
    def names(self) -> list[str]:
        """The tasks that were delivered, in order."""
        return [call.task for call in self.received]

    def reply(self, *replies: Reply | int) -> None:
        """Answer the next calls so."""
        self.replies.extend(Reply(reply) if isinstance(reply, int) else reply for reply in replies)

    def take(self, call: Received) -> Reply:
        """Note a call and say what it is answered with."""
        with self._changed:
            self.received.append(call)
            self._changed.notify_all()
            return self.replies.popleft() if self.replies else Reply()

    def wait(self, calls: int) -> list[Received]:
        """The calls, once there are so many; raises TimeoutError where they do not come."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.received) >= calls, _PATIENCE_S):
                raise TimeoutError(f"{len(self.received)} of {calls} calls came")
            return list(self.received)

    def stop(self) -> None:
        """Answer what is held, and no more."""
        self.release.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    sink: ClassVar[Sink]

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.sink.take(Received(self.command, self.path, headers, body))
        if reply.held:
            self.sink.release.wait(_PATIENCE_S)
        if reply.cut:
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server gives it
        """Nothing: what was received is kept."""
