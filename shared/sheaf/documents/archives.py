"""ZIP files from outside, bounded before anything of them is used.

Python's reader never hands out more than an entry declares, so the declared sizes bound what reading costs; what they are bounded by
stands in :class:`sheaf.documents.model.Limits`.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sheaf.documents.bounds import check_size, too_large
from sheaf.documents.model import Limits
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
        with zipfile.ZipFile(path) as archive:
            _check(archive, packed, limits)
            yield archive
    except ERRORS as error:
        raise FileProblem(FailureCategory.CORRUPT, "The archive is damaged and cannot be read.") from error


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


def refuse_declarations(archive: zipfile.ZipFile) -> None:
    """Refuse an office file whose XML declares document types or entities: the standard forbids them, and attacks are made of them.

    Raises:
        FileProblem: ``unsafe``.
    """
    for entry in archive.infolist():
        if entry.filename.endswith((".xml", ".rels")):
            with archive.open(entry) as part:
                check_prolog(part.read(_PROLOG_BYTES))


def check_prolog(data: bytes) -> None:
    """Refuse XML that declares document types or entities within the bytes given.

    Raises:
        FileProblem: ``unsafe``.
    """
    # Without its zeros UTF-16 reads like ASCII, as far as this matters.
    head = data.replace(b"\0", b"")
    if any(declaration in head for declaration in _DECLARATIONS):
        raise FileProblem(FailureCategory.UNSAFE, "The file's XML declares entities, which is not allowed in it.")
