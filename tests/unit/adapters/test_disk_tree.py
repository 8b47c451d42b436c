"""The embedded object store's folder tree, looked at past the adapter."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from sheaf.adapters.blobs.disk import DiskBlobs
from tests.contract.clock import TestClock

if TYPE_CHECKING:
    import pytest

KEY = b"k" * 32


def tree(root: Path) -> set[str]:
    """Every file and link below a folder."""
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_symlink() or path.is_file()}


def test_an_object_is_a_file(tmp_path: Path) -> None:
    """Parts are folders, the last is a file with ``%`` at its end; what is odd is escaped, what is long is cut."""
    blobs = DiskBlobs(tmp_path, key=KEY, clock=TestClock())
    for path in ("tenants/acme/uploads/0123", "tenants", "A/.b/ü%", "x" * 100):
        blobs.put(path, b"")
    assert tree(tmp_path) == {
        "tenants/acme/uploads/0123%",
        "tenants%",
        "%41/%2eb/%c3%bc%25%",
        f"{'x' * 70}%+/{'x' * 30}%",
    }


def test_names_fit_every_file_system(tmp_path: Path) -> None:
    """No name is longer than 255 bytes or holds a capital, so that case does not matter, whatever the path."""
    blobs = DiskBlobs(tmp_path, key=KEY, clock=TestClock())
    for path in ("\u20ac" * 300, "Z" * 900, "CON/aux.txt"):
        blobs.put(path, b"", content_type="text/plain")
    names = [name for _, folders, files in os.walk(tmp_path) for name in folders + files]
    assert all(len(name) < 256 and name == name.lower() and name.isascii() for name in names)


def test_a_content_type_is_a_link_beside(tmp_path: Path) -> None:
    """One link for the version that is there; none for plain bytes, and none left behind."""
    blobs = DiskBlobs(tmp_path, key=KEY, clock=TestClock())
    blobs.put("a", b"1", content_type="text/plain")
    blobs.put("a", b"2", content_type="text/html")
    (link,) = [path for path in tmp_path.iterdir() if path.is_symlink()]
    assert link.readlink() == Path("text/html")
    blobs.put("a", b"3")
    assert tree(tmp_path) == {"a%"}


def test_versions_of_one_tick_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two versions of the same moment have times and content types of their own, though chance gives both the same first."""
    blobs = DiskBlobs(tmp_path, key=KEY, clock=TestClock())
    drawn = iter([7, 7, 8])
    monkeypatch.setattr(secrets, "randbelow", lambda _: next(drawn))
    first = blobs.put("a", b"1", content_type="text/plain")
    second = blobs.put("a", b"2", content_type="text/html")
    assert first.generation != second.generation
    assert first.updated_at == second.updated_at
    assert blobs.info("a") == second


def test_what_others_put_there_is_no_object(tmp_path: Path) -> None:
    """Files that a person or a desktop left in the tree are passed over."""
    blobs = DiskBlobs(tmp_path, key=KEY, clock=TestClock())
    blobs.put("a/b", b"")
    for stray in ("Thumbs.db", "a/.DS_Store", "a/notes.txt"):
        (tmp_path / stray).write_bytes(b"x")
    assert [info.path for info in blobs.list("")] == ["a/b"]


def test_deleting_removes_empty_folders(tmp_path: Path) -> None:
    """No folder is left without an object, and the root stays."""
    blobs = DiskBlobs(tmp_path / "root", key=KEY, clock=TestClock())
    blobs.put("a/b/c", b"", content_type="text/plain")
    blobs.put("a/d", b"")
    blobs.delete("a/b/c")
    assert sorted(path.name for path in (tmp_path / "root" / "a").iterdir()) == ["d%"]
    blobs.delete("a/d")
    assert [path.name for path in (tmp_path / "root").iterdir()] == [".incoming"]


def test_what_the_dead_left_is_cleared(tmp_path: Path) -> None:
    """Half-written files of a day ago are removed when the store is opened; fresh ones may still be written to, and stay."""
    incoming = tmp_path / ".incoming"
    incoming.mkdir()
    for name, mtime in (("old", 0), ("fresh", None)):
        (incoming / name).write_bytes(b"half")
        if mtime is not None:
            os.utime(incoming / name, (mtime, mtime))
    DiskBlobs(tmp_path, key=KEY, clock=TestClock())
    assert tree(tmp_path) == {".incoming/fresh"}


def test_a_local_file_is_the_object_itself(tmp_path: Path) -> None:
    """Nothing is copied to give a local file."""
    blobs = DiskBlobs(tmp_path, key=KEY, clock=TestClock())
    blobs.put("a/b", b"x")
    with blobs.local("a/b") as path:
        assert path == tmp_path / "a" / "b%"
