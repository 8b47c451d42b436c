"""RTF as Outlook packs it.

See [MS-OXRTFCP]: a header of sizes, kind and checksum, then runs of eight literals or references into a ring of 4,096 bytes that begins
with what most RTF begins with.
"""

from __future__ import annotations

import struct
import zlib

from sheaf.documents.bounds import too_large
from sheaf.domain.errors import FailureCategory, FileProblem

_RING = 4096
_PRELOADED = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArial"
    b"Times New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_PACKED, _PLAIN = b"LZFu", b"MELA"
_HEADER = struct.Struct("<II4sI")


def unpacked(data: bytes, limit: int) -> bytes:
    """The RTF.

    Raises:
        FileProblem: ``corrupt``, or ``too_large`` beyond ``limit`` bytes.
    """
    if len(data) < _HEADER.size:
        raise _damaged()
    _packed_size, size, kind, checksum = _HEADER.unpack_from(data)
    if size > limit:
        raise too_large("The message's text", size, limit)
    body = data[_HEADER.size :]
    if kind == _PLAIN:
        return body[:size]
    # The checksum is CRC-32 without its inversions.
    if kind != _PACKED or zlib.crc32(body[: _packed_size - 12], 0xFFFFFFFF) ^ 0xFFFFFFFF != checksum:
        raise _damaged()
    return _unpacked(body, size)


def _unpacked(body: bytes, size: int) -> bytes:
    ring = bytearray(_PRELOADED.ljust(_RING, b"\0"))
    out = bytearray()
    write, at = len(_PRELOADED), 0
    while at < len(body) and len(out) < size:
        control = body[at]
        at += 1
        for bit in range(8):
            if control >> bit & 1:
                found = _reference(body, at, ring, write)
                at += 2
            else:
                found = body[at : at + 1]
                at += 1
            if not found:
                return bytes(out[:size])
            for byte in found:
                ring[write] = byte
                write = (write + 1) % _RING
            out += found
    return bytes(out[:size])


def _reference(body: bytes, at: int, ring: bytearray, write: int) -> bytes:
    """What a reference stands for: a copy from the ring, which may run into itself; b"" at the end."""
    if at + 2 > len(body):
        return b""
    code = body[at] << 8 | body[at + 1]
    offset, length = code >> 4, (code & 0xF) + 2
    if offset == write:
        return b""
    apart = (write - offset) % _RING
    found = bytes(ring[(offset + i) % _RING] for i in range(min(length, apart)))
    return (found * (length // len(found) + 1))[:length]


def _damaged() -> FileProblem:
    return FileProblem(FailureCategory.CORRUPT, "The message's text is damaged and cannot be unpacked.")
