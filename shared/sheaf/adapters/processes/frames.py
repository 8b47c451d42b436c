"""What goes over the pipes between a process and its caller: frames of a kind, a length and a body."""

from __future__ import annotations

import os
import select
import struct
import time
from dataclasses import dataclass
from enum import IntEnum
from typing import BinaryIO

from sheaf.domain.retries import Failure

#: Bytes of the largest frame; whoever has more to say says it in several.
MAX_BODY = 256 * 2**20
_HEAD = struct.Struct(">BI")
_CHUNK = 2**16


class Kind(IntEnum):
    """What a frame says; the first two are said by the caller, the others by the process."""

    #: Do this: a :class:`Call`.
    CALL = 1
    #: Load these modules, while there is nothing else to do: names with commas between them.
    LOAD = 2
    #: I am there.
    READY = 3
    #: A piece of what the function yields.
    PIECE = 4
    #: The call is over: an :class:`End`.
    END = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """What a process is asked to do."""

    entry: str
    argument: bytes
    seconds: float
    memory: int


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """How a call ended."""

    failure: Failure | None = None
    #: The process ends with it, since another is better for the next call.
    leaving: bool = False


_KINDS = {kind.value: kind for kind in Kind}


class Broken(Exception):
    """The pipe has ended, or what comes out of it makes no sense."""


def write(pipe: BinaryIO, kind: Kind, body: bytes = b"") -> None:
    """Write one frame, into the pipe's buffer at least."""
    pipe.write(_HEAD.pack(kind, len(body)) + body)


def read(pipe: BinaryIO) -> tuple[Kind, bytes]:
    """The next frame, however long it takes; raises Broken."""
    kind, length = _told(_exactly(pipe, _HEAD.size))
    return kind, _exactly(pipe, length)


def _exactly(pipe: BinaryIO, size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise Broken
    return data


def _told(head: bytes) -> tuple[Kind, int]:
    kind, length = _HEAD.unpack(head)
    if length > MAX_BODY or kind not in _KINDS:
        raise Broken
    return _KINDS[kind], length


class Timed:
    """The reading end of a pipe, for one who does not wait for ever."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._buffer = bytearray()
        self._poll = select.poll()
        self._poll.register(pipe, select.POLLIN)

    def read(self, until: float) -> tuple[Kind, bytes]:
        """The next frame; raises Broken, and TimeoutError once the monotonic clock says ``until``."""
        kind, length = _told(self._taken(_HEAD.size, until))
        return kind, self._taken(length, until)

    def _taken(self, size: int, until: float) -> bytes:
        while len(self._buffer) < size:
            self._fill(until)
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def _fill(self, until: float) -> None:
        left = until - time.monotonic()
        if left <= 0 or not self._poll.poll(left * 1000):
            raise TimeoutError
        chunk = os.read(self._pipe.fileno(), _CHUNK)
        if not chunk:
            raise Broken
        self._buffer += chunk
