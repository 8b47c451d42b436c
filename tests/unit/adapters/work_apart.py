"""What the processes of :mod:`tests.unit.adapters.test_processes` are called to do: good work and bad."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Iterator

from sheaf.domain.errors import FailureCategory, FileProblem


def repeat(argument: bytes) -> Iterator[bytes]:
    """Its argument, twice."""
    yield argument
    yield argument


def who(_: bytes) -> Iterator[bytes]:
    """The process that answers."""
    yield str(os.getpid()).encode()


def many(count: bytes) -> Iterator[bytes]:
    """So many large pieces."""
    return (bytes([number % 256]) * 100_000 for number in range(int(count)))


def refuse(message: bytes) -> Iterator[bytes]:
    """A piece, then a file that cannot be read."""
    yield b"a piece"
    raise FileProblem(FailureCategory.ENCRYPTED, message.decode())


def stumble(_: bytes) -> Iterator[bytes]:
    """Something nobody foresaw."""
    raise KeyError("secret")


def hang(_: bytes) -> Iterator[bytes]:
    """Never come back, and never let go of the interpreter's lock."""
    lock = ctypes.PyDLL(None).pause
    yield b"a piece"
    lock()


def crash(_: bytes) -> Iterator[bytes]:
    """Die as a C library does."""
    os.kill(os.getpid(), signal.SIGSEGV)
    yield b""


def leave(_: bytes) -> Iterator[bytes]:
    """End the process in order, without an answer."""
    os._exit(7)


def swell(size: bytes) -> Iterator[bytes]:
    """Take so much memory."""
    yield str(len(bytearray(int(size)))).encode()


def chatter(_: bytes) -> Iterator[bytes]:
    """Print, as some libraries do."""
    os.write(1, b"hello\n")
    yield b"quiet"
