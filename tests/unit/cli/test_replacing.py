"""Files that are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheaf.cli.replacing import replacing
from sheaf.domain.errors import InvalidInput


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    """Whoever reads it in between sees the old one."""
    path = tmp_path / "out"
    path.write_bytes(b"old")
    with replacing(path) as out:
        out.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    """Half a file is no file."""
    path = tmp_path / "out"
    path.write_bytes(b"old")
    with pytest.raises(TypeError), replacing(path) as out:
        out.write("no bytes")  # type: ignore[call-overload]  # the failure half way
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["no/such/out", "folder"])
def test_a_place_that_cannot_be_written_is_invalid_input(tmp_path: Path, name: str) -> None:
    """A folder that is not there, or one in the file's place."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(InvalidInput, match="cannot be written"), replacing(tmp_path / name):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
