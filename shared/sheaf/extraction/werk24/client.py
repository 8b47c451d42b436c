"""Asks Werk24 through its vendor's client, which is loaded on first use, within a time; what came before a failure is kept.

The client refuses payloads from private addresses and anything but TLS by itself; the addresses of the servers are settings.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

#: Seconds for one drawing, from connecting to the last answer.
SECONDS = 150.0
_GOODBYE = 1.0
#: Answers to one drawing, and characters of one as JSON; real ones are a handful, of some hundred kilobytes at most.
MAX_ANSWERS, MAX_CHARACTERS = 64, 4_000_000
#: Pages that are read of one drawing.
MAX_PAGES = 20
#: Bytes that Werk24 takes of one drawing.
MAX_BYTES = 10 * 2**20


@dataclass(slots=True)
class Told:
    """What was answered, as plain JSON values, and what went wrong, in words for people."""

    answers: list[Mapping[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Asking(Protocol):
    """Something that reads a drawing."""

    def ask(self, path: Path) -> Told:
        """Everything that is told of the drawing at ``path``; never raises, a failure is a problem that it names."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """Werk24 at its own servers, or where the settings say; "" stands for the vendor's."""

    key: str = field(repr=False)
    stream_url: str = ""
    upload_url: str = ""
    seconds: float = SECONDS

    def ask(self, path: Path) -> Told:
        """See :class:`Asking`."""
        told = Told()
        if path.stat().st_size > MAX_BYTES:
            told.problems.append(f"Werk24 takes drawings of at most {MAX_BYTES // 2**20} MiB.")
            return told
        try:
            asyncio.run(self._ask(path.read_bytes(), told))
        except TimeoutError:
            told.problems.append(f"Werk24 did not finish within {self.seconds:g} seconds.")
        except Exception as error:  # noqa: BLE001 - whatever the client or its server makes of it, what the rules have read stands
            told.problems.append(f"Werk24 did not finish ({type(error).__name__}).")
        return told

    async def _ask(self, drawing: bytes, told: Told) -> None:
        """Ask within the time. Leaving the client waits for its server to say goodbye, for minutes: that is cut short by a second word."""
        reading = asyncio.create_task(self._read(drawing, told))
        done, _ = await asyncio.wait({reading}, timeout=self.seconds)
        if not done:
            reading.cancel()
            await asyncio.wait({reading}, timeout=_GOODBYE)
            raise TimeoutError
        await reading

    async def _read(self, drawing: bytes, told: Told) -> None:
        from werk24 import AskFeatures, AskMetaData

        async for message in self._messages(drawing, [AskMetaData(), AskFeatures()]):
            _take(message, told)
            if len(told.answers) >= MAX_ANSWERS:
                told.problems.append(f"Werk24 gave more than {MAX_ANSWERS} answers; the first were taken.")
                return
        if not told.answers and not told.problems:
            told.problems.append("Werk24 answered nothing.")

    async def _messages(self, drawing: bytes, asks: list[Any]) -> AsyncIterator[Any]:
        from werk24 import Werk24Client

        given = {name: url for name, url in (("wss_server", self.stream_url), ("https_server", self.upload_url)) if url}
        async with Werk24Client(token=self.key, max_reconnect_attempts=2, reconnect_delay=0.2, **given) as client:
            async for message in client.read_drawing(drawing, asks, max_pages=MAX_PAGES, total_timeout=self.seconds):
                yield message


def _take(message: Any, told: Told) -> None:
    """Keep a message's answer and say what it complains of; progress is neither."""
    told.problems += dict.fromkeys(f"Werk24 says {_kind(one.exception_type)}." for one in message.exceptions)
    payload = message.payload_dict
    if str(getattr(message.message_type, "value", message.message_type)) != "ASK" or payload is None:
        return
    text = payload.model_dump_json() if hasattr(payload, "model_dump_json") else json.dumps(payload, default=str)
    answer = json.loads(text) if len(text) <= MAX_CHARACTERS else None
    if isinstance(answer, dict):
        told.answers.append(answer)
    else:
        told.problems.append("An answer of Werk24 is none that is known, and was left out.")


def _kind(value: Any) -> str:
    """The name of a complaint in words; nothing of what a server may write instead."""
    name = str(getattr(value, "value", value))
    return name.lower().replace("_", " ") if name.isascii() and name.replace("_", "").isalnum() and len(name) <= 60 else "something else"
