"""ZIP files from outside, bounded before anything of them is used.

Python's reader never hands out more than an entry declares, so the declared sizes bound what reading costs; what they are bounded by
stands in :class:`sheaf.documents.model.Limits`.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sheaf.documents.bounds import MAX_TREE_BYTES, check_size, too_large
from sheaf.documents.limits import Limits
from sheaf.domain.errors import FailureCategory, FileProblem

#: What reading a damaged or odd archive raises.
ERRORS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    IndexError,
)
#: Below this many bytes no ratio is suspicious.
_RATIO_MATTERS = 16 * 2**20
_ENCRYPTED = 0x1
#: Directory entries are shorter than this on average.
_ENTRY_BYTES = 1024
#: The end record is the last 22 bytes, but for a comment of up to 64 KiB and the larger format's records.
_END_WITHIN = 66 * 1024
_IN_ZIP64 = 0xFFFFFFFF
#: A document type declaration can only stand before the root element.
_PROLOG_BYTES = 8 * 1024
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """The archive at ``path``, within its limits.

    Raises:
        FileProblem: ``corrupt`` when it, or in the block something of it, cannot be read; ``encrypted``, ``too_large``, ``unsafe``.
    """
    packed = check_size(path, limits)
    try:
        with zipfile_of(path, limits) as archive:
            _check(archive, packed, limits)
            yield archive
    except ERRORS as error:
        raise FileProblem(FailureCategory.CORRUPT, "The archive is damaged and cannot be read.") from error


def zipfile_of(path: Path, limits: Limits) -> zipfile.ZipFile:
    """The archive opened, its directory's size checked before it is read: Python makes an object of every entry at once.

    Raises:
        FileProblem: ``too_large``.
        Exception: any of :data:`ERRORS`.
    """
    size = _directory_size(path)
    if size > limits.max_members * _ENTRY_BYTES:
        raise too_large("The archive's directory", size, limits.max_members * _ENTRY_BYTES)
    return zipfile.ZipFile(path)


def _directory_size(path: Path) -> int:
    """Bytes of the central directory by the end record (PKWARE APPNOTE 4.3.16, 4.3.14), 0 where there is none."""
    with path.open("rb") as file:
        file.seek(max(file.seek(0, io.SEEK_END) - _END_WITHIN, 0))
        tail = file.read(_END_WITHIN)
    at = tail.rfind(b"PK\x05\x06")
    size = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if size != _IN_ZIP64:
        return size
    at = tail.rfind(b"PK\x06\x06")
    return int.from_bytes(tail[at + 40 : at + 48], "little") if at >= 0 else 0


def _check(archive: zipfile.ZipFile, packed: int, limits: Limits) -> None:
    entries = archive.infolist()
    if len(entries) > limits.max_members:
        raise too_large("The archive", len(entries), limits.max_members, "entries")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise FileProblem(FailureCategory.ENCRYPTED, "The archive is protected by a password; unpack it and try again.")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.max_unpacked_bytes:
        raise too_large("The unpacked archive", unpacked, limits.max_unpacked_bytes)
    if unpacked > _RATIO_MATTERS and unpacked > packed * limits.max_ratio:
        message = f"The archive unpacks to more than {limits.max_ratio} times its size, which real files do not."
        raise FileProblem(FailureCategory.UNSAFE, message, packed=packed, unpacked=unpacked)


def check_parts(archive: zipfile.ZipFile, streamed: tuple[str, ...] = (), unread: tuple[str, ...] = ()) -> None:
    """Check an office file's XML parts, but for the unread: their sizes, except those read as a stream, and that none declares a type.

    Document types and entities the standard forbids, and attacks are made of them.

    Raises:
        FileProblem: ``too_large`` or ``unsafe``.
    """
    for entry in archive.infolist():
        if not entry.filename.endswith((".xml", ".rels")) or (unread and entry.filename.startswith(unread)):
            continue
        if entry.file_size > MAX_TREE_BYTES and not entry.filename.startswith(streamed):
            raise too_large(f"The part {entry.filename}", entry.file_size, MAX_TREE_BYTES)
        with archive.open(entry) as part:
            # Without its zeros UTF-16 reads like ASCII, as far as this matters.
            head = part.read(_PROLOG_BYTES).replace(b"\0", b"")
        if any(declaration in head for declaration in _DECLARATIONS):
            raise FileProblem(FailureCategory.UNSAFE, "The file's XML declares entities, which is not allowed in it.")
