"""A compound file's storages and streams, and the properties that Outlook keeps in them.

See [MS-CFB] (compound files) and [MS-OXMSG] (messages in them): a property of fixed size stands in its storage's property stream, any
other in a stream named after its id and type.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sheaf.documents import compound
from sheaf.documents.encoding import decoded
from sheaf.documents.limits import Limits
from sheaf.documents.rtf.charsets import of_number

_PROPERTIES = "__properties_version1.0"
_VALUE = "__substg1.0_{:04X}{:04X}"
_RECIPIENT, _ATTACHMENT = "__recip_version1.0_", "__attach_version1.0_"
_TEXT, _TEXT_8, _BINARY, _OBJECT, _NUMBER, _TIME, _BOOLEAN = 0x001F, 0x001E, 0x0102, 0x000D, 0x0003, 0x0040, 0x000B
_ENTRY = struct.Struct("<IIQ")
#: Bytes before the entries of a property stream: in the message itself, in one inside it, elsewhere.
_HEADS = {"file": 32, "message": 24, "part": 8}
_CODE_PAGE, _INTERNET_CODE_PAGE = 0x3FFD, 0x3FDE
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_MESSAGE_TICKS = 10


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[Storage]:
    """The message's own storage.

    Raises:
        FileProblem: ``corrupt``, ``too_large`` or ``unsafe``; also for what is read of it in the block.
    """
    with compound.opened(path, limits) as (file, names):
        yield Storage(file, "file", (), _by_storage(names))


def _by_storage(names: list[list[str]]) -> dict[tuple[str, ...], list[str]]:
    inside: dict[tuple[str, ...], list[str]] = {}
    for *storage, name in names:
        inside.setdefault(tuple(storage), []).append(name)
    return inside


@dataclass(frozen=True, slots=True)
class Storage:
    """A message, recipient or attachment."""

    _file: Any
    _kind: str
    _path: tuple[str, ...]
    _inside: dict[tuple[str, ...], list[str]]

    @property
    def names(self) -> list[str]:
        """What lies directly in it."""
        return self._inside.get(self._path, [])

    def recipients(self) -> list[Storage]:
        """Those the message goes to, in order."""
        return self._parts(_RECIPIENT)

    def attachments(self) -> list[Storage]:
        """The message's attachments, in order."""
        return self._parts(_ATTACHMENT)

    def _parts(self, start: str) -> list[Storage]:
        return [self._at(name, "part") for name in sorted(self.names) if name.startswith(start)]

    def _at(self, name: str, kind: str) -> Storage:
        return Storage(self._file, kind, (*self._path, name), self._inside)

    def message(self, identity: int) -> Storage | None:
        """The message inside an attachment; None where there is none, or another program's object."""
        name = _VALUE.format(identity, _OBJECT)
        inner = self._at(name, "message")
        return inner if name in self.names and _PROPERTIES in inner.names else None

    def text(self, identity: int) -> str:
        """A text property, "" where it is missing."""
        data = self._stream(_VALUE.format(identity, _TEXT))
        if data is not None:
            return data.decode("utf-16-le", "replace").rstrip("\0")
        data = self._stream(_VALUE.format(identity, _TEXT_8))
        return "" if data is None else _in_code_page(data, self.code_page(_CODE_PAGE)).rstrip("\0")

    def binary(self, identity: int) -> bytes | None:
        """A binary property."""
        return self._stream(_VALUE.format(identity, _BINARY))

    def code_page(self, identity: int = _INTERNET_CODE_PAGE) -> str | None:
        """The code page that the message declares, None where it declares none."""
        number = self.number(identity) or self.number(_INTERNET_CODE_PAGE)
        return of_number(number) if number else None

    def number(self, identity: int) -> int | None:
        """A number or a truth value."""
        entries = self._entries()
        found = next((entries[key] for key in ((identity, _NUMBER), (identity, _BOOLEAN)) if key in entries), None)
        return None if found is None else found & 0xFFFFFFFF

    def moment(self, identity: int) -> datetime | None:
        """A time, None where it is missing or no time."""
        ticks = self._entries().get((identity, _TIME))
        try:
            return _EPOCH + timedelta(microseconds=ticks // _MESSAGE_TICKS) if ticks else None
        except OverflowError:
            return None

    def _entries(self) -> dict[tuple[int, int], int]:
        """Properties of fixed size by id and type."""
        data = (self._stream(_PROPERTIES) or b"")[_HEADS[self._kind] :]
        whole = data[: len(data) // _ENTRY.size * _ENTRY.size]
        return {(tag >> 16, tag & 0xFFFF): value for tag, _flags, value in _ENTRY.iter_unpack(whole)}

    def _stream(self, name: str) -> bytes | None:
        if name not in self.names:
            return None
        with self._file.openstream([*self._path, name]) as stream:
            data: bytes = stream.read()
        return data


def _in_code_page(data: bytes, code_page: str | None) -> str:
    try:
        return data.decode(code_page) if code_page else decoded(data)
    except UnicodeDecodeError:
        return decoded(data)
