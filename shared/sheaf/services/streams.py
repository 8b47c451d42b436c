"""Bytes that are counted while they pass."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import BinaryIO

_CHUNK = 1 << 20


class Bounded(io.RawIOBase):
    """Another stream's bytes; ``check`` is told how many have passed after each read, and ends it by raising."""

    def __init__(self, data: BinaryIO, check: Callable[[int], None]) -> None:
        self._data, self._check = data, check
        self._passed = 0

    def readable(self) -> bool:
        """True."""
        return True

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes, fewer in one call than there may be; empty at the end."""
        chunk = self._data.read(min(size, _CHUNK) if size > 0 else _CHUNK)
        self._passed += len(chunk)
        self._check(self._passed)
        return chunk
