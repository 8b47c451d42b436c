"""The files that a command line names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sheaf.cli.inputs import gather


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where names are relative to."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _names(*arguments: str, stdin: list[str] | None = None) -> list[str]:
    return [each.name for each in gather(arguments, stdin or [])]


def test_order_and_names_are_as_given(folder: Path) -> None:
    """Nothing is sorted, resolved or left out."""
    for name in ("b", "a"):
        (folder / name).write_text("x")
    assert _names("b", "./a", "b", str(folder / "a")) == ["b", "./a", "b", str(folder / "a")]


def test_a_file_called_like_a_pattern_is_itself(folder: Path) -> None:
    """Brackets in a name that is there are no pattern."""
    (folder / "[ab].txt").write_text("x")
    (folder / "a.txt").write_text("x")
    assert _names("[ab].txt") == ["[ab].txt"]


def test_patterns_reach_into_folders(folder: Path) -> None:
    """``**`` and folders that match."""
    (folder / "in" / "deep").mkdir(parents=True)
    for name in ("in/1.txt", "in/deep/2.txt"):
        (folder / name).write_text("x")
    assert _names("**/*.txt") == ["in/1.txt", "in/deep/2.txt"]
    assert _names("i*") == ["in/1.txt", "in/deep/2.txt"]


def test_links_to_folders_are_not_followed(folder: Path) -> None:
    """A link that leads back would never end."""
    (folder / "in").mkdir()
    (folder / "in" / "a").write_text("x")
    (folder / "in" / "again").symlink_to(folder / "in")
    assert _names("in") == ["in/a"]


def test_what_is_no_file_has_a_problem(folder: Path) -> None:
    """Pipes are not opened, dangling links and overlong names are told."""
    os.mkfifo(folder / "pipe")
    (folder / "dangling").symlink_to(folder / "nowhere")
    pipe, dangling, overlong, zero = gather(["pipe", "dangling", "n" * 5000, "a\0b"])
    assert pipe.problem == "This is not a file."
    assert dangling.problem == "There is no such file."
    assert "cannot be read" in overlong.problem
    assert zero.problem


def test_an_empty_folder_is_no_file(folder: Path) -> None:
    """It stands for nothing."""
    (folder / "empty").mkdir()
    assert gather(["empty"]) == []


def test_sizes_are_known(folder: Path) -> None:
    """For the progress of an upload."""
    (folder / "a").write_bytes(b"12345")
    assert [each.size for each in gather(["a"])] == [5]


def test_a_list_on_standard_input_keeps_its_place(folder: Path) -> None:
    """Between the other arguments; blank lines are none."""
    for name in "abc":
        (folder / name).write_text("x")
    assert _names("c", "-", "a", stdin=["b\n", "\n", "a\r\n"]) == ["c", "b", "a", "a"]
