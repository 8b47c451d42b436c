"""Streams between this process and an object store elsewhere: taken up again where they broke, filled to whole chunks."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import BinaryIO, Protocol

#: Times that one stream is taken up again, and the pause before the first of them, which doubles.
_RESUMED = 5
_PAUSE_S = 0.2
_BUFFER_BYTES = 262_144


class Body(Protocol):
    """The body of an answer under way."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


def resuming(
    body: Body, again: Callable[[int], Body], broken: tuple[type[Exception], ...], see: Callable[[bytes], None] = lambda _: None
) -> BinaryIO:
    """The bytes of ``body``; where reading raises one of ``broken``, ``again`` is asked for the rest from so many bytes on.

    ``see`` is shown all bytes as they pass, and none at the end; it may raise.
    """
    return io.BufferedReader(_Resuming(body, again, broken, see), _BUFFER_BYTES)


class _Resuming(io.RawIOBase):
    def __init__(self, body: Body, again: Callable[[int], Body], broken: tuple[type[Exception], ...], see: Callable[[bytes], None]) -> None:
        self._body, self._again, self._broken, self._see = body, again, broken, see
        self._passed = self._resumed = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # RawIOBase hands in nothing else
        data = self._read(len(buffer))
        buffer[: len(data)] = data
        self._passed += len(data)
        self._see(data)
        return len(data)

    def _read(self, size: int) -> bytes:
        while True:
            try:
                return self._body.read(size)
            except self._broken:
                if self._resumed == _RESUMED:
                    raise
            time.sleep(_PAUSE_S * 2**self._resumed)
            self._resumed += 1
            self._body.close()
            self._body = self._again(self._passed)

    def close(self) -> None:
        self._body.close()
        super().close()


class Chunks(io.RawIOBase):
    """A stream read in whole chunks, the last of which can be read again: as much as an upload in chunks goes back."""

    def __init__(self, data: BinaryIO) -> None:
        self._data = data
        self._chunk, self._start, self._next = b"", 0, 0

    def readable(self) -> bool:
        """True."""
        return True

    def tell(self) -> int:
        """Bytes before the next one."""
        return self._next

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go back within the last chunk; raises ValueError for any other place."""
        if whence != io.SEEK_SET or not self._start <= offset <= self._start + len(self._chunk):
            raise ValueError("Only the last chunk can be read again.")
        self._next = offset
        return offset

    def read(self, size: int = -1) -> bytes:
        """``size`` bytes, fewer only at the end; all that is left for a negative size."""
        left = self._chunk[self._next - self._start :]
        if size < 0 or len(left) < size:
            left += filled(self._data, size - len(left) if size >= 0 else -1)
            self._start, self._chunk = self._next, left
        given = left if size < 0 else left[:size]
        self._next += len(given)
        return given


def filled(data: BinaryIO, size: int) -> bytes:
    """``size`` bytes of a stream that may give them in smaller pieces, fewer only at its end; all of them for a negative size."""
    parts: list[bytes] = []
    while size and (part := data.read(size)):
        parts.append(part)
        size -= len(part) if size > 0 else 0
    return b"".join(parts)
