"""A wire that can be cut: everything passes between a client and a service on loopback, except what a test lets go wrong."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service answered, or what the wire makes of it."""

    status: int
    headers: dict[str, str]
    body: bytes
    #: Bytes of the body that arrive before the connection breaks; all of them when None.
    cut: int | None = None


#: Looks at the request (method, path) and the service's answer; None breaks the connection instead of answering.
Fault = Callable[[str, str, Answer], Answer | None]


@dataclass(slots=True)
class Wire:
    """What goes over it: each fault meets one request, in their order; then nothing goes wrong any more."""

    service: str
    url: str = ""
    faults: list[Fault] = field(default_factory=list)
    #: Method, path and headers of every request.
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)


def status(code: int) -> Fault:
    """An answer of this status, of a service that did nothing."""
    return lambda _method, _path, _answer: Answer(code, {"Content-Type": "text/plain"}, b"no")


def lost(_method: str, _path: str, _answer: Answer) -> None:
    """The service did what it was asked, and its answer never arrived."""


@contextmanager
def wire(service: str) -> Iterator[Wire]:
    """A wire to the service at an address, at an address of its own."""
    on = Wire(service)
    handler = type("Handler", (_Handler,), {"wire": on})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        on.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield on
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    wire: Wire

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.wire.seen.append((self.command, self.path, dict(self.headers)))
        fault = self.wire.faults.pop(0) if self.wire.faults else None
        undone = fault is not None and fault.__qualname__.startswith("status.")
        answer: Answer | None = Answer(0, {}, b"") if undone else self._asked(body)
        if fault is not None and answer is not None:
            answer = fault(self.command, self.path, answer)
        self.close_connection = True
        if answer is not None:
            self._answer(answer)

    def _asked(self, body: bytes) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(self.wire.service).netloc)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in {"connection", "content-length"}}
        try:
            connection.request(self.command, self.path, body, headers)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def _answer(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in {"transfer-encoding", "connection", "content-length", "date", "server"}:
                self.send_header(name, value.replace(self.wire.service, self.wire.url))
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body[: answer.cut])

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass  # noqa: N815 - names that http.server looks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""
