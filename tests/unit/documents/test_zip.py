"""Archives: what is in them comes out safely named and bounded."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf import bootstrap
from sheaf.documents.limits import Limits
from sheaf.documents.names import UniqueNames, safe_name
from sheaf.domain.errors import FailureCategory, FileProblem
from sheaf.ports.files import Member
from tests.unit.documents.making import lines, read, zipped


def _members(folder: Path, content: bytes, limits: Limits | None = None) -> list[Member]:
    (folder / "input").write_bytes(content)
    return list(bootstrap.formats(limits or Limits()).members(folder / "input", "a.zip"))


def test_files_come_out_as_they_went_in(tmp_path: Path) -> None:
    """Names, sizes and contents are kept, in the archive's order; the archive itself reads as their list."""
    content = zipped({"b.txt": "one", "folder/ä.csv": "x" * 100_000})
    found = _members(tmp_path, content)
    assert [(member.name, member.size) for member in found] == [("b.txt", 3), ("folder/ä.csv", 100_000)]
    with found[1].open() as file:
        assert file.read(10) == b"x" * 10
        assert len(file.read()) == 99_990
    assert lines(read(tmp_path, content, "a.zip").pages[0]) == ["b.txt 3 bytes", "folder/ä.csv 100000 bytes"]


def test_what_is_no_file_of_the_users_is_left_out(tmp_path: Path) -> None:
    """Folders, links, nameless entries and what macOS adds are skipped."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        for name in ("folder/", "__MACOSX/._a.txt", "folder/.DS_Store", "._b.txt", "..", "kept.txt"):
            archive.writestr(name, "")
    assert [member.name for member in _members(tmp_path, buffer.getvalue())] == ["kept.txt"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\Windows\\x.txt", "Windows/x.txt"),
        ("a/./b//c", "a/b/c"),
        ("a\n\x00b\u202etxt.exe", "abtxt.exe"),
        ("a. /b ", "a/b"),
        ("...", ""),
        (". .. .", ""),
        ("C:/C: C:\\x", "x"),
        ("e\u0301.txt", "\u00e9.txt"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_names_are_made_safe(name: str, expected: str) -> None:
    """Nothing leads out of a folder, hides its ending or is too long to store."""
    assert safe_name(name) == expected


@given(st.text(max_size=60) | st.from_regex(r"[./\\:a C]{1,40}", fullmatch=True))
def test_any_name_is_made_safe(name: str) -> None:
    """Whatever a name is, what is left of it stays below the folder, and making it safe again changes nothing."""
    safe = safe_name(name)
    path = PurePosixPath(safe)
    assert not path.is_absolute()
    assert ".." not in path.parts
    assert "\\" not in safe
    assert all(character.isprintable() or character == "/" for character in safe if not character.isspace())
    assert safe_name(safe) == safe


@given(st.lists(st.sampled_from(["a.pdf", "A.PDF", "a (2).pdf", "b", "f/a.pdf"]), max_size=20))
def test_no_two_members_share_a_name(names: list[str]) -> None:
    """Repeated names get suffixes, and none meets another, whatever order they come in."""
    unique = UniqueNames()
    made = [unique.unique(name) for name in names]
    assert len({name.casefold() for name in made}) == len(made)
    assert all(PurePosixPath(new).suffix.casefold() == PurePosixPath(old).suffix.casefold() for new, old in zip(made, names, strict=True))


def test_names_in_undeclared_unicode_are_read(tmp_path: Path) -> None:
    """UTF-8 names without the flag that says so are read as UTF-8."""
    content = zipped({"größe.txt": "x"})
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(signature) + offset
        content = content[:at] + b"\0\0" + content[at + 2 :]
    assert [member.name for member in _members(tmp_path, content)] == ["größe.txt"]


def _encrypted() -> bytes:
    content = bytearray(zipped({"a.txt": "secret"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    return bytes(content)


def _said_smaller(content: bytes, size: int) -> bytes:
    """The archive with its first entry's unpacked size understated in both headers."""
    data = bytearray(content)
    struct.pack_into("<I", data, data.index(b"PK\x03\x04") + 22, size)
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, size)
    return bytes(data)


@pytest.mark.parametrize(
    ("content", "limits", "category"),
    [
        (_encrypted(), Limits(), FailureCategory.ENCRYPTED),
        (zipped({f"{i}": "" for i in range(11)}), Limits(max_members=10), FailureCategory.TOO_LARGE),
        (zipped({"a": "x" * 1000, "b": "x" * 1000}), Limits(max_unpacked_bytes=1999), FailureCategory.TOO_LARGE),
        (zipped({"a": b"\0" * 40 * 2**20}), Limits(), FailureCategory.UNSAFE),
        (zipped({f"{'x' * 200}{i}": "" for i in range(60)}), Limits(max_members=10), FailureCategory.TOO_LARGE),
        (zipped({"a": "x"})[:-30], Limits(), FailureCategory.CORRUPT),
    ],
    ids=["encrypted", "members", "size", "ratio", "names", "cut"],
)
def test_archives_beyond_their_bounds_are_refused(tmp_path: Path, content: bytes, limits: Limits, category: FailureCategory) -> None:
    """Passwords, numbers, sizes, ratios and damage are found before anything is unpacked."""
    with pytest.raises(FileProblem) as problem:
        _members(tmp_path, content, limits)
    assert problem.value.category is category


def test_sizes_that_lie_are_found_while_reading(tmp_path: Path) -> None:
    """An entry that unpacks to more than it declares never yields more, and is corrupt."""
    found = _members(tmp_path, _said_smaller(zipped({"a": "x" * 100_000}), 10))
    with pytest.raises(FileProblem) as problem, found[0].open() as file:
        file.read()
    assert problem.value.category is FailureCategory.CORRUPT


def test_damaged_entries_cost_only_themselves(tmp_path: Path) -> None:
    """A broken entry fails when it is read, an unknown method when it is opened; the others are fine."""
    content = bytearray(zipped({"a": "first " * 50, "b": "second"}))
    content[40] ^= 0xFF
    bad, good = _members(tmp_path, bytes(content))
    with pytest.raises(FileProblem) as problem, bad.open() as file:
        file.read()
    assert problem.value.category is FailureCategory.CORRUPT
    with good.open() as file:
        assert file.read() == b"second"
    unknown = bytearray(zipped({"a": "x"}))
    struct.pack_into("<H", unknown, unknown.index(b"PK\x01\x02") + 10, 97)
    with pytest.raises(FileProblem) as problem:
        _members(tmp_path, bytes(unknown))[0].open()
    assert problem.value.category is FailureCategory.UNSUPPORTED


def test_an_archive_of_nothing_is_empty(tmp_path: Path) -> None:
    """No file, no members, nothing to read."""
    assert _members(tmp_path, zipped({})) == []
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, zipped({}), "a.zip")
    assert problem.value.category is FailureCategory.EMPTY
