"""Compound files (OLE2) written for tests, and what is kept in them: Outlook's messages and old workbooks.

See [MS-CFB], [MS-OXMSG] and [MS-XLS].
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Tree = Mapping[str, "bytes | Tree"]

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_END, _FREE, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass(slots=True)
class _Chains:
    """Sectors of one size and the table that chains them."""

    size: int
    sectors: list[bytes] = field(default_factory=list)
    table: list[int] = field(default_factory=list)

    def stored(self, data: bytes) -> int:
        """Store data; the number of its first sector."""
        first, count = len(self.sectors), max(-(-len(data) // self.size), 1)
        self.sectors += [data[i * self.size : (i + 1) * self.size].ljust(self.size, b"\0") for i in range(count)]
        self.table += [*range(first + 1, first + count), _END]
        return first


@dataclass(slots=True)
class _Entry:
    name: str
    kind: int
    right: int = _NONE
    child: int = _NONE
    start: int = _END
    size: int = 0

    def packed(self) -> bytes:
        name = f"{self.name}\0".encode("utf-16-le")
        links = struct.pack("<BBIII", self.kind, 1, _NONE, self.right, self.child)
        return name.ljust(64, b"\0") + struct.pack("<H", len(name)) + links + bytes(36) + struct.pack("<IQ", self.start, self.size)


class _Writer:
    def __init__(self) -> None:
        self.sectors, self.minis = _Chains(_SECTOR), _Chains(_MINI)
        self.entries = [_Entry("Root Entry", _ROOT)]

    def add(self, inside: Tree) -> int:
        """Add siblings, each the right neighbour of the one before; the number of the first."""
        numbers = []
        for name, content in sorted(inside.items(), key=lambda item: (len(item[0]), item[0].upper())):
            entry = _Entry(name, _STREAM if isinstance(content, bytes) else _STORAGE)
            numbers.append(len(self.entries))
            self.entries.append(entry)
            if isinstance(content, bytes):
                chains = self.minis if len(content) < _CUTOFF else self.sectors
                entry.start, entry.size = chains.stored(content), len(content)
            else:
                entry.start, entry.child = 0, self.add(content)
            if len(numbers) > 1:
                self.entries[numbers[-2]].right = numbers[-1]
        return numbers[0] if numbers else _NONE

    def file(self) -> bytes:
        sectors, root = self.sectors, self.entries[0]
        small = b"".join(self.minis.sectors)
        root.start, root.size = (sectors.stored(small), len(small)) if small else (_END, 0)
        table = struct.pack(f"<{len(self.minis.table)}I", *self.minis.table)
        mini_table = sectors.stored(table.ljust(-(-len(table) // _SECTOR) * _SECTOR, b"\xff")) if small else _END
        directory = sectors.stored(b"".join(entry.packed() for entry in self.entries).ljust(_SECTOR, b"\0"))
        count = 1
        while count * 128 < len(sectors.sectors) + count:
            count += 1
        fat = [*sectors.table, *[_FAT] * count]
        fat += [_FREE] * (count * 128 - len(fat))
        places = range(len(sectors.sectors), len(sectors.sectors) + count)
        head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
        minis = -(-len(table) // _SECTOR) if small else 0
        head += struct.pack("<IIIIIIIII", 0, count, directory, 0, _CUTOFF, mini_table, minis, _END, 0)
        head += struct.pack("<109I", *places, *[_FREE] * (109 - count))
        return head + b"".join(sectors.sectors) + struct.pack(f"<{len(fat)}I", *fat)


def compound(tree: Tree) -> bytes:
    """A compound file of storages and streams by name."""
    writer = _Writer()
    writer.entries[0].child = writer.add(tree)
    return writer.file()


def message(
    texts: Mapping[int, str],
    *,
    binaries: Mapping[int, bytes] | None = None,
    numbers: Mapping[int, int] | None = None,
    recipients: Sequence[Tree] = (),
    attachments: Sequence[Tree] = (),
    head: int = 32,
) -> Tree:
    """A message's storage: properties by id, recipients and attachments; ``head`` is 24 for one inside another, 8 for a part."""
    values: dict[str, bytes | Tree] = {f"__substg1.0_{key:04X}001F": text.encode("utf-16-le") for key, text in texts.items()}
    values |= {f"__substg1.0_{key:04X}0102": data for key, data in (binaries or {}).items()}
    values |= {f"__recip_version1.0_#{i:08X}": part for i, part in enumerate(recipients)}
    values |= {f"__attach_version1.0_#{i:08X}": part for i, part in enumerate(attachments)}
    kinds = {0x0039: 0x0040, 0x0E06: 0x0040}
    entries = (struct.pack("<IIQ", key << 16 | kinds.get(key, 0x0003), 6, value) for key, value in (numbers or {}).items())
    return {"__properties_version1.0": bytes(head) + b"".join(entries), **values}


def part(texts: Mapping[int, str], *, binaries: Mapping[int, bytes] | None = None, numbers: Mapping[int, int] | None = None) -> Tree:
    """A recipient or attachment."""
    return message(texts, binaries=binaries, numbers=numbers, head=8)


def workbook(*rows: Sequence[object], hidden: bool = False) -> bytes:
    """An old workbook of one sheet, its numbers shown with two decimals, its texts as they are ([MS-XLS] 2.4, records of BIFF8)."""
    style = struct.pack("<HHHBBBBIIH", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    globals_ = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)) + _record(0x42, struct.pack("<H", 1200))
    globals_ += _record(0x31, struct.pack("<HHHHHBBBBBB", 200, 0, 0, 400, 0, 0, 0, 0, 0, 1, 0) + b"A") * 5
    globals_ += _record(0xE0, style) + _record(0xE0, struct.pack("<HH", 0, 4) + style[4:])
    sheet = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet += _cell(number, column, value)
    sheet += _record(0x0A, b"")
    name = struct.pack("<BB", 4, 0) + b"Data"
    start = len(globals_) + 4 + 6 + len(name) + 4
    bound = _record(0x85, struct.pack("<IBB", start, int(hidden), 0) + name)
    return compound({"Workbook": globals_ + bound + _record(0x0A, b"") + sheet})


def _cell(row: int, column: int, value: object) -> bytes:
    if isinstance(value, str):
        return _record(0x204, struct.pack("<HHHHB", row, column, 0, len(value), 1) + value.encode("utf-16-le"))
    if isinstance(value, bool):
        return _record(0x205, struct.pack("<HHHBB", row, column, 0, value, 0))
    if isinstance(value, (int, float)):
        return _record(0x203, struct.pack("<HHHd", row, column, 1 if isinstance(value, float) else 0, value))
    return b""


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data
