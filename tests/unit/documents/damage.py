"""Ways to damage a file: outside, and inside the parts of those that are archives."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping

from tests.unit.documents.making import zipped

#: What reading a broken archive raises.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, IndexError)
_MOST_UNPACKED = 2**20

Edit = tuple[int, int, bytes]


def edited(content: bytes, edits: list[Edit]) -> bytes:
    """The content with bytes cut out and put in: where, how many are cut, what is put in."""
    for start, cut, put in edits:
        at = start % (len(content) + 1)
        content = content[:at] + put + content[at + cut :]
    return content


def parts_of(content: bytes) -> Mapping[str, bytes]:
    """The parts of an archive, none where it is no sound and small one."""
    if not content.startswith(b"PK"):
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MOST_UNPACKED:
                return {}
            return {name: archive.read(name) for name in archive.namelist()}
    except _BROKEN:
        return {}


def inside(content: bytes, which: int, change: Callable[[bytes], bytes]) -> bytes:
    """An archive with one of its parts changed; any other content is changed itself."""
    parts = parts_of(content)
    if not parts:
        return change(content)
    victim = sorted(parts)[which % len(parts)]
    return zipped({**parts, victim: change(parts[victim])})
