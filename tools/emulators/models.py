"""A server on loopback that speaks the protocols of the models' vendors, and answers what a test tells it to.

OpenAI's chat completions, Gemini's ``generateContent`` and Anthropic's messages, without streaming; which of them is meant shows in the
path. It holds no model: what it answers is scripted, wrong and hostile answers included.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One request."""

    path: str
    headers: Mapping[str, str]
    body: Json

    @property
    def text(self) -> str:
        """All that was sent."""
        return json.dumps(self.body, ensure_ascii=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scripted:
    """What is answered to one request."""

    #: What the model says, as JSON; or, where it is text, that text as it is.
    answer: Json = field(default_factory=lambda: {"rows": []})
    status: int = 200
    #: Seconds before anything is answered.
    after: float = 0.0
    tokens: int = 100


@dataclass(slots=True)
class Models:
    """The running server."""

    url: str
    calls: list[Call] = field(default_factory=list)
    #: Decides on each request; set by the test.
    script: Callable[[Call], Scripted] = lambda _: Scripted()


@contextmanager
def served() -> Iterator[Models]:
    """The server, until the context ends."""
    made = Models(url="")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(made: Models) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            call = Call(path=self.path, headers={name.lower(): value for name, value in self.headers.items()}, body=body)
            made.calls.append(call)
            told = made.script(call)
            time.sleep(told.after)
            self._send(told.status, json.dumps(_reply(call, told)).encode())

        def _send(self, status: int, data: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the standard library
            del format, args

    return Handler


def _reply(call: Call, told: Scripted) -> Json:
    if told.status != 200:  # noqa: PLR2004 - HTTP's own number
        return {"error": {"message": "as scripted", "type": "scripted", "code": told.status, "status": "SCRIPTED"}}
    text = told.answer if isinstance(told.answer, str) else json.dumps(told.answer)
    if call.path.endswith("/chat/completions"):
        return _of_openai(text, told.tokens)
    if call.path.endswith("/messages"):
        return _of_anthropic(call, told)
    return _of_gemini(text, told.tokens)


def _of_openai(text: str, tokens: int) -> Json:
    message = {"role": "assistant", "content": text}
    usage = {"prompt_tokens": tokens - 1, "completion_tokens": 1, "total_tokens": tokens}
    choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
    return {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": choices, "usage": usage}


def _of_gemini(text: str, tokens: int) -> Json:
    usage = {"promptTokenCount": tokens - 1, "candidatesTokenCount": 1, "totalTokenCount": tokens}
    candidate = {"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": "STOP", "index": 0}
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "m"}


def _of_anthropic(call: Call, told: Scripted) -> Json:
    if isinstance(told.answer, str):
        content: Json = {"type": "text", "text": told.answer}
    else:
        content = {"type": "tool_use", "id": "t1", "name": call.body["tools"][0]["name"], "input": told.answer}
    return {
        "id": "1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [content],
        "stop_reason": "tool_use" if content["type"] == "tool_use" else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": told.tokens - 1, "output_tokens": 1},
    }
