"""Which paths an object store accepts, and where the embedded one keeps them on disk.

A path is 1 to 1,024 bytes of text without control characters, in parts between slashes, none of them empty, ``.`` or ``..`` (what GCS
takes and a folder tree can mean: https://cloud.google.com/storage/docs/objects#naming).

On disk every part is a folder and the last one a file whose name ends in ``%``, so that ``a`` and ``a/b`` can both be there. Bytes other
than ``a-z 0-9 _ - .`` are written as ``%`` and two hexadecimal digits, and a part over 70 bytes is cut into folders that end in ``%+``:
so no path can leave the tree, and two paths never meet, on file systems that ignore case or rewrite Unicode either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sheaf.domain.errors import InvalidInput

_MAX_PATH_BYTES = 1_024
_MAX_PIECE_BYTES = 70
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
_SAFE = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789_-.")
#: Pieces that are written as they are.
_PLAIN = re.compile(rb"[a-z0-9_-][a-z0-9_.-]*")
_ESCAPED = re.compile(rb"%([0-9a-f]{2})")

#: How the names end: of an object, and of a folder that holds the rest of a long part.
OBJECT, MORE = "%", "%+"


def check(path: str) -> str:
    """Return ``path``; raises InvalidInput when no object can have it."""
    if not path or _CONTROL.search(path) or len(path.encode()) > _MAX_PATH_BYTES or not {"", ".", ".."}.isdisjoint(path.split("/")):
        raise InvalidInput(f"{path[:100]!r} is not an object's path: parts between slashes, of 1,024 bytes in all.", field="path")
    return path


def check_prefix(prefix: str) -> str:
    """Return ``prefix``; raises InvalidInput when no object's path can begin with it."""
    if _CONTROL.search(prefix) or len(prefix.encode()) > _MAX_PATH_BYTES:
        raise InvalidInput(f"No object's path begins with {prefix[:100]!r}.", field="prefix")
    return prefix


def names(path: str) -> list[str]:
    """Return the folders and at last the file that hold an object, from the root down."""
    *folders, last = path.encode().split(b"/")
    return [name for folder in folders for name in folder_names(folder)] + _pieces(last, OBJECT)


def folder_names(part: bytes) -> list[str]:
    """Return the folders that stand for one whole part of a path."""
    return _pieces(part, "")


def decode(name: str) -> bytes:
    """Return the bytes of the path that a name without its ending stands for."""
    return _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), name.encode())


def _pieces(part: bytes, ending: str) -> list[str]:
    if len(part) <= _MAX_PIECE_BYTES:
        return [_encode(part) + ending]
    *head, last = _cut(part)
    return [_encode(piece) + MORE for piece in head] + [_encode(last) + ending]


def _cut(part: bytes) -> Iterator[bytes]:
    for start in range(0, len(part), _MAX_PIECE_BYTES):
        yield part[start : start + _MAX_PIECE_BYTES]


def _encode(piece: bytes) -> str:
    """Escape what is odd, and a leading dot: hidden names are the store's own."""
    if _PLAIN.fullmatch(piece):
        return piece.decode()
    return "".join(chr(byte) if byte in _SAFE and (index or byte != ord(".")) else f"%{byte:02x}" for index, byte in enumerate(piece))
