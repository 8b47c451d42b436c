"""ZIP: its entries as members; read by itself, a list of them."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from sheaf.documents.archives import ERRORS, opened, zipfile_of
from sheaf.documents.bounds import too_large
from sheaf.documents.grid import GridCell, text_block
from sheaf.documents.grid import tabulated as table_block
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document, Place
from sheaf.documents.names import UniqueNames, safe_name
from sheaf.domain.errors import FailureCategory, FileProblem
from sheaf.ports.files import Member

_UTF8_NAMES = 0x800
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})


def read(path: Path, limits: Limits) -> Document:
    """Read the archive's list of members as a page; what is in them, :func:`members` gives.

    Raises:
        FileProblem: ``encrypted``, ``corrupt``, ``empty``, ``too_large`` or ``unsafe``.
    """
    found = list(members(path, limits))
    if not found:
        raise FileProblem(FailureCategory.EMPTY, "The archive holds no files.")
    rows = [_row(member) for member in found]
    return Document(format="zip", pages=[table_block(rows, keep=False).page(1, limits.max_words)])


def _row(member: Member) -> list[GridCell | None]:
    place = Place(path=member.name)
    return [GridCell(text_block(text, place, width=len(text)), text, place) for text in (member.name, f"{member.size} bytes")]


def members(path: Path, limits: Limits) -> Iterator[Member]:
    """The archive's files; folders, links, empty files' names and what macOS adds are left out.

    Raises:
        FileProblem: as :func:`read`; and while a member is read ``corrupt``, ``unsupported`` or ``too_large``.
    """
    with opened(path, limits) as archive:
        entries = archive.infolist()
    names = UniqueNames()
    for index, entry in enumerate(entries):
        name = safe_name(_name(entry))
        if name and _is_file(entry, name):
            yield Member(names.unique(name), entry.file_size, partial(_open, path, index, limits))


def _name(entry: zipfile.ZipInfo) -> str:
    """The entry's name; many programs write UTF-8 without saying so."""
    if entry.flag_bits & _UTF8_NAMES:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _is_file(entry: zipfile.ZipInfo, name: str) -> bool:
    steps = name.split("/")
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    return not (entry.is_dir() or is_link or "__MACOSX" in steps or steps[-1] in {".DS_Store", "Thumbs.db"} or steps[-1].startswith("._"))


def _open(path: Path, index: int, limits: Limits) -> BinaryIO:
    with opened(path, limits) as checked:
        entry = checked.infolist()[index]
    if entry.compress_type not in _METHODS:
        raise FileProblem(FailureCategory.UNSUPPORTED, f"{entry.filename} is packed by a method that is not supported; pack it anew.")
    try:
        archive = zipfile_of(path, limits)
        return cast("BinaryIO", io.BufferedReader(_Bounded(archive, entry, min(entry.file_size, limits.max_unpacked_bytes))))
    except ERRORS as error:
        raise _damaged(entry) from error


class _Bounded(io.RawIOBase):
    """An entry's bytes, counted while they come: what the archive declares of it is not believed."""

    def __init__(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> None:
        super().__init__()
        self._archive, self._entry, self._left = archive, entry, limit
        try:
            self._stream = archive.open(entry)
        except ERRORS:
            archive.close()
            raise

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview | bytearray) -> int:  # type: ignore[override] # the base names a wider buffer than io ever hands in
        try:
            data = self._stream.read(len(buffer))
        except ERRORS as error:
            raise _damaged(self._entry) from error
        self._left -= len(data)
        if self._left < 0:
            raise too_large(self._entry.filename, self._entry.file_size - self._left, self._entry.file_size)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            self._archive.close()
        super().close()


def _damaged(entry: zipfile.ZipInfo) -> FileProblem:
    return FileProblem(FailureCategory.CORRUPT, f"{entry.filename} is damaged in the archive and cannot be unpacked.")
