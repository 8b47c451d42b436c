"""A double of Werk24 on loopback: initialises a request, takes the drawing, and answers as a scenario says.

It speaks what the vendor's client of version 2.8 speaks: JSON messages over a secure WebSocket, and the drawing as a form upload over HTTPS
(https://v2.docs.werk24.io). Runs in the environment of its own that has the client, with a certificate made for the occasion.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

#: What a request is said to be about; any UUID of version 4.
REQUEST = str(uuid.UUID(int=0x40008000000000000000, version=4))

META_DATA: Mapping[str, Any] = {
    "ask_version": "v2",
    "ask_type": "META_DATA",
    "page_type": "COMPONENT_DRAWING",
    "identifiers": [
        {"reference_id": 1, "identifier_type": "DRAWING_NUMBER", "value": "ZN-40217-03"},
        {"reference_id": 2, "identifier_type": "PART_NUMBER", "value": "P-881"},
    ],
    "designation": [{"reference_id": 3, "value": "Bearing support"}],
    "general_tolerances": {"reference_id": 4, "tolerance_standard": "ISO 2768", "tolerance_class": "mK", "principle": None},
    "material_options": [
        {
            "reference_id": 5,
            "material_combination": [
                {"raw_ocr": "EN-GJL-250", "designation": "EN-GJL-250", "material_category": ["FERROUS_ALLOY", None, None]}
            ],
        }
    ],
    "bill_of_material": {
        "reference_id": 6,
        "rows": [
            {"position": "1", "part_number": "P-882", "designation": "Cover", "quantity": {"value": "2", "unit": "piece"}},
            {"position": "2", "part_number": "P-883", "designation": "Bolt M6", "quantity": {"value": "12", "unit": "piece"}},
        ],
    },
}
FEATURES: Mapping[str, Any] = {
    "ask_version": "v2",
    "ask_type": "FEATURES",
    "page_type": "COMPONENT_DRAWING",
    "gdnts": [
        {
            "reference_id": 7,
            "label": "[⌖|⌀0.1|A]",
            "confidence": None,
            "characteristic": "POSITION",
            "zone": None,
            "feature": None,
            "reference": None,
        }
    ],
}
#: Ends the answers as the service does; drops the connection; says no more.
COMPLETED, DROP, SILENCE = "completed", "drop", "silence"


@dataclass(slots=True)
class Double:
    """What it answers to READ, in order: payloads of asks, whole messages, or one of the endings."""

    answers: Sequence[Mapping[str, Any] | str]
    token: str = "token-of-a-customer"  # noqa: S105 - made up, and shown to nobody but this double
    uploads: list[bytes] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)
    _port: int = 0

    @asynccontextmanager
    async def serving(self, certificate: Path) -> AsyncIterator[int]:
        """Serve on a port of the system's choosing; ``certificate`` holds the key too."""
        app = web.Application()
        app.add_routes([web.get("/v2", self._stream), web.post("/upload", self._upload)])
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
        await site.start()
        self._port = runner.addresses[0][1]
        try:
            yield self._port
        finally:
            await runner.cleanup()

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        given = form["file"]
        self.uploads.append(given.file.read() if isinstance(given, web.FileField) else str(given).encode())
        return web.Response(status=204)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Token {self.token}":
            return web.Response(status=403)
        stream = web.WebSocketResponse()
        await stream.prepare(request)
        async for message in stream:
            command = json.loads(message.data)
            if command["action"] == "INITIALIZE":
                self.asked.append([ask["ask_type"] for ask in command["message"]["asks"]])
                post = {"url": f"https://localhost:{self._port}/upload", "fields": {}}
                await stream.send_json(_message("PROGRESS", "INITIALIZATION_SUCCESS", {"drawing_presigned_post": post}))
            elif not await self._answer(stream):
                break
        return stream

    async def _answer(self, stream: web.WebSocketResponse) -> bool:
        """Give the answers; False where the connection ends with them."""
        for answer in self.answers:
            if answer == COMPLETED:
                await stream.send_json(_message("PROGRESS", "COMPLETED", None))
            elif answer == SILENCE:
                await asyncio.Event().wait()
            elif answer == DROP:
                _abort(stream)
                return False
            elif isinstance(answer, Mapping):
                await stream.send_json(answer if "message_type" in answer else _message("ASK", str(answer["ask_type"]), answer))
        return True


def _abort(stream: web.WebSocketResponse) -> None:
    """Drop the connection without a word."""
    request = stream._req  # noqa: SLF001 - nothing public leads to it
    transport = request.transport if request is not None else None
    if transport is not None:
        transport.abort()


def _message(kind: str, subtype: str, payload: Any, **more: Any) -> dict[str, Any]:
    return {"request_id": REQUEST, "message_type": kind, "message_subtype": subtype, "payload_dict": payload, **more}


def refusal(kind: str) -> dict[str, Any]:
    """An answer that only complains."""
    problem = {"exception_level": "ERROR", "exception_type": kind}
    return _message("ASK", "META_DATA", None, exceptions=[problem])


def elsewhere(url: str) -> dict[str, Any]:
    """An answer whose payload is to be fetched."""
    return _message("ASK", "META_DATA", None, payload_url=url)
